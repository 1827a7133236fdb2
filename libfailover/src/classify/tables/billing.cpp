// Money: balance, credits, budgets, spend caps, plans. These words beat every status (400, 401, 402, 403,
// 404, 422 and 429 all occur with an empty account), and no waiting time makes money appear.
#include "classify/rule.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

// clang-format off
constexpr Rule billing_rows[] = {
    {"openrouter-in-flight", Kind::rate_limit, Border::moves, statuses::any,
     "in flight budget",
     "https://openrouter.ai/docs/api-reference/errors"},
    {"credit-balance", Kind::quota, Border::fixed, statuses::any,
     "credit balance ~ too low|insufficient|exhausted|empty|used up|depleted|negative|below; "
     "credit_balance; credits balance ~ $0|0.00|too low",
     "https://platform.claude.com/docs/en/api/errors"},
    {"insufficient-funds", Kind::quota, Border::fixed, statuses::any,
     "insufficient ~ balance|credit|fund; insufficient_funds; balance is insufficient; balance insufficient; exceeded your balance; add funds; not enough ~ credit|balance|fund; run out of ~ credit|fund|balance; no available balance; "
     "no remaining ~ credit|balance; no credits; have any credits; any credits or licenses; "
     "lack of ~ credit|fund",
     "https://api-docs.deepseek.com/quick_start/error_codes"},
    {"insufficient-quota", Kind::quota, Border::fixed, statuses::any,
     "insufficient_quota; insufficient quota; insufficient user quota; quota is not enough; "
     "quota not enough; pre-consumed quota; pre-consume; exceeded_current_quota_error",
     "https://platform.openai.com/docs/guides/error-codes"},
    {"balance-gone", Kind::quota, Border::fixed, statuses::any,
     "balance ~ used up|exhausted|depleted|is empty|not sufficient|is insufficient|is too low|"
     "is negative|is $0; zero balance; negative balance",
     "wording shared by resellers"},
    {"credits-gone", Kind::quota, Border::fixed, statuses::any,
     "out of credit|out of funds|out of extra usage|out of usage|out of token credits|out of prepaid; "
     "used all ~ credit|included|free usage|free request|allowance; credit limit exceeded; credit limit reached; credit_limit; credits_exhausted; credits exhausted; requires more credits; can only afford; exceeded your copilot token usage; "
     "depleted ~ credit|balance; credits ~ depleted|exhausted|used up|run out|have expired; "
     "add more credits; buy more credits; purchase credits; purchase more credits; "
     "purchase additional credits; consumed all ~ credit; exhausted ~ credit",
     "https://openrouter.ai/docs/api-reference/errors"},
    {"credits-required", Kind::quota, Border::fixed, statuses::any,
     "usage credits required; usage credits are required; extra usage ~ required|draw; "
     "draw from your extra usage; extra usage is required; now uses usage credits; "
     "long_context_credits_required; credits are required; credits required",
     "https://code.claude.com/docs/en/errors"},
    {"budget", Kind::quota, Border::fixed, statuses::any,
     "budget has been exceeded; budget exceeded; budget_exceeded; exceeded their budget; "
     "exceeded your budget; exceeded its budget; ExceededBudget; over budget; "
     "budget ~ exceeded|exhausted|used up; budget limit; crossed budget",
     "https://docs.litellm.ai/docs/proxy/users"},
    {"spend-cap", Kind::quota, Border::fixed, statuses::any,
     "spend limit; key limit exceeded; key total limit exceeded; total limit exceeded; api key limit ~ exceeded|reached; budget limit reached; =x-should-retry: false; spending limit; spending cap; spend cap; spending quota; "
     "enforced_spend_limit; usage threshold; specified api usage limits; "
     "specified workspace api usage limits; your api usage limits; billing hard limit; billing limit; "
     "billing_hard_limit; regain access on; credit limit ~ reached|exceeded; cost limit",
     "https://platform.claude.com/docs/en/api/rate-limits"},
    {"payment", Kind::quota, Border::fixed, statuses::any,
     "payment required; set up billing; payment_required; payment instrument; invalid_payment_instrument; valid credit card; "
     "credit card on file; add a credit card; card on file; add a payment method; enter a payment method; "
     "payment method ~ required|declined|invalid|update|failed|missing; update your payment; top up your; "
     "top up to; please top up; needs to be topped up; please recharge; recharge your; recharge to; "
     "billing_error; billing is not enabled; billing not enabled; billing is not active; "
     "billing not active; billing_not_active; billing is disabled; billing account ~ disabled|closed|not; "
     "billing has ~ not; enable billing; unpaid invoice; unpaid balance; overdue payment; overdue!; "
     "account overdue; AccountOverdue; requires billing; billing to be enabled; payment overdue; "
     "past due; overdue bill; account is overdue; account is in arrears; arrearage; InArrears; ServiceStopArrears; in arrears; ChargeResourceExhaust; "
     "account is in good standing; account ~ good standing; prepayment credits",
     "https://help.aliyun.com/zh/model-studio/error-code"},
    {"account-suspended-for-billing", Kind::quota, Border::fixed, statuses::any,
     "account ~ suspended ~ billing|balance|recharge|payment|plan",
     "https://platform.moonshot.ai/docs/api/chat"},
    {"subscription", Kind::quota, Border::fixed, statuses::any,
     "subscription ~ has expired|is expired|expired|required|is inactive|not active|canceled|"
     "cancelled|has ended|quota limit; requires a subscription; requires an active subscription; "
     "no active subscription; not have a valid ~ subscription; purchase a subscription; "
     "subscribe to ~ continue|use; =InvalidSubscription; use codex with your chatgpt plan; not purchased; NotPurchased; has not purchased; ServiceNotActivated; not subscribed to; no subscription; check your subscription status;  subscription plan does not; "
     "membership ~ expired|benefits|required|inactive; membership_error; plan has expired; "
     "plan ~ has expired; coding plan ~ expired; your plan does not include; plan does not yet include; "
     "not included in your plan; not included in your current plan; exceeds your current plan limits",
     "https://docs.z.ai/devpack/tool/claude"},
    {"free-usage", Kind::quota, Border::fixed, statuses::any,
     "free usage ~ exhausted|exceeded|used|limit|for now; FreeUsageLimit; free usage exhausted; "
     "free trial accounts; too many free trial; out of free tier; free tier ~ exhausted|used up|ended|expired; "
     "free time limit; free trial ~ ended|expired|over|used up; "
     "trial ~ has ended|has expired|credits; free allocation; free allowance; daily free; "
     "resource pack ~ exhausted|used; ResourcePackExhausted; free quota ~ used|exhausted|expired; "
     "free allocated quota exceeded; free credits ~ used|exhausted|expired",
     "vendors' free tiers"},
    {"billing-chinese", Kind::quota, Border::fixed, statuses::any,
     "余额不足; 账户余额; 余额已; 欠费; 请充值; 充值后; 额度不足; 额度已; 额度用尽; 配额不足; 配额已; 配额用; 用量上限; 用量已; 额度; 余额; 免费额度; "
     "试用 ~ 结束|到期|过期; 套餐已; 套餐到期; 已到期; 预扣费; 资源包; 无可用资源; 次数限额; 订阅已; 未订阅",
     "https://docs.bigmodel.cn/cn/api/api-code"},
};
// clang-format on

}  // namespace

std::span<const Rule> billing_rules() {
  return billing_rows;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
