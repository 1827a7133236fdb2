// Where an instance stands in its chain, as JSON. When it may return is health's to say, at the time of
// reading.
#include <algorithm>

#include "fleet/handle.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

using Minutes = std::chrono::duration<double, std::ratio<60>>;

/// Its seat, with the budgets as far as the agent knows them.
failover::Seat seat_with_budgets(const Agent& agent, const config::AgentType& type,
                                 const Accounts& accounts) {
  auto seat = seat_of(accounts, type, agent.name);
  const auto& chain = type.failover.chain;
  const auto& over = agent.tiers.over_budget_until;
  for (std::size_t i = 0; i < std::min(chain.size(), seat.chain.size()); ++i)
    if (const auto known = over.find(chain[i]); known != over.end())
      seat.chain[i].over_budget_until = known->second;
  return seat;
}

std::optional<std::int64_t> ms(const std::optional<failover::Instant>& at) {
  return at ? std::optional(at->time_since_epoch().count()) : std::nullopt;
}

/// What the dashboard counts down from the last failover.
Minutes cooldown_of(const failover::State& tiers, const failover::Policy& policy,
                    const std::optional<failover::Instant>& retry_at) {
  if (tiers.last_failover_at && retry_at)
    return std::max(*retry_at - *tiers.last_failover_at, failover::Duration{});
  return policy.cooldown.number().value_or(failover::Cooldown::usual);
}

}  // namespace

std::optional<failover::Instant> retry_at(const Agent& agent, const config::AgentType& type,
                                          const Accounts& accounts, const failover::Health& health,
                                          failover::Instant now) {
  const auto& tiers = agent.tiers;
  if (tiers.current_tier <= 1 && tiers.pause_reason != failover::PauseReason::exhausted) return std::nullopt;
  return failover::retry_at(type.failover, seat_with_budgets(agent, type, accounts), health, tiers, now);
}

std::string provider_state_json(const Agent& agent, const config::AgentType& type, const Accounts& accounts,
                                const failover::Health& health, failover::Instant now) {
  const auto& tiers = agent.tiers;
  const auto& chain = type.failover.chain;
  const auto index = static_cast<std::size_t>(std::max(1, tiers.current_tier)) - 1;
  const auto retry = retry_at(agent, type, accounts, health, now);
  wire::ObjectText json;
  json.integer("current_tier", tiers.current_tier)
      .integer_or_null("last_failover_at", ms(tiers.last_failover_at));
  if (tiers.last_failure_kind)
    json.text("last_failure_kind", failover::to_string(*tiers.last_failure_kind));
  else
    json.null("last_failure_kind");
  json.flag("paused", tiers.paused());
  if (tiers.pause_reason)
    json.text("pause_reason", failover::to_string(*tiers.pause_reason));
  else
    json.null("pause_reason");
  return json.integer_or_null("retry_at", ms(retry))
      .text("active_model", index < chain.size() ? chain[index].model : "")
      .number("cooldown_min", cooldown_of(tiers, type.failover, retry).count())
      .done();
}

}  // namespace understudy::daemon::fleet
