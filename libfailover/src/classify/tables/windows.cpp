// Allowances over time. The window names the kind; where the text names none, the provider's waiting time
// decides.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

constexpr std::uint8_t served =
    statuses::none | statuses::s401 | statuses::s402 | statuses::s429 | statuses::s4xx | statuses::s404;

// clang-format off
constexpr Rule windows_rows[] = {
    {"too-large-for-window", Kind::context_length, Border::fixed, statuses::s4xx,
     "request too large for; request too large ~ per minute|tpm; single request ~ exceeds|larger",
     "https://console.groq.com/docs/rate-limits"},
    {"google-daily-quota", Kind::quota, Border::fixed, statuses::any,
     "PerDayPerProject; PerDayPer; requests_per_day; requests_per_model_per_day; per_model_per_day; "
     "tokens_per_day_per",
     "https://ai.google.dev/gemini-api/docs/rate-limits"},
    {"daily-window", Kind::quota, Border::moves, served,
     "per day!; (tpd); (rpd); tpd rate limit; rpd rate limit; tokens_per_day; calls / month; calls / day; calls per month; calls per day; requests per day; tokens per day; "
     "requests / day; requests / month; tokens / day; requests_per_day; "
     "daily ~ limit|quota|cap|allowance|usage; limit ~ for today; today's ~ limit|quota; "
     "quota ~ for today; per week!; per month!; 今日; 当日 ~ 上限|限额|额度; 每日 ~ 上限|限额|额度|限制; 每天 ~ 上限|限额|额度|限制",
     "https://console.groq.com/docs/rate-limits"},
    {"minute-window", Kind::rate_limit, Border::moves, served,
     "RateQuota; BurstRate; per minute; calls / minute; requests / minute; tokens / minute; per min!; PerMinute; per second; (tpm); (rpm); tpm rate limit; rpm rate limit; "
     "per-minute; qps limit; quota exceeded for aiplatform.googleapis.com; usage increase rate; "
     "acceleration limit; account quotas for amazon bedrock",
     "https://cloud.google.com/vertex-ai/generative-ai/docs/error-code-429"},
    {"rate-limit-hit", Kind::rate_limit, Border::moves, served,
     "hit your rate limit; hit the rate limit; hit your request limit; hit a rate limit; "
     "not your usage limit; retry quota exceeded",
     "https://code.claude.com/docs/en/errors"},
    {"long-window", Kind::quota, Border::moves, statuses::any,
     "5 hour ~ limit|quota|window|usage|allowance; five hour ~ limit|quota|window|usage; "
     "7 day ~ limit|quota|window|usage; seven day ~ limit|quota|window|usage; "
     "weekly ~ limit|quota|usage|cap|allowance; weekly/monthly; "
     "monthly ~ limit|quota|usage|cap|threshold|included|allowance|credit|spend; "
     "hour limit reached|hour limit exceeded|hour limit ·; session limit; opus limit; sonnet limit; "
     "billing cycle; billing period; for this period; rolling ~ window ~ limit|quota; five_hour; "
     "seven_day",
     "https://code.claude.com/docs/en/errors"},
    {"usage-limit", Kind::quota, Border::moves, statuses::any,
     "usage limit; =anthropic-ratelimit-unified-status: rejected; usage_limit_reached; "
     "usage_limit_exceeded; usage quota; usage cap; hit your limit; reached your limit; "
     "your limit will reset; your limit resets; limit resets at; limit exhausted; limit reached ~ resets; "
     "youve hit your ~ session limit|weekly limit|usage limit|opus limit|sonnet limit|limit·; "
     "exceeded your copilot token usage; exceeded your plan; plan limit ~ reached|exceeded; plan's limit; higher limits; out of tokens; "
     "tokens exhausted; allowance ~ used up|exhausted|exceeded; daily request limit; api total request limit; requests limit for this month; quota reached; reached for this month; reached for this week; reached for today; monthly request limit; monthly token limit; weekly rate limit; weekly_rate_limited; premium request ~ limit|exceeded|used|allowance; request allowance; used up your; "
     "used up all; set inference limit; SetLimitExceeded; call volume quota; upgrade for higher",
     "https://code.claude.com/docs/en/errors"},
    {"quota-words", Kind::quota, Border::moves, served,
     "continue with the flash model; exceeded your current quota; exceeded ~ quota!; quota exceeded; quota_exceeded; QuotaExceeded; "
     "quota has been exceeded; quota limit!; quota limits!; "
     "quota ~ exhausted|used up|depleted|reached|exceeded|will reset; exhausted your ~ capacity|quota; "
     "service quota; ServiceQuotaExceeded; no quota; out of quota; quota_exhausted; over quota; 配额",
     "https://docs.aws.amazon.com/bedrock/latest/userguide/troubleshooting-api-error-codes.html"},
};
// clang-format on

}  // namespace

std::span<const Rule> window_rules() {
  return windows_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
