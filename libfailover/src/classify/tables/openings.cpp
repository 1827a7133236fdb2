// How agent runtimes begin the lines that report their provider.
#include <array>

#include "classify/openings.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::string_view claude = "https://code.claude.com/docs/en/errors";
constexpr std::string_view codex = "https://github.com/openai/codex";
constexpr std::string_view gemini = "https://github.com/google-gemini/gemini-cli";
constexpr std::string_view antigravity = "https://github.com/google-antigravity/antigravity-cli";
constexpr std::string_view qwen = "https://github.com/QwenLM/qwen-code";
constexpr std::string_view ai_sdk = "https://ai-sdk.dev/docs/reference/ai-sdk-errors";
constexpr std::string_view opencode = "https://github.com/sst/opencode";
constexpr std::string_view goose = "https://github.com/block/goose";
constexpr std::string_view litellm = "https://docs.litellm.ai/docs/exception_mapping";
constexpr std::string_view sdks = "exceptions of the vendors' Python packages, uncaught";

constexpr std::string_view aider = "https://aider.chat/docs/troubleshooting/token-limits.html";
constexpr std::string_view cline = "https://docs.cline.bot";
constexpr std::string_view shared = "wording shared by several agent CLIs";
constexpr std::string_view kimi = "https://github.com/MoonshotAI/kimi-cli";
constexpr std::string_view copilot = "https://github.com/github/copilot-cli";
constexpr std::string_view openhands = "https://github.com/OpenHands/OpenHands-CLI";
constexpr std::string_view cursor = "https://cursor.com/docs/cli";
constexpr std::string_view droid = "https://docs.factory.ai/cli";
constexpr std::string_view zcode = "https://docs.z.ai/devpack";
constexpr std::string_view kiro = "https://kiro.dev/docs/cli";
constexpr std::string_view amp = "https://ampcode.com/manual";
constexpr std::string_view openrouter = "https://openrouter.ai/docs/api-reference/errors";
constexpr std::string_view mistral = "https://docs.mistral.ai";

// clang-format off
constexpr Opening rows[] = {
    {"api error:", Place::anywhere, true, claude},
    {"api error (", Place::anywhere, true, claude},
    {"failed to authenticate. api error", Place::anywhere, false, claude},
    {"please run /login · api error", Place::anywhere, false, claude},
    {"failed to authenticate", Place::sentence, false, claude},
    {"please run /login", Place::sentence, false, claude},
    {"not logged in", Place::sentence, false, claude},
    {"login expired", Place::sentence, false, claude},
    {"oauth token revoked", Place::sentence, false, claude},
    {"oauth token has expired", Place::sentence, false, claude},
    {"oauth authentication is currently", Place::edge, false, claude},
    {"anthropic profile login", Place::edge, false, claude},
    {"aws authentication failed", Place::sentence, false, claude},
    {"invalid api key", Place::sentence, false, claude},
    {"missing api key", Place::sentence, false, claude},
    {"your organization has disabled", Place::edge, false, claude},
    {"your organization does not have access to claude", Place::edge, false, claude},
    {"your account does not have access to claude", Place::edge, false, claude},
    {"this organization has been disabled", Place::edge, false, claude},
    {"your anthropic_api_key", Place::edge, false, claude},
    {"your apikeyhelper", Place::edge, false, claude},
    {"could not load the default credentials", Place::sentence, false, claude},
    {"were finishing verifying your account", Place::edge, false, claude},
    {"credit balance is too low", Place::sentence, false, claude},
    {"your credit balance is too low", Place::edge, false, claude},
    {"spend limit reached", Place::sentence, false, claude},
    {"spend limit unavailable", Place::sentence, false, claude},
    {"claude ai usage limit reached", Place::edge, false, claude},
    {"claude usage limit reached", Place::edge, false, claude},
    {"claude opus 4 limit reached", Place::edge, false, claude},
    {"usage limit reached", Place::sentence, false, claude},
    {"5 hour limit reached", Place::sentence, false, claude},
    {"weekly limit reached", Place::sentence, false, claude},
    {"session limit reached", Place::sentence, false, claude},
    {"opus limit reached", Place::sentence, false, claude},
    {"opus weekly limit reached", Place::sentence, false, claude},
    {"sonnet limit reached", Place::sentence, false, claude},
    {"limit reached", Place::sentence, false, claude},
    {"youve hit your", Place::edge, true, claude},
    {"you have hit your", Place::edge, false, claude},
    {"youve reached your usage limit", Place::edge, true, claude},
    {"you have reached your usage limit", Place::edge, false, claude},
    {"you have reached your specified", Place::edge, false, claude},
    {"youre out of extra usage", Place::edge, false, claude},
    {"youre out of usage", Place::edge, false, claude},
    {"prompt is too long", Place::sentence, false, claude},
    {"context limit reached", Place::sentence, false, claude},
    {"conversation too long", Place::sentence, false, claude},
    {"error during compaction", Place::sentence, false, claude},
    {"request too large", Place::sentence, false, claude},
    {"theres an issue with the selected model", Place::edge, false, claude},
    {"can't reach the api server", Place::edge, false, claude},
    {"no internet route", Place::edge, false, claude},
    {"couldn't connect through your proxy", Place::edge, false, claude},
    {"unable to connect to api", Place::sentence, false, claude},
    {"unable to connect to anthropic", Place::edge, false, claude},
    {"ssl certificate error (", Place::edge, false, claude},
    {"ssl certificate verification failed", Place::sentence, false, claude},
    {"request timed out", Place::sentence, false, claude},
    {"request rejected (429)", Place::edge, false, claude},
    {"server is temporarily limiting requests", Place::edge, false, claude},
    {"repeated 529", Place::edge, false, claude},
    {"repeated server overload", Place::edge, false, claude},
    {"bedrock streaming response", Place::edge, false, claude},
    {"agent terminated early due to an api error", Place::edge, false, claude},
    {"is experiencing high load", Place::inside, false, claude},
    {"is not available with the claude", Place::inside, false, claude},
    {"now uses usage credits", Place::inside, false, claude},
    {"is temporarily unavailable, so", Place::inside, false, claude},
    {"failed to connect to", Place::provider, false, codex},
    {"network error: connection", Place::edge, true, codex},
    {"network error: socket", Place::edge, true, codex},
    {"network error: fetch failed", Place::edge, true, codex},
    {"network error: error sending", Place::edge, true, codex},
    {"stream error: stream disconnected", Place::edge, true, codex},
    {"stream error: unexpected status", Place::edge, true, codex},
    {"your workspace is out of credits", Place::edge, true, codex},
    {"stream error: exceeded retry limit", Place::edge, true, codex},
    {"stream disconnected before completion", Place::edge, true, codex},
    {"exceeded retry limit, last status", Place::edge, true, codex},
    {"unexpected status", Place::provider, true, codex},
    {"quota exceeded. check your plan", Place::edge, true, codex},
    {"selected model is at capacity", Place::edge, true, codex},
    {"were currently experiencing high demand", Place::edge, true, codex},
    {"your input exceeds the context window", Place::edge, true, codex},
    {"codex ran out of room", Place::edge, true, codex},
    {"to use codex with your chatgpt plan", Place::edge, true, codex},
    {"your access token could not be refreshed", Place::edge, true, codex},
    {"your refresh token", Place::edge, true, codex},
    {"the usage limit has been reached", Place::edge, true, codex},
    {"error sending request for url", Place::provider, true, codex},
    {"incorrect api key provided", Place::edge, true, codex},
    {"missing environment variable: `openai", Place::edge, true, codex},
    {"missing environment variable: `azure", Place::edge, true, codex},
    {"{\"type\":\"error\"", Place::edge, true, codex},
    {"{\"type\":\"invalid_request_error\"", Place::edge, true, codex},
    {"connection failed: error sending request", Place::edge, true, codex},
    {"http error: 4", Place::provider, true, codex},
    {"codex error:", Place::anywhere, true, codex},
    {"{\"detail\":\"", Place::provider, true, codex},
    {"missing environment variable", Place::provider, true, codex},
    {"[api error:", Place::anywhere, true, gemini},
    {"you have exhausted your daily quota", Place::edge, true, gemini},
    {"you have exhausted your capacity", Place::edge, true, gemini},
    {"apierror: {\"error\":{", Place::edge, true, gemini},
    {"terminalquotaerror", Place::anywhere, true, gemini},
    {"retryablequotaerror", Place::anywhere, true, gemini},
    {"modelnotfounderror", Place::anywhere, true, gemini},
    {"fatalauthenticationerror", Place::anywhere, true, gemini},
    {"error when talking to gemini api", Place::anywhere, true, gemini},
    {"please set an auth method", Place::edge, true, gemini},
    {"invalid auth method selected", Place::edge, true, gemini},
    {"gemini_api_key environment variable not found", Place::edge, true, gemini},
    {"when using gemini api, you must specify", Place::edge, true, gemini},
    {"when using vertex ai, you must specify", Place::edge, true, gemini},
    {"failed to login. message:", Place::edge, true, gemini},
    {"failed: you have exhausted your", Place::inside, false, gemini},
    {"ineligibletiererror", Place::anywhere, true, gemini},
    {"error authenticating: ineligibletier", Place::edge, false, gemini},
    {"individual quota reached", Place::edge, true, antigravity},
    {"resource_exhausted (code", Place::edge, true, antigravity},
    {"unavailable (code", Place::edge, true, antigravity},
    {"unauthenticated (code", Place::edge, true, antigravity},
    {"permission_denied (code", Place::edge, true, antigravity},
    {"deadline_exceeded (code", Place::edge, true, antigravity},
    {"openai api streaming error", Place::anywhere, true, qwen},
    {"openai api error", Place::anywhere, true, qwen},
    {"qwen oauth", Place::edge, true, qwen},
    {"qwen api quota exceeded", Place::edge, true, qwen},
    {"device authorization flow failed", Place::edge, true, qwen},
    {"ai_apicallerror", Place::anywhere, true, ai_sdk},
    {"ai_retryerror", Place::anywhere, true, ai_sdk},
    {"ai_loadapikeyerror", Place::anywhere, true, ai_sdk},
    {"ai_nosuchmodelerror", Place::anywhere, true, ai_sdk},
    {"ai_invalidresponsedataerror", Place::anywhere, true, ai_sdk},
    {"ai_nooutputgeneratederror", Place::anywhere, true, ai_sdk},
    {"ai_typevalidationerror", Place::anywhere, true, ai_sdk},
    {"ai_emptyresponsebodyerror", Place::anywhere, true, ai_sdk},
    {"providerautherror", Place::anywhere, true, opencode},
    {"providermodelnotfounderror", Place::anywhere, true, opencode},
    {"contextoverflowerror", Place::anywhere, true, opencode},
    {"unable to connect. is the computer able", Place::edge, true, opencode},
    {"the socket connection was closed unexpectedly", Place::edge, true, opencode},
    {"streaming response failed", Place::edge, true, opencode},
    {"weekly usage limit reached", Place::sentence, true, opencode},
    {"monthly usage limit reached", Place::sentence, true, opencode},
    {"5 hour usage limit reached", Place::sentence, true, opencode},
    {"daily usage limit reached", Place::sentence, true, opencode},
    {"error from provider", Place::anywhere, true, opencode},
    {"[retrying attempt #", Place::inside, true, opencode},
    {"ran into this error:", Place::anywhere, false, goose},
    {"server error: server error", Place::edge, true, goose},
    {"context length exceeded:", Place::edge, true, goose},
    {"credits exhausted:", Place::edge, true, goose},
    {"request failed: request failed with status", Place::edge, true, goose},
    {"configuration value not found", Place::provider, true, goose},
    {"litellm.", Place::exception, true, litellm},
    {"warning: litellm.", Place::exception, false, litellm},
    {"bedrockexception", Place::anywhere, true, litellm},
    {"openai.", Place::exception, true, sdks},
    {"anthropic.", Place::exception, true, sdks},
    {"groq.", Place::exception, true, sdks},
    {"google.genai.errors", Place::exception, true, sdks},
    {"mistralai.", Place::exception, true, sdks},
    {"cohere.errors", Place::exception, true, sdks},
    {"the api provider", Place::edge, false, aider},
    {"expects these environment variables", Place::inside, false, aider},
    {"your estimated chat context", Place::edge, false, aider},
    {"has hit a token limit", Place::inside, false, aider},
    {"llm error:", Place::edge, true, shared},
    {"llm api error", Place::edge, true, shared},
    {"llm request failed", Place::edge, true, shared},
    {"llm call failed", Place::edge, true, shared},
    {"provider error:", Place::edge, true, shared},
    {"model provider error", Place::edge, true, shared},
    {"llm provider error", Place::anywhere, true, kimi},
    {"llm not set", Place::sentence, true, kimi},
    {"membership expired, please renew", Place::edge, true, kimi},
    {"quota exceeded, please upgrade your plan", Place::edge, true, kimi},
    {"authorization failed, please", Place::edge, true, kimi},
    {"model call failed", Place::anywhere, true, copilot},
    {"failed to get response from the ai model", Place::anywhere, true, copilot},
    {"execution failed: error: (4", Place::anywhere, true, copilot},
    {"execution failed: error: failed to get response", Place::anywhere, true, copilot},
    {"execution failed: failed to get response", Place::anywhere, true, copilot},
    {"execution failed: 4", Place::anywhere, true, copilot},
    {"execution failed: 5", Place::anywhere, true, copilot},
    {"execution failed: error: 4", Place::anywhere, true, copilot},
    {"execution failed: capierror", Place::anywhere, true, copilot},
    {"execution failed: error: capierror", Place::anywhere, true, copilot},
    {"capierror", Place::anywhere, true, copilot},
    {"402 you have no quota", Place::edge, true, copilot},
    {"(402) you have no quota", Place::edge, true, copilot},
    {"you have no quota", Place::edge, true, copilot},
    {"quota exceeded. upgrade to increase your limit", Place::edge, true, copilot},
    {"you have exceeded your monthly quota", Place::edge, true, copilot},
    {"sorry, youve hit a rate limit", Place::edge, true, copilot},
    {"sorry, you have exceeded your copilot", Place::edge, true, copilot},
    {"sorry, youve exhausted", Place::edge, true, copilot},
    {"sorry, you have been rate limited", Place::edge, true, copilot},
    {"no authentication information found", Place::edge, true, copilot},
    {"authentication token found", Place::edge, true, copilot},
    {"authentication failed (request id", Place::edge, true, copilot},
    {"youve reached your weekly", Place::edge, true, copilot},
    {"youve reached your monthly", Place::edge, true, copilot},
    {"you have reached your weekly", Place::edge, true, copilot},
    {"from --model flag is not available", Place::inside, false, copilot},
    {"the run failed:", Place::edge, true, cline},
    {"api request failed", Place::edge, true, cline},
    {"invalid api response:", Place::edge, true, cline},
    {"unexpected api response:", Place::edge, true, cline},
    {"conversation run failed for id=", Place::edge, true, openhands},
    {"llmauthenticationerror", Place::edge, true, openhands},
    {"llmratelimiterror", Place::edge, true, openhands},
    {"llmserviceunavailableerror", Place::edge, true, openhands},
    {"llmtimeouterror", Place::edge, true, openhands},
    {"llmbadrequesterror", Place::edge, true, openhands},
    {"llmcontextwindow", Place::edge, true, openhands},
    {"unexpected error while running the agent", Place::inside, false, openhands},
    {"actionrequirederror", Place::anywhere, true, cursor},
    {"connect error resource_exhausted", Place::anywhere, true, cursor},
    {"connect error unavailable", Place::anywhere, true, cursor},
    {"connect error unauthenticated", Place::anywhere, true, cursor},
    {"connecterror: [", Place::anywhere, true, cursor},
    {"not authenticated", Place::sentence, true, cursor},
    {"too many free trial accounts", Place::edge, true, cursor},
    {"retriableerror", Place::anywhere, true, cursor},
    {"authentication required. please run agent login", Place::edge, true, cursor},
    {"authentication required. please run cursor", Place::edge, true, cursor},
    {"the provided api key is invalid", Place::sentence, true, cursor},
    {"warning: the provided api key is invalid", Place::edge, true, cursor},
    {"cannot use this model:", Place::edge, true, cursor},
    {"connection stalled", Place::sentence, true, cursor},
    {"[resource_exhausted] error", Place::inside, true, cursor},
    {"[unavailable] error", Place::inside, true, cursor},
    {"[unauthenticated] error", Place::inside, true, cursor},
    {"[deadline_exceeded] error", Place::inside, true, cursor},
    {"[internal] error", Place::inside, true, cursor},
    {"[aborted] error", Place::inside, true, cursor},
    {"youve used up your cursor", Place::edge, true, cursor},
    {"byok error:", Place::anywhere, true, droid},
    {"authentication failed. please log in using /login or set", Place::edge, true, droid},
    {"{\"detail\":\"you have reached your", Place::edge, true, droid},
    {"{\"detail\":\"no active subscription", Place::edge, true, droid},
    {"providerbusinesserror", Place::anywhere, true, zcode},
    {"kiro is having trouble responding", Place::anywhere, true, kiro},
    {"the request was throttled by the service", Place::edge, true, kiro},
    {"service is currently experiencing high traffic", Place::edge, true, kiro},
    {"amazon q is having trouble responding", Place::anywhere, true, kiro},
    {"youve used all your free requests", Place::edge, true, kiro},
    {"you are not logged in, please log in with", Place::edge, true, kiro},
    {"monthly request limit reached", Place::sentence, false, kiro},
    {"the model you selected is temporarily unavailable", Place::edge, true, kiro},
    {"the model you selected is", Place::edge, true, kiro},
    {"your account is out of credits", Place::edge, true, amp},
    {"provider returned error", Place::edge, true, openrouter},
    {"no endpoints found", Place::edge, true, openrouter},
    {"insufficient credits. add more using", Place::edge, true, openrouter},
    {"service tier capacity exceeded", Place::edge, true, mistral},
};

constexpr std::string_view below[] = {
    "please retry if you think", "the api provider", "the error above", "these errors are often",
    "weve removed the conversation", "for more information", "see also", "full report available",
    "full error:", "retrying in", "retry in", "caused by", "conversation logs", "to help debug",
    "this error", "cause:", "check your", "please check your", "please try again", "visit", "learn more",
    "changes", "requests", "duration", "api time", "total usage", "total duration", "total session", "usage by model",
    "tokens", "session:", "session id", "request id", "request_id", "code:", "status:", "statuscode",
    "errorcode:", "url:", "details:", "hint:", "note:", "tip:", "upgrade to", "run /", "use /", "try",
    "they may be down", "you can", "open debugger", "to resume", "resume", "https://", "http://",
    "stack trace", "upstream error", "subscribe to", "[process exited", "process exited", "goodbye",
    "main agent", "an unexpected critical error", "loaded cached"};

constexpr std::string_view bare[] = {
    "too many requests", "unauthorized", "forbidden", "payment required", "internal server error",
    "bad gateway", "service unavailable", "gateway timeout", "request timeout", "stream transport error",
    "not found", "bad request"};

constexpr std::string_view terms[] = {
    "anthropic", "openai", "openrouter", "claude", "gemini", "deepseek", "mistral", "groq", "ollama",
    "chatgpt", "gpt-", "copilot", "opencode.ai", "bedrock", "vertex ai", "x-api-key", "credit balance",
    "context window", "context length", "context size", "prompt is too long", "max_tokens", "input tokens",
    "prompt tokens", "too many tokens", "tokens per", "language model", "usage limit", "llm", "ai model",
    "model provider", "requested model", "the model", "model name", "different model", "model available",
    "free-models", "chat/completions", "/v1/messages", "/v1/responses", "codex/responses", "generatecontent", "generativelanguage",
    "resource package", 
    "grok", "x.ai", "moonshot", "kimi", "minimax", "dashscope", "aliyun", "bigmodel", "z.ai", "glm-", "qwen",
    "cohere", "perplexity", "cerebras", "sambanova", "nvidia", "together.ai", "fireworks", "litellm", "ai gateway",
    "grok.com", "当前分组", "continue.dev", "subscribe to start",
    "factory_api_key", "cursor_api_key", "amp_api_key", "xai_api_key", "junie_api_key", "augment",
    "auggie", "codex login", "agent login", "opencode auth", "amp login",
    "{type:error,error:{", "insufficient_quota", "overloaded_error"};

constexpr std::string_view foreign[] = {
    "assert", "expect(", "expected:", "received:", "tests:", "tests run", "test suites", "test result", "tests failed", "test failed", "panicked",
    "py::", "tests/", ".test.", ".spec.", "executing tool", "diff --git", "/pull/", "async tests", "mcp server", "mcp error", "mcp client", "mcperror",
    ">src/", ">crates/", "cannot find", "not assignable", "unresolved import", "undeclared", "undefined reference",
    "api.github.com", "git push", ".git/", "npm err", "registry.npmjs", "registry.yarnpkg", "pypi.org",
    "pythonhosted", "crates.io", "docker", "ghcr.io", "gcloud", ".tf line"};

// clang-format on

}  // namespace

std::span<const Opening> openings() {
  return rows;
}
std::span<const std::string_view> trailers() {
  return below;
}
std::span<const std::string_view> model_terms() {
  return terms;
}
std::span<const std::string_view> foreign_terms() {
  return foreign;
}
std::span<const std::string_view> bare_errors() {
  return bare;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
