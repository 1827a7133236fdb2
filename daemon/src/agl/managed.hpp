#pragma once
#include <optional>
#include <string>

#include "fleet/turn.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts of our own agents among the store's: they are the operator's, and the fleet's to run.
namespace understudy::daemon::agl {

[[nodiscard]] bool is_managed(const store::RolloutRow& rollout);

/// The refusal of a write to a managed rollout by anybody but the operator.
[[nodiscard]] std::optional<fleet::Refusal> closed_to(const store::RolloutRow& rollout, bool is_operator);
[[nodiscard]] fleet::Refusal operator_wanted();

/// Nobody but the daemon begins or judges its agents' attempts.
[[nodiscard]] fleet::Refusal only_the_daemon(const store::RolloutRow& rollout);

/// Binding to that agent, or any of that type, is possible; or why not.
[[nodiscard]] std::optional<fleet::Refusal> cannot_bind(const fleet::Turn& turn,
                                                        const std::optional<std::string>& agent,
                                                        const std::optional<std::string>& agent_type);
/// Whoever may take this queued rollout looks at its queue.
void offer(fleet::Turn& turn, const store::RolloutRow& rollout);
/// An instance works on it.
[[nodiscard]] bool is_under_way(const fleet::Turn& turn, const std::string& rollout_id);

}  // namespace understudy::daemon::agl
