#include "fleet/health.hpp"

#include <algorithm>

#include "fleet/handle.hpp"

namespace understudy::daemon::fleet {

using failover::Instant;

namespace {

/// A time that is over must not wake the fleet again and again.
constexpr std::chrono::milliseconds shortest_hold{1'000};
/// For events that are about no agent.
const failover::Policy no_policy{};

const std::vector<failover::TierId>& chain_of(const Turn& turn, const Agent& agent) {
  return type_of(turn, agent).failover.chain;
}

bool is_external(const Turn& turn, const Agent& agent) {
  return type_of(turn, agent).agent.adapter == "external";
}

std::size_t users_of(const Turn& turn, const std::string& account) {
  std::size_t users = 0;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    const auto seat = seat_of(turn.accounts(), type_of(turn, *agent), name);
    users += std::ranges::any_of(seat.chain, [&](const auto& place) { return place.account == account; });
  }
  return users;
}

/// Accounts and tiers that the chains reach, and the accounts among them whose key is missing.
struct Reach {
  failover::ReachChanged all{};
  std::map<std::string, std::string> missing{};              ///< account to reason
  std::set<std::pair<std::string, std::string>> replaced{};  ///< was, is
};

Reach reach_of(const Turn& turn, const Accounts& before, const Accounts& now) {
  Reach reach;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    const auto& type = type_of(turn, *agent);
    const auto& chain = chain_of(turn, *agent);
    reach.all.agents.insert(name);
    for (int tier = 1; tier <= static_cast<int>(chain.size()); ++tier) {
      const auto& on = chain[static_cast<std::size_t>(tier) - 1];
      const auto is = account_of(now, type, name, tier);
      reach.all.tiers.insert({is, on.model});
      if (const auto reason = missing_key(now, type, tier); !reason.empty()) reach.missing[is] = reason;
      if (!before.by_provider.contains(on.provider)) continue;
      if (const auto was = account_of(before, type, name, tier); was != is) reach.replaced.insert({was, is});
    }
  }
  return reach;
}

}  // namespace

failover::Seat seat_now(Turn& turn, const Agent& agent) {
  const auto& type = type_of(turn, agent);
  auto seat = seat_of(turn.accounts(), type, agent.name);
  seat.external = is_external(turn, agent);
  seat.alone = true;  // move_externals() leaves trials to others
  if (!type.usage_threshold_tokens) return seat;
  for (std::size_t i = 0; i < seat.chain.size(); ++i)
    seat.chain[i].over_budget_until = turn.over_budget_until(agent.type, type, type.failover.chain[i]);
  return seat;
}

failover::Attempt attempt_on(const Turn& turn, const Agent& agent, const std::string& attempt_id,
                             const std::string& rollout_id, int tier) {
  const auto& chain = chain_of(turn, agent);
  const auto index = static_cast<std::size_t>(tier) - 1;
  return {.id = attempt_id,
          .agent = agent.name,
          .task = rollout_id,
          .on = {account_of(turn.accounts(), type_of(turn, agent), agent.name, tier),
                 index < chain.size() ? chain[index].model : std::string()},
          .down = tier > 1,
          .began = turn.now().wall};
}

bool step_health(Turn& turn, const failover::HealthEvent& event) {
  auto step =
      failover::step(no_policy, std::move(turn.touch_health()), event, turn.now().wall, turn.now().chance);
  turn.touch_health() = std::move(step.health);
  turn.note_changed(step.changed);
  return !step.changed.empty();
}

void follow_accounts(Turn& turn) {
  auto accounts = make_accounts(turn.config(), turn.tools().keys, turn.tools().place.account_key);
  const auto reach = reach_of(turn, turn.accounts(), accounts);
  turn.set_accounts(std::move(accounts));
  const auto is_used = [&](const std::string& account) {
    return std::ranges::any_of(reach.all.tiers, [&](const auto& tier) { return tier.account == account; });
  };
  for (const auto& [was, is] : reach.replaced)
    if (!is_used(was)) step_health(turn, failover::KeyChanged{was, is});
  for (const auto& [account, reason] : reach.missing)
    step_health(turn, failover::KeyMissing{account, reason});
  step_health(turn, reach.all);
}

failover::Choice choice_now(Turn& turn, const Agent& agent) {
  return failover::choose(type_of(turn, agent).failover, seat_now(turn, agent), turn.health(), agent.tiers,
                          {}, turn.now().wall);
}

void move_externals(Turn& turn) {
  if (turn.changed().empty()) return;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (!is_external(turn, *agent) || agent->leaving) continue;
    const auto choice = choice_now(turn, *agent);
    const bool stays = choice.what == failover::Decision::hold
                           ? agent->tiers.paused()
                           : choice.tier == agent->tiers.current_tier && !agent->tiers.paused();
    if (stays) continue;
    if (choice.pass == failover::Pass::trial) {
      const auto on = attempt_on(turn, *agent, "", "", choice.tier).on;
      if (users_of(turn, on.account) > 1) continue;  // the trial is for who begins something
    }
    step_tiers(turn, turn.touch(name), failover::HealthChanged{});
  }
}

Held held_by(const Turn& turn, const Agent& agent, const failover::Choice& choice) {
  const auto& chain = chain_of(turn, agent);
  const auto index = static_cast<std::size_t>(std::max(1, choice.tier)) - 1;
  Held held{.account = account_of(turn.accounts(), type_of(turn, agent), agent.name, choice.tier),
            .on = index < chain.size() ? chain[index] : agent.tiers.serving,
            .kind = choice.kind,
            .reason = turn.tools().redact(choice.reason)};
  const bool stays = agent.tiers.paused() && !type_of(turn, agent).failover.resume_when_possible;
  if (choice.until && !stays) held.until = std::max(*choice.until, turn.now().wall + shortest_hold);
  return held;
}

}  // namespace understudy::daemon::fleet
