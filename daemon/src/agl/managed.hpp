#pragma once
#include <optional>
#include <span>
#include <string>

#include "api/rollout_view.hpp"
#include "fleet/turn.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts of our own agents: only the operator may access them, and only the fleet runs them.
namespace understudy::daemon::agl {

using api::is_managed;

/// The refusal when somebody else than the operator writes to a managed rollout.
[[nodiscard]] std::optional<fleet::Refusal> operator_only(const store::RolloutRow& rollout, bool is_operator);
[[nodiscard]] fleet::Refusal operator_required();
/// The same for spans.
[[nodiscard]] std::optional<fleet::Refusal> spans_refused(fleet::Turn& turn,
                                                          std::span<const store::SpanRow> spans,
                                                          bool is_operator);
inline constexpr std::size_t spans_a_turn = 500;

/// The refusal of what only the daemon may do: begin or judge its agents' attempts.
[[nodiscard]] fleet::Refusal daemon_only(const store::RolloutRow& rollout);

/// Why a rollout cannot be bound to this agent or type, if so.
[[nodiscard]] std::optional<fleet::Refusal> binding_refusal(const fleet::Turn& turn,
                                                            const std::optional<std::string>& agent,
                                                            const std::optional<std::string>& agent_type);
/// Offers a queued rollout to its agent or pool.
void offer(fleet::Turn& turn, const store::RolloutRow& rollout);
/// Whether an instance is working on it.
[[nodiscard]] bool is_under_way(const fleet::Turn& turn, const std::string& rollout_id);

}  // namespace understudy::daemon::agl
