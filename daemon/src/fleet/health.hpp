#pragma once
#include "fleet/turn.hpp"
#include "understudy/failover/health_tiers.hpp"

/// What the fleet's turns do with the health of its providers: fed here, stored and announced at their end.
namespace understudy::daemon::fleet {

/// The agent and its chain as health knows them, with today's budgets.
[[nodiscard]] failover::Seat seat_now(Turn& turn, const Agent& agent);

/// A run of a task on a tier of the agent's chain, counted from 1.
[[nodiscard]] failover::Attempt attempt_on(const Turn& turn, const Agent& agent,
                                           const std::string& attempt_id, const std::string& rollout_id,
                                           int tier);

/// A step of health that decides about no tier. False when it changed nothing.
bool step_health(Turn& turn, const failover::HealthEvent& event);

/// Follows the configuration and the keys: what chains can reach, which keys are missing or changed.
void follow_accounts(Turn& turn);

/// Lets external agents follow what changed: they begin nothing, so nobody asks for them.
void move_externals(Turn& turn);

/// Where the agent's next task could begin, whatever that task is.
[[nodiscard]] failover::Choice choice_now(Turn& turn, const Agent& agent);

/// What the agent's queue waits for, by a choice that lets nothing begin.
[[nodiscard]] Held held_by(const Turn& turn, const Agent& agent, const failover::Choice& choice);

/// Stores and announces what this turn changed: entries of health, and who is held.
void save_health(Turn& turn);

}  // namespace understudy::daemon::fleet
