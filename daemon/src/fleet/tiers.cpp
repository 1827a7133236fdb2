// Runs the tier machine of one agent among others, with its ledger rows and events.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/records.hpp"

namespace understudy::daemon::fleet {

namespace {

std::string_view circled(int tier) {
  constexpr std::string_view digits[]{"?", "①", "②", "③"};
  return digits[tier >= 1 && tier <= 3 ? tier : 0];
}

std::string_view event_type(const failover::LedgerEntry& entry) {
  const auto* change = std::get_if<failover::Change>(&entry.kind);
  if (change == nullptr) return "provider.failover";
  switch (*change) {
    case failover::Change::pause:
    case failover::Change::exhausted: return "provider.paused";
    case failover::Change::unpause:
    case failover::Change::auto_resume: return "provider.resumed";
    case failover::Change::cooldown_reset:
    case failover::Change::manual_reset:
    case failover::Change::config_changed: return "provider.reset";
  }
  return "provider.failover";
}

std::string in_words(const std::string& agent, const failover::LedgerEntry& entry) {
  const auto type = event_type(entry);
  if (type == "provider.paused") return fmt::format("{} paused: {}", agent, entry.reason);
  if (type == "provider.resumed")
    return fmt::format("{} resumed on {}: {}", agent, circled(entry.to_tier), entry.reason);
  return fmt::format("{} {} → {}: {}", agent, circled(entry.from_tier), circled(entry.to_tier), entry.reason);
}

/// For those who read the state: budgets are counted only in turns.
void remember_budgets(const failover::Policy& policy, const failover::Seat& seat, failover::State& tiers) {
  tiers.over_budget_until.clear();
  for (std::size_t i = 0; i < std::min(policy.chain.size(), seat.chain.size()); ++i)
    if (const auto& until = seat.chain[i].over_budget_until)
      tiers.over_budget_until[policy.chain[i]] = *until;
}

}  // namespace

TierStep step_tiers(Turn& turn, Agent& agent, const failover::SeatEvent& event, const Cause& cause) {
  const auto seat = seat_now(turn, agent);
  auto step = failover::step(type_of(turn, agent).failover, seat, std::move(turn.touch_health()),
                             std::move(agent.tiers), event, turn.now().wall, turn.now().chance);
  turn.touch_health() = std::move(step.health);
  agent.tiers = std::move(step.state);
  remember_budgets(type_of(turn, agent).failover, seat, agent.tiers);
  turn.note_changed(step.changed);
  for (auto& entry : step.ledger) {
    entry.reason = turn.tools().redact(entry.reason);
    auto row = ledger_row(agent.name, turn.now_ms(), entry, cause.rollout_id, cause.attempt_id);
    row.id = turn.tx().append_ledger(row);
    agent.decision = in_words(agent.name, entry);
    agent.decided_at = turn.now().wall;
    turn.announce(std::string(event_type(entry)), agent.name, agent.decision, ledger_json(row));
  }
  return {.moved = step.moved, .fate = step.fate, .choice = std::move(step.choice)};
}

Answer command_tier(Turn& turn, const std::string& name, const failover::SeatEvent& event) {
  if (!turn.find(name)) return std::unexpected(no_such_agent(name));
  auto& agent = turn.touch(name);
  step_tiers(turn, agent, event);
  if (!std::holds_alternative<failover::PauseRequested>(event))
    turn.tx().release_held(agent.name, agent.type);
  return provider_state_json(agent, type_of(turn, agent), turn.accounts(), turn.health(), turn.now().wall);
}

}  // namespace understudy::daemon::fleet
