#include <cstdint>

#include "understudy/failover/step.hpp"

namespace understudy::failover {

namespace {

std::string in_time(Instant at, Instant now) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(at - now).count();
  if (seconds <= 0) return "due";
  if (seconds < 120) return "in " + std::to_string(seconds) + " s";
  return "in " + std::to_string((seconds + 59) / 60) + " min";
}

}  // namespace

std::vector<Guard> explain(const Policy& policy, const State& state, Instant now) {
  std::vector<Guard> guards;
  const auto number = [](auto value) { return std::to_string(value); };
  guards.push_back({"tier", number(state.current_tier) + " of " + number(policy.chain.size())});
  guards.push_back({"failover", policy.can_move() ? "on"
                                : policy.enabled  ? "off: the chain has one tier"
                                                  : "off: not configured"});
  guards.push_back({"paused", state.paused() ? std::string(to_string(*state.pause_reason)) : "no"});
  guards.push_back({"streak", number(state.streak) + " of " + number(policy.server_error_threshold)});
  guards.push_back({"probation", state.half_open ? "yes" : "no"});
  guards.push_back({"cooldown multiplier", number(state.multiplier)});
  if (state.retry_at) guards.push_back({"retry", in_time(*state.retry_at, now)});
  for (std::size_t i = 0; i < policy.chain.size(); ++i) {
    const auto out = state.not_before.find(policy.chain[i]);
    if (out != state.not_before.end() && out->second > now)
      guards.push_back({"tier " + number(i + 1) + " is out", in_time(out->second, now)});
    const auto budget = state.over_budget_until.find(policy.chain[i]);
    if (budget != state.over_budget_until.end() && budget->second > now)
      guards.push_back({"tier " + number(i + 1) + " is over its token budget", in_time(budget->second, now)});
  }
  return guards;
}

}  // namespace understudy::failover
