// Words that tell a runtime's error from a tool's: what stands below one, what only models have, what they
// never speak of. Of the errors in the same public issues as the openings.
#include "classify/openings.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

// clang-format off
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
    "main agent", "an unexpected critical error", "loaded cached",
    "error: unexpected error, check log file", "type continue", "trace id", "to continue", "node.js v", "exit status", "goroutine ", "main.", "please get a new", "update your",
    "if your system", "dismissed when", "for more info"};

constexpr std::string_view bare[] = {
    "too many requests", "unauthorized", "forbidden", "payment required", "internal server error",
    "bad gateway", "service unavailable", "gateway timeout", "request timeout", "stream transport error",
    "not found", "bad request"};

constexpr std::string_view terms[] = {
    "anthropic", "openai", "openrouter", "claude", "gemini", "deepseek", "groq", "ollama",
    "chatgpt", "gpt-", "copilot", "opencode.ai", "vertex ai", "x-api-key", "credit balance",
    "context window", "context length", "context size", "prompt is too long", "max_tokens", "input tokens",
    "prompt tokens", "too many tokens", "tokens per", "llm", "ai model",
    "model provider", "requested model", "model available",
    "free-models", "chat/completions", "/v1/messages", "/v1/responses", "codex/responses", "generatecontent", "generativelanguage",
    "x.ai", "moonshot", "kimi", "minimax", "dashscope", "aliyun", "bigmodel", "z.ai", "glm-", "qwen",
    "cerebras", "sambanova", "together.ai", "litellm", "ai gateway",
    "grok.com", "当前分组", "continue.dev", "subscribe to start",
    "augmentcode", "augment code", "large language model", "no resource package", "injected into sse stream",
    "choose a different model", "try a different model", "use a different model", "select a different model",
    "switch to a different model", "the model is overloaded", "model stream ended",
    "or you do not have access to it", "may be experiencing high load", "enough credits available",
    "factory_api_key", "cursor_api_key", "amp_api_key", "xai_api_key", "junie_api_key",
    "auggie", "codex login", "agent login", "opencode auth", "amp login",
    "{type:error,error:{", "insufficient_quota", "overloaded_error",
    "free tier quota", "terminal chunk",
    "converse operation", "conversestream operation", "invokemodel operation",
    "invokemodelwithresponsestream", "your cline account", "type continue to try again"};

constexpr std::string_view of_others_too[] = {
    "usage limit reached", "usage limit has been reached", "freeusagelimit", "the model", "model name",
    "credits available", "out of credits", "more credits"};

constexpr std::string_view advised[] = {"add credits"};

constexpr std::string_view names_of_others_too[] = {"grok", "mistral", "nvidia", "fireworks", "cohere", "perplexity", "bedrock"};

constexpr std::string_view beside_names[] = {"api", "model", "llm", "provider", "inference", "upgrade to"};

constexpr std::string_view foreign[] = {
    "implemented", "fixture", "refactored", "not rendered", "users who", "assert", "expect(", "expected:", "received:", "tests:", "tests run", "test suites", "test result", "tests failed", "test failed", "panicked",
    "py::", "tests/", ".test.", ".spec.", "executing tool", "diff --git", "/pull/", "async tests", "mcp server", "mcp error", "mcp client", "mcperror",
    ">src/", ">crates/", "cannot find", "not assignable", "unresolved import", "undeclared", "undefined reference",
    "psql:", "api.github.com", "git push", ".git/", "npm err", "registry.npmjs", "registry.yarnpkg", "pypi.org",
    "pythonhosted", "crates.io", "load recipe", "docker", "ghcr.io", "gcloud", "googleapi:", "build minutes", "sentry", "supabase", "firebase", "netlify", "railway", "twilio",
    "cloudfunctions.", "compute.googleapis", "sheets.googleapis", "run.googleapis", "storage.googleapis",
    "drive.googleapis", "gmail.googleapis", "cloudbuild.", "bigquery", "firestore", ".tf line"};

// clang-format on

}  // namespace

std::span<const std::string_view> trailers() {
  return below;
}
std::span<const std::string_view> model_terms() {
  return terms;
}
std::span<const std::string_view> shared_terms() {
  return of_others_too;
}
std::span<const std::string_view> advice_terms() {
  return advised;
}
std::span<const std::string_view> shared_names() {
  return names_of_others_too;
}
std::span<const std::string_view> words_beside_names() {
  return beside_names;
}
std::span<const std::string_view> foreign_terms() {
  return foreign;
}
std::span<const std::string_view> bare_errors() {
  return bare;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
