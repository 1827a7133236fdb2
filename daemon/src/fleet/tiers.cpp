// Runs the failover machine, with its ledger rows and events.
#include <fmt/format.h>

#include "fleet/handle.hpp"
#include "fleet/records.hpp"
#include "wire/json_text.hpp"

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

}  // namespace

bool step_tiers(Turn& turn, Agent& agent, const failover::Event& event, const Cause& cause) {
  auto step = failover::step(type_of(turn, agent).failover, std::move(agent.tiers), event, turn.now().wall);
  agent.tiers = std::move(step.state);
  for (auto& entry : step.ledger) {
    entry.reason = turn.tools().redact(entry.reason);
    auto row = ledger_row(agent.name, turn.now_ms(), entry, cause.rollout_id, cause.attempt_id);
    row.id = turn.tx().append_ledger(row);
    agent.decision = in_words(agent.name, entry);
    agent.decided_at = turn.now().wall;
    turn.announce(std::string(event_type(entry)), agent.name, agent.decision, ledger_json(row));
  }
  return step.moved;
}

Answer command_tier(Turn& turn, const std::string& name, const failover::Event& event) {
  if (!turn.find(name)) return std::unexpected(no_such_agent(name));
  auto& agent = turn.touch(name);
  step_tiers(turn, agent, event);
  return provider_state_json(agent, type_of(turn, agent));
}

std::string provider_state_json(const Agent& agent, const config::AgentType& type) {
  const auto& tiers = agent.tiers;
  const auto when = [](const std::optional<failover::Instant>& at) -> std::optional<std::int64_t> {
    if (!at) return std::nullopt;
    return at->time_since_epoch().count();
  };
  const auto index = static_cast<std::size_t>(std::max(1, tiers.current_tier)) - 1;
  const auto& chain = type.failover.chain;
  wire::ObjectText json;
  json.integer("current_tier", tiers.current_tier)
      .integer_or_null("last_failover_at", when(tiers.last_failover_at));
  if (tiers.last_failure_kind)
    json.text("last_failure_kind", failover::to_string(*tiers.last_failure_kind));
  else
    json.null("last_failure_kind");
  json.flag("paused", tiers.paused());
  if (tiers.pause_reason)
    json.text("pause_reason", failover::to_string(*tiers.pause_reason));
  else
    json.null("pause_reason");
  json.integer_or_null("retry_at", when(tiers.retry_at))
      .text("active_model", index < chain.size() ? chain[index].model : "")
      .number("cooldown_min", std::chrono::duration<double, std::ratio<60>>(
                                  type.failover.cooldown.number().value_or(failover::Cooldown::usual))
                                  .count());
  return std::move(json).done();
}

}  // namespace understudy::daemon::fleet
