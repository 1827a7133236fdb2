#include <algorithm>

#include "json/words.hpp"
#include "understudy/failover/state.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(OnExhausted what) {
  switch (what) {
    case OnExhausted::pause: return "pause";
    case OnExhausted::wrap: return "wrap";
  }
  return "";
}
std::optional<OnExhausted> parse_on_exhausted(std::string_view text) {
  return json::parse_word<OnExhausted>(text);
}

std::string_view to_string(ReturnPolicy when) {
  switch (when) {
    case ReturnPolicy::when_due: return "when_due";
    case ReturnPolicy::after_success: return "after_success";
  }
  return "";
}
std::optional<ReturnPolicy> parse_return_policy(std::string_view text) {
  return json::parse_word<ReturnPolicy>(text);
}

std::vector<std::string> validate(const Policy& policy) {
  std::vector<std::string> problems;
  const auto& chain = policy.chain;
  if (chain.empty() || chain.size() > 3)
    problems.push_back("a chain has 1 to 3 tiers, this one has " + std::to_string(chain.size()));
  for (auto tier = chain.begin(); tier != chain.end() && chain.size() <= 3; ++tier) {
    const auto number = [&](auto at) { return "tier " + std::to_string(at - chain.begin() + 1); };
    if (tier->provider.empty()) problems.push_back(number(tier) + " has no provider");
    if (tier->model.empty()) problems.push_back(number(tier) + " has no model");
    if (const auto first = std::find(chain.begin(), tier, *tier); first != tier)
      problems.push_back(number(tier) + " is " + number(first) + " again: " + tier->provider + "/" +
                         tier->model);
  }
  if (policy.server_error_threshold < 1)
    problems.push_back("server_error_threshold must be at least 1, it is " +
                       std::to_string(policy.server_error_threshold));
  const auto not_negative = [&problems](std::string name, std::optional<Duration> time) {
    if (time && *time < Duration{0}) problems.push_back(name + " must not be negative");
  };
  for (const Kind kind : all_kinds)
    if (is_provider_fault(kind))
      not_negative("the cooldown of " + std::string(to_string(kind)), policy.cooldown.of(kind));
  not_negative("wait_in_place", policy.wait_in_place);
  not_negative("give_up_after", policy.give_up_after);
  return problems;
}

std::string_view to_string(PauseReason reason) {
  switch (reason) {
    case PauseReason::exhausted: return "exhausted";
    case PauseReason::operator_: return "operator";
  }
  return "?";  // unreachable for a value made by the language
}

std::optional<PauseReason> parse_pause_reason(std::string_view text) {
  if (text == "exhausted") return PauseReason::exhausted;
  if (text == "operator") return PauseReason::operator_;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
