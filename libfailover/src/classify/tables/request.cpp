// The request's own fault: it does not fit, is refused for what it says, or is malformed. Another tier would
// not help.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t refused =
    statuses::none | statuses::s401 | statuses::s4xx | statuses::s404 | statuses::s5xx | statuses::s408;

// clang-format off
constexpr Rule echoes[] = {
    {"request-echoed", Kind::invalid_request, Border::fixed, statuses::any,
     "messages.0; messages.1; messages.2; messages.3; messages.4; messages.5; messages.6; messages.7; "
     "messages.8; messages.9; messages[; input[; contents[; tools.0; tools.1; tools.2; tools.3; tools.4; tools.5; tools.6; tools.7; tools.8; tools.9; tools[; "
     "system.0; system.1; system.2; system.3; system[; "
     "invalid value:; unsupported value:; invalid request: user text",
     "validation errors name the field, then quote what the user sent"},
};
// clang-format on

// clang-format off
constexpr Rule request_rows[] = {
    {"account-barred", Kind::auth_error, Border::fixed, statuses::any,
     "access was terminated; access has been terminated; access has been revoked; "
     "access has been suspended; account ~ terminated|banned|disabled ~ violat; 账号 ~ 锁定|禁止|封禁|停用; "
     "账户 ~ 锁定|禁止|封禁|停用; 当前ak ~ 禁止",
     "https://docs.bigmodel.cn/cn/api/api-code"},
    {"no-endpoint-with-ability", Kind::invalid_request, Border::fixed, statuses::any,
     "no endpoints found that support",
     "https://openrouter.ai/docs/api-reference/errors"},
    {"tool-history", Kind::invalid_request, Border::fixed, statuses::any,
     "tool_history_mismatch; tool use concurrency; is not available with the claude",
     "https://code.claude.com/docs/en/errors"},
    {"object-of-request", Kind::invalid_request, Border::fixed, statuses::none | statuses::s404 | statuses::s4xx,
     "previous_response_not_found; previous response ~ not found; item with id ~ not found; "
     "items are not persisted; no such file object; conversation with id ~ not found; no thread found; "
     "no such vector store",
     "https://platform.openai.com/docs/api-reference/responses"},
    {"context-length", Kind::context_length, Border::fixed, refused,
     "prompt is too long; prompt too long; prompt_too_long; input is too long; input too long; "
     "input length ~ exceed|too long|should be; input token ~ exceed|too long|limit; context_length; "
     "context length ~ exceed|is|of; maximum context; max context; "
     "context window ~ exceed|overflow|full|too small; the context window; model's context window; context window limit; token limit exceeded; exceeded the token limit; longer than the model's context; loaded with context length; context_window_exceeded; "
     "model_context_window; context size; exceed context; exceeds context; context limit; "
     "context overflow; context the overflow; exceeds the model's context; exceeds the model's maximum; "
     "maximum number of tokens; maximum number of input tokens; number of tokens in the prompt; "
     "max_new_tokens must be; inputs tokens; inputs` tokens; must have less than ~ tokens; must be less than ~ tokens; hit a token limit; exceeds the ~ token limit; token limit exceeded for; too many tokens in; "
     "tokens in request more than; length exceeds the maximum; exceeds the maximum length; "
     "exceeds the maximum input; exceeds the limit of ~ tokens; max_model_len; max model len; "
     "model token limit; request token limit; model's maximum limit; tokens exceed ~ maximum|limit|model; "
     "tokens ~ exceed the model limit|exceeds the model limit; tokens exceeds ~ maximum|limit|model; token count ~ exceed; too many input tokens; "
     "too large to process; physical batch size; tokens too long; characters_too_long; max input characters; too many total text bytes; string_above_max_length; string too long; prompt length ~ exceed; "
     "prompt has ~ tokens; maximum prompt length; maximum input length; maximum input tokens; "
     "range of input length; conversation too long; conversation is too long; "
     "reduce the length of the messages; reduce the length of the input; reduce your prompt; "
     "please reduce prompt; input exceeds; 上下文过长; 上下文长度; 上下文超; 超长; 输入过长; 输入长度",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"request-too-large", Kind::context_length, Border::fixed, refused,
     "request too large; request_too_large; request is too large; request entity too large; "
     "payload too large; content too large; ContentTooLarge; RequestTooLarge; body too large; "
     "request exceeds the maximum size; too large for model",
     "https://platform.claude.com/docs/en/api/errors"},
    {"content-policy", Kind::content_policy, Border::fixed, refused,
     "content_filter; content filter; content management policy; content policy; content_policy; "
     "content moderation; content_policy_violation; ContentPolicyViolation; ResponsibleAIPolicy; "
     "data_inspection; DataInspectionFailed; inappropriate content; =unsafe request; considered high risk; "
     "content exists risk; was flagged; been flagged; flagged by; flagged for; flagged as; "
     "safeguards flagged; safeguards stopped; flagged this message; "
     "moderation ~ flagged|blocked|failed|violat|endpoint; moderation_blocked; "
     "violat ~ usage polic|content polic|safety polic|polic|guideline; usage policies; usage policy; "
     "safety system; safety filter; safety_check; safety check; due to safety; safety classifier; "
     "safety settings; prohibited content; prohibited_content; harmful content; unsafe content; "
     "new_sensitive; sensitive_words; sensitive words; sensitive content; sensitive topic; censorship; "
     "sensitive information; blocked by ~ safety|content|policy|filter|guardrail|moderation; "
     "output blocked; response was filtered; prompt was filtered; was blocked due to; prompt was blocked; "
     "response was blocked; blockreason; finish reason: safety; finishreason: safety; invalid_prompt; "
     "guardrail checks; hooks_failed; jailbreak; can't help with this; cannot help with this; guardrail_intervened; cyber_policy; 违规; 敏感; "
     "不安全内容; 内容安全; 风险内容; 不合规",
     "https://learn.microsoft.com/azure/ai-services/openai/concepts/content-filter"},
    {"output-limit", Kind::task_error, Border::fixed, statuses::none,
     "output token maximum; max_output_tokens",
     "https://code.claude.com/docs/en/errors"},
};
// clang-format on

}  // namespace

std::span<const Rule> echo_rules() {
  return echoes;
}
std::span<const Rule> request_rules() {
  return request_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
