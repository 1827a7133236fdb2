// The provider is there, but overloaded or broken; or it asks for fewer requests.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t broken = statuses::none | statuses::s5xx | statuses::s408;
constexpr std::uint8_t throttled =
    statuses::none | statuses::s401 | statuses::s402 | statuses::s429 | statuses::s4xx;

// clang-format off
constexpr Rule server[] = {
    {"overloaded", Kind::server_error, Border::fixed, statuses::none | statuses::s429 | statuses::s4xx | statuses::s5xx | statuses::s408,
     "overloaded; overloaded_error; no healthy deployment; no healthy endpoint; no healthy instance; at capacity; ServerOverloaded; queue_exceeded; NoCapacity;  server_is_overloaded; engine_overloaded; OverloadedError; "
     "server is busy; servers are busy; server busy; too busy; high load; high demand; high traffic; "
     "heavy traffic; heavy load; capacity temporarily exceeded; temporarily overloaded; "
     "experiencing heavy; at capacity; at full capacity; over capacity; no capacity; currently loading; "
     "is loading; ModelNotReady; model is not ready; not ready to serve; 负载; 访问量过大; 服务繁忙; 服务器繁忙; 系统繁忙; "
     "引擎过载",
     "https://platform.claude.com/docs/en/api/errors"},
    {"model-runner", Kind::server_error, Border::fixed, statuses::none | statuses::s5xx | statuses::s4xx,
     "degraded function; function cannot be invoked; EngineCore; EngineDead; AsyncEngineDead; engine is dead; =channel error; =error: channel error; engine loop; model has crashed; model crashed; model unloaded; model has unloaded; model is unloaded; scheduler hit an exception; not enough memory; insufficient memory; failed to allocate; insufficient system resource; device_side assert; nccl error; hip error; runner process; runner has ~ terminated|stopped|unexpectedly; requires more system memory; "
     "requires more memory; out of memory; cuda error; failed to load model; unable to load model; "
     "model failed to load; ModelStreamError; ModelErrorException; error loading model; "
     "resource limitations; encountered while running the model; InternalServerException; "
     "ServiceUnavailableException; currently experiencing issues; model_degraded; model is degraded",
     "https://github.com/ollama/ollama/blob/main/docs/troubleshooting.md"},
    {"provider-behind-gateway", Kind::server_error, Border::fixed, broken | statuses::s4xx,
     "failed to get response from provider",
     "https://developers.cloudflare.com/ai-gateway/reference/troubleshooting"},
    {"server-words", Kind::server_error, Border::fixed, broken,
     "internal server error; no output generated; empty response; empty model response; empty message; InsufficientModelCapacity; trouble responding; bedrock is unable to process; response choices is less than; no choices; with no choices; empty content from; returned an empty; returned no ~ content|output|text|choices|response; no response generated; internal error; internal_algo; InternalError;  InternalServer; internal_error; =INTERNAL; =UNAVAILABLE; "
     "internal failure; =internal_server_error; =server_error; =api_error; =unavailable; server error; "
     "bad gateway; service unavailable; service is unavailable; service is currently; "
     "service is temporarily; currently unavailable; unexpected error occurred; server encountered; "
     "encountered an unexpected error; unexpected server error; unexpected error on; service_unavailable; "
     "ServiceUnavailable; temporarily unavailable; service temporarily; server had an error; "
     "error occurred while processing; provider disconnected; "
     "no available model provider; no healthy upstream; no available ~ channel|candidate|account|provider|upstream; unknown error, 5; "
     "transient api error; no usage data in response; error injected into SSE; ended before terminal; "
     "internal_failure; agent terminated early due to an api error; streaming response has content-type; "
     "无可用渠道; 内部错误; 服务异常; 系统异常; 系统错误; 服务器错误; 服务不可用; 网络错误，错误id",
     "https://platform.openai.com/docs/guides/error-codes"},
};
// clang-format on

// clang-format off
constexpr Rule throttle[] = {
    {"rate-limit", Kind::rate_limit, Border::moves, throttled,
     "rate limit; rate_limit; ratelimit; rate-limited; rate limited; rate exceeded; request rate; "
     "too many requests; rate_limited; been rate limited; temporarily rate limited; service tier capacity; wait and try again; TooManyRequests; too many tokens; too many concurrent; too many connections; "
     "throttl; request limit; requests limit; token limit reached; max rpm; max tpm; max qps; "
     "max concurrency; concurrent limit; max organization concurrency; rpm limit; tpm limit; limit reached for; "
     "concurrency limit; concurrent request; concurrency; cooling down; no deployments available; RouterRateLimit; OverFlowError; model_cooldown; slow down; "
     "slow_down; receiving too many; limiting requests; temporary capacity issue; capacity exceeded; "
     "retry_limit; exceeded retry limit; resource_exhausted; resource exhausted; ResourceExhausted; "
     "resource has been exhausted; 请求过于频繁; 过于频繁; 频率; 速率; 并发; 限流; 请求过多; 请求太多",
     "https://platform.claude.com/docs/en/api/rate-limits"},
    {"slow-down", Kind::rate_limit, Border::moves, statuses::s5xx,
     "=slow_down; SlowDown; =throttling; =ThrottlingException; ThrottlingException; =rate_limit_exceeded; "
     "=rate_limit_error",
     "https://platform.openai.com/docs/guides/error-codes"},
};
// clang-format on

}  // namespace

std::span<const Rule> server_rules() {
  return server;
}
std::span<const Rule> throttle_rules() {
  return throttle;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
