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
constexpr Opening opening_rows[] = {
    {"api error:", Spot::anywhere, true, claude},
    {"api error (", Spot::anywhere, true, claude},
    {"failed to authenticate. api error", Spot::anywhere, false, claude},
    {"please run /login · api error", Spot::anywhere, false, claude},
    {"failed to authenticate", Spot::sentence, false, claude},
    {"please run /login", Spot::sentence, false, claude},
    {"not logged in", Spot::sentence, false, claude},
    {"login expired", Spot::sentence, false, claude},
    {"oauth token revoked", Spot::sentence, false, claude},
    {"oauth token has expired", Spot::sentence, false, claude},
    {"oauth authentication is currently", Spot::edge, false, claude},
    {"anthropic profile login", Spot::edge, false, claude},
    {"aws authentication failed", Spot::sentence, false, claude},
    {"invalid api key", Spot::sentence, false, claude},
    {"missing api key", Spot::sentence, false, claude},
    {"your organization has disabled", Spot::edge, false, claude},
    {"your organization does not have access to claude", Spot::edge, false, claude},
    {"your account does not have access to claude", Spot::edge, false, claude},
    {"this organization has been disabled", Spot::edge, false, claude},
    {"your anthropic_api_key", Spot::edge, false, claude},
    {"your apikeyhelper", Spot::edge, false, claude},
    {"could not load the default credentials", Spot::sentence, false, claude},
    {"were finishing verifying your account", Spot::edge, false, claude},
    {"credit balance is too low", Spot::sentence, false, claude},
    {"your credit balance is too low", Spot::edge, false, claude},
    {"spend limit reached", Spot::sentence, false, claude},
    {"spend limit unavailable", Spot::sentence, false, claude},
    {"claude ai usage limit reached", Spot::edge, false, claude},
    {"claude usage limit reached", Spot::edge, false, claude},
    {"claude opus 4 limit reached", Spot::edge, false, claude},
    {"usage limit reached", Spot::sentence, false, claude},
    {"5 hour limit reached", Spot::sentence, false, claude},
    {"weekly limit reached", Spot::sentence, false, claude},
    {"session limit reached", Spot::sentence, false, claude},
    {"opus limit reached", Spot::sentence, false, claude},
    {"opus weekly limit reached", Spot::sentence, false, claude},
    {"sonnet limit reached", Spot::sentence, false, claude},
    {"limit reached", Spot::sentence, false, claude},
    {"youve hit your", Spot::edge, true, claude},
    {"you have hit your", Spot::edge, false, claude},
    {"youve reached your usage limit", Spot::edge, true, claude},
    {"you have reached your usage limit", Spot::edge, false, claude},
    {"you have reached your specified", Spot::edge, false, claude},
    {"youre out of extra usage", Spot::edge, false, claude},
    {"youre out of usage", Spot::edge, false, claude},
    {"prompt is too long", Spot::sentence, false, claude},
    {"context limit reached", Spot::sentence, false, claude},
    {"conversation too long", Spot::sentence, false, claude},
    {"error during compaction", Spot::sentence, false, claude},
    {"request too large", Spot::sentence, false, claude},
    {"theres an issue with the selected model", Spot::edge, false, claude},
    {"can't reach the api server", Spot::edge, false, claude},
    {"no internet route", Spot::edge, false, claude},
    {"couldn't connect through your proxy", Spot::edge, false, claude},
    {"unable to connect to api", Spot::sentence, false, claude},
    {"unable to connect to anthropic", Spot::edge, false, claude},
    {"ssl certificate error (", Spot::edge, false, claude},
    {"ssl certificate verification failed", Spot::sentence, false, claude},
    {"request timed out", Spot::sentence, false, claude},
    {"request rejected (429)", Spot::edge, false, claude},
    {"server is temporarily limiting requests", Spot::edge, false, claude},
    {"repeated 529", Spot::edge, false, claude},
    {"repeated server overload", Spot::edge, false, claude},
    {"bedrock streaming response", Spot::edge, false, claude},
    {"agent terminated early due to an api error", Spot::edge, false, claude},
    {"is experiencing high load", Spot::inside, false, claude},
    {"is not available with the claude", Spot::inside, false, claude},
    {"now uses usage credits", Spot::inside, false, claude},
    {"is temporarily unavailable, so", Spot::inside, false, claude},
    {"failed to connect to", Spot::provider, false, codex},
    {"network error: connection", Spot::edge, true, codex},
    {"network error: socket", Spot::edge, true, codex},
    {"network error: fetch failed", Spot::edge, true, codex},
    {"network error: error sending", Spot::edge, true, codex},
    {"stream error: stream disconnected", Spot::edge, true, codex},
    {"stream error: unexpected status", Spot::edge, true, codex},
    {"your workspace is out of credits", Spot::edge, true, codex},
    {"stream error: exceeded retry limit", Spot::edge, true, codex},
    {"stream disconnected before completion", Spot::edge, true, codex},
    {"exceeded retry limit, last status", Spot::edge, true, codex},
    {"unexpected status", Spot::provider, true, codex},
    {"quota exceeded. check your plan", Spot::edge, true, codex},
    {"selected model is at capacity", Spot::edge, true, codex},
    {"were currently experiencing high demand", Spot::edge, true, codex},
    {"your input exceeds the context window", Spot::edge, true, codex},
    {"codex ran out of room", Spot::edge, true, codex},
    {"to use codex with your chatgpt plan", Spot::edge, true, codex},
    {"your access token could not be refreshed", Spot::edge, true, codex},
    {"your refresh token", Spot::edge, true, codex},
    {"the usage limit has been reached", Spot::edge, true, codex},
    {"error sending request for url", Spot::provider, true, codex},
    {"incorrect api key provided", Spot::edge, true, codex},
    {"missing environment variable: `openai", Spot::edge, true, codex},
    {"missing environment variable: `azure", Spot::edge, true, codex},
    {"{\"type\":\"error\"", Spot::edge, true, codex},
    {"{\"type\":\"invalid_request_error\"", Spot::edge, true, codex},
    {"connection failed: error sending request", Spot::edge, true, codex},
    {"http error: 4", Spot::provider, true, codex},
    {"codex error:", Spot::anywhere, true, codex},
    {"{\"detail\":\"", Spot::provider, true, codex},
    {"missing environment variable", Spot::provider, true, codex},
    {"[api error:", Spot::anywhere, true, gemini},
    {"you have exhausted your daily quota", Spot::edge, true, gemini},
    {"you have exhausted your capacity", Spot::edge, true, gemini},
    {"apierror: {\"error\":{", Spot::edge, true, gemini},
    {"terminalquotaerror", Spot::anywhere, true, gemini},
    {"retryablequotaerror", Spot::anywhere, true, gemini},
    {"modelnotfounderror", Spot::anywhere, true, gemini},
    {"fatalauthenticationerror", Spot::anywhere, true, gemini},
    {"error when talking to gemini api", Spot::anywhere, true, gemini},
    {"please set an auth method", Spot::edge, true, gemini},
    {"invalid auth method selected", Spot::edge, true, gemini},
    {"gemini_api_key environment variable not found", Spot::edge, true, gemini},
    {"when using gemini api, you must specify", Spot::edge, true, gemini},
    {"when using vertex ai, you must specify", Spot::edge, true, gemini},
    {"failed to login. message:", Spot::edge, true, gemini},
    {"failed: you have exhausted your", Spot::inside, false, gemini},
    {"ineligibletiererror", Spot::anywhere, true, gemini},
    {"error authenticating: ineligibletier", Spot::edge, false, gemini},
    {"individual quota reached", Spot::edge, true, antigravity},
    {"resource_exhausted (code", Spot::edge, true, antigravity},
    {"unavailable (code", Spot::edge, true, antigravity},
    {"unauthenticated (code", Spot::edge, true, antigravity},
    {"permission_denied (code", Spot::edge, true, antigravity},
    {"deadline_exceeded (code", Spot::edge, true, antigravity},
    {"openai api streaming error", Spot::anywhere, true, qwen},
    {"openai api error", Spot::anywhere, true, qwen},
    {"qwen oauth", Spot::edge, true, qwen},
    {"qwen api quota exceeded", Spot::edge, true, qwen},
    {"device authorization flow failed", Spot::edge, true, qwen},
    {"ai_apicallerror", Spot::anywhere, true, ai_sdk},
    {"ai_retryerror", Spot::anywhere, true, ai_sdk},
    {"ai_loadapikeyerror", Spot::anywhere, true, ai_sdk},
    {"ai_nosuchmodelerror", Spot::anywhere, true, ai_sdk},
    {"ai_invalidresponsedataerror", Spot::anywhere, true, ai_sdk},
    {"ai_nooutputgeneratederror", Spot::anywhere, true, ai_sdk},
    {"ai_typevalidationerror", Spot::anywhere, true, ai_sdk},
    {"ai_emptyresponsebodyerror", Spot::anywhere, true, ai_sdk},
    {"providerautherror", Spot::anywhere, true, opencode},
    {"providermodelnotfounderror", Spot::anywhere, true, opencode},
    {"contextoverflowerror", Spot::anywhere, true, opencode},
    {"unable to connect. is the computer able", Spot::edge, true, opencode},
    {"the socket connection was closed unexpectedly", Spot::edge, true, opencode},
    {"streaming response failed", Spot::edge, true, opencode},
    {"weekly usage limit reached", Spot::sentence, true, opencode},
    {"monthly usage limit reached", Spot::sentence, true, opencode},
    {"5 hour usage limit reached", Spot::sentence, true, opencode},
    {"daily usage limit reached", Spot::sentence, true, opencode},
    {"error from provider", Spot::anywhere, true, opencode},
    {"[retrying attempt #", Spot::inside, true, opencode},
    {"ran into this error:", Spot::anywhere, false, goose},
    {"server error: server error", Spot::edge, true, goose},
    {"context length exceeded:", Spot::edge, true, goose},
    {"credits exhausted:", Spot::edge, true, goose},
    {"request failed: request failed with status", Spot::edge, true, goose},
    {"configuration value not found", Spot::provider, true, goose},
    {"litellm.", Spot::exception, true, litellm},
    {"warning: litellm.", Spot::exception, false, litellm},
    {"bedrockexception", Spot::anywhere, true, litellm},
    {"openai.", Spot::exception, true, sdks},
    {"anthropic.", Spot::exception, true, sdks},
    {"groq.", Spot::exception, true, sdks},
    {"google.genai.errors", Spot::exception, true, sdks},
    {"mistralai.", Spot::exception, true, sdks},
    {"cohere.errors", Spot::exception, true, sdks},
    {"the api provider", Spot::edge, false, aider},
    {"expects these environment variables", Spot::inside, false, aider},
    {"your estimated chat context", Spot::edge, false, aider},
    {"has hit a token limit", Spot::inside, false, aider},
    {"llm error:", Spot::edge, true, shared},
    {"llm api error", Spot::edge, true, shared},
    {"llm request failed", Spot::edge, true, shared},
    {"llm call failed", Spot::edge, true, shared},
    {"provider error:", Spot::edge, true, shared},
    {"model provider error", Spot::edge, true, shared},
    {"llm provider error", Spot::anywhere, true, kimi},
    {"llm not set", Spot::sentence, true, kimi},
    {"membership expired, please renew", Spot::edge, true, kimi},
    {"quota exceeded, please upgrade your plan", Spot::edge, true, kimi},
    {"authorization failed, please", Spot::edge, true, kimi},
    {"model call failed", Spot::anywhere, true, copilot},
    {"failed to get response from the ai model", Spot::anywhere, true, copilot},
    {"execution failed: error: (4", Spot::anywhere, true, copilot},
    {"execution failed: error: failed to get response", Spot::anywhere, true, copilot},
    {"execution failed: failed to get response", Spot::anywhere, true, copilot},
    {"execution failed: 4", Spot::anywhere, true, copilot},
    {"execution failed: 5", Spot::anywhere, true, copilot},
    {"execution failed: error: 4", Spot::anywhere, true, copilot},
    {"execution failed: capierror", Spot::anywhere, true, copilot},
    {"execution failed: error: capierror", Spot::anywhere, true, copilot},
    {"capierror", Spot::anywhere, true, copilot},
    {"402 you have no quota", Spot::edge, true, copilot},
    {"(402) you have no quota", Spot::edge, true, copilot},
    {"you have no quota", Spot::edge, true, copilot},
    {"quota exceeded. upgrade to increase your limit", Spot::edge, true, copilot},
    {"you have exceeded your monthly quota", Spot::edge, true, copilot},
    {"sorry, youve hit a rate limit", Spot::edge, true, copilot},
    {"sorry, you have exceeded your copilot", Spot::edge, true, copilot},
    {"sorry, youve exhausted", Spot::edge, true, copilot},
    {"sorry, you have been rate limited", Spot::edge, true, copilot},
    {"no authentication information found", Spot::edge, true, copilot},
    {"authentication token found", Spot::edge, true, copilot},
    {"authentication failed (request id", Spot::edge, true, copilot},
    {"youve reached your weekly", Spot::edge, true, copilot},
    {"youve reached your monthly", Spot::edge, true, copilot},
    {"you have reached your weekly", Spot::edge, true, copilot},
    {"from --model flag is not available", Spot::inside, false, copilot},
    {"the run failed:", Spot::edge, true, cline},
    {"api request failed", Spot::edge, true, cline},
    {"invalid api response:", Spot::edge, true, cline},
    {"unexpected api response:", Spot::edge, true, cline},
    {"conversation run failed for id=", Spot::edge, true, openhands},
    {"llmauthenticationerror", Spot::edge, true, openhands},
    {"llmratelimiterror", Spot::edge, true, openhands},
    {"llmserviceunavailableerror", Spot::edge, true, openhands},
    {"llmtimeouterror", Spot::edge, true, openhands},
    {"llmbadrequesterror", Spot::edge, true, openhands},
    {"llmcontextwindow", Spot::edge, true, openhands},
    {"unexpected error while running the agent", Spot::inside, false, openhands},
    {"actionrequirederror", Spot::anywhere, true, cursor},
    {"connect error resource_exhausted", Spot::anywhere, true, cursor},
    {"connect error unavailable", Spot::anywhere, true, cursor},
    {"connect error unauthenticated", Spot::anywhere, true, cursor},
    {"connecterror: [", Spot::anywhere, true, cursor},
    {"not authenticated", Spot::sentence, true, cursor},
    {"too many free trial accounts", Spot::edge, true, cursor},
    {"retriableerror", Spot::anywhere, true, cursor},
    {"authentication required. please run agent login", Spot::edge, true, cursor},
    {"authentication required. please run cursor", Spot::edge, true, cursor},
    {"the provided api key is invalid", Spot::sentence, true, cursor},
    {"warning: the provided api key is invalid", Spot::edge, true, cursor},
    {"cannot use this model:", Spot::edge, true, cursor},
    {"connection stalled", Spot::sentence, true, cursor},
    {"[resource_exhausted] error", Spot::inside, true, cursor},
    {"[unavailable] error", Spot::inside, true, cursor},
    {"[unauthenticated] error", Spot::inside, true, cursor},
    {"[deadline_exceeded] error", Spot::inside, true, cursor},
    {"[internal] error", Spot::inside, true, cursor},
    {"[aborted] error", Spot::inside, true, cursor},
    {"youve used up your cursor", Spot::edge, true, cursor},
    {"byok error:", Spot::anywhere, true, droid},
    {"authentication failed. please log in using /login or set", Spot::edge, true, droid},
    {"{\"detail\":\"you have reached your", Spot::edge, true, droid},
    {"{\"detail\":\"no active subscription", Spot::edge, true, droid},
    {"providerbusinesserror", Spot::anywhere, true, zcode},
    {"kiro is having trouble responding", Spot::anywhere, true, kiro},
    {"the request was throttled by the service", Spot::edge, true, kiro},
    {"service is currently experiencing high traffic", Spot::edge, true, kiro},
    {"amazon q is having trouble responding", Spot::anywhere, true, kiro},
    {"youve used all your free requests", Spot::edge, true, kiro},
    {"you are not logged in, please log in with", Spot::edge, true, kiro},
    {"monthly request limit reached", Spot::sentence, false, kiro},
    {"the model you selected is temporarily unavailable", Spot::edge, true, kiro},
    {"the model you selected is", Spot::edge, true, kiro},
    {"your account is out of credits", Spot::edge, true, amp},
    {"provider returned error", Spot::edge, true, openrouter},
    {"no endpoints found", Spot::edge, true, openrouter},
    {"insufficient credits. add more using", Spot::edge, true, openrouter},
    {"service tier capacity exceeded", Spot::edge, true, mistral},
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
  return opening_rows;
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
