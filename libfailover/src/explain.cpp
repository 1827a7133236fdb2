#include <string>
#include <utility>

#include "json/words.hpp"
#include "understudy/failover/explain.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

std::string in_time(Instant at, Instant now) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(at - now).count();
  if (seconds <= 0) return "due";
  if (seconds < 120) return "in " + std::to_string(seconds) + " s";
  return "in " + std::to_string((seconds + 59) / 60) + " min";
}

}  // namespace

std::string_view to_string(GuardName name) {
  switch (name) {
    case GuardName::tier: return "tier";
    case GuardName::failover: return "failover";
    case GuardName::paused: return "paused";
    case GuardName::streak: return "streak";
    case GuardName::probation: return "probation";
    case GuardName::cooldown_multiplier: return "cooldown_multiplier";
    case GuardName::retry: return "retry";
    case GuardName::tier_out: return "tier_out";
    case GuardName::tier_over_budget: return "tier_over_budget";
  }
  return "";
}

std::optional<GuardName> parse_guard_name(std::string_view text) {
  return json::parse_word<GuardName>(text);
}

std::vector<Guard> explain(const Policy& policy, const State& state, Instant now) {
  std::vector<Guard> guards;
  const auto number = [](auto value) { return std::to_string(value); };
  const auto say = [&guards](GuardName name, std::string value) {
    guards.push_back({.name = name, .title = std::string(to_string(name)), .value = std::move(value)});
  };
  const auto count = [&guards, &number](GuardName name, int actual, int needed) {
    guards.push_back({.name = name,
                      .title = std::string(to_string(name)),
                      .value = number(actual) + " of " + number(needed),
                      .actual = actual,
                      .needed = needed});
  };
  const auto resting = [&guards, &number, now](GuardName name, int tier, std::string_view what,
                                               Instant until) {
    if (until > now)
      guards.push_back({.name = name,
                        .title = "tier " + number(tier) + std::string(what),
                        .value = in_time(until, now),
                        .tier = tier,
                        .until = until});
  };
  count(GuardName::tier, state.current_tier, static_cast<int>(policy.chain.size()));
  say(GuardName::failover, policy.can_move() ? "on"
                           : policy.enabled  ? "off: the chain has one tier"
                                             : "off: not configured");
  say(GuardName::paused, state.paused() ? std::string(to_string(*state.pause_reason)) : "no");
  count(GuardName::streak, state.streak, policy.server_error_threshold);
  say(GuardName::probation, state.half_open ? "yes" : "no");
  guards.push_back({.name = GuardName::cooldown_multiplier,
                    .title = "cooldown multiplier",
                    .value = number(state.multiplier),
                    .actual = state.multiplier});
  if (state.retry_at)
    guards.push_back({.name = GuardName::retry,
                      .title = "retry",
                      .value = in_time(*state.retry_at, now),
                      .until = state.retry_at});
  for (std::size_t i = 0; i < policy.chain.size(); ++i) {
    const int tier = static_cast<int>(i) + 1;
    if (const auto out = state.not_before.find(policy.chain[i]); out != state.not_before.end())
      resting(GuardName::tier_out, tier, " is out", out->second);
    if (const auto over = state.over_budget_until.find(policy.chain[i]);
        over != state.over_budget_until.end())
      resting(GuardName::tier_over_budget, tier, " is over its token budget", over->second);
  }
  return guards;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
