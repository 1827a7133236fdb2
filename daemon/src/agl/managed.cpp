#include "agl/managed.hpp"

#include <algorithm>

#include "fleet/handle.hpp"

namespace understudy::daemon::agl {

fleet::Refusal operator_required() {
  return {fleet::RefusalKind::unauthorized,
          "A rollout of an agent of this daemon is the operator's: this call wants the operator's token"};
}

std::optional<fleet::Refusal> operator_only(const store::RolloutRow& rollout, bool is_operator) {
  if (is_operator || !is_managed(rollout)) return std::nullopt;
  return operator_required();
}

std::optional<fleet::Refusal> spans_refused(fleet::Turn& turn, std::span<const store::SpanRow> spans,
                                            bool is_operator) {
  if (is_operator) return std::nullopt;
  std::string_view seen;
  for (const auto& span : spans) {
    if (span.rollout_id == seen) continue;  // mostly all are of one rollout
    seen = span.rollout_id;
    if (turn.tx().is_managed(span.rollout_id).value_or(false)) return operator_required();
  }
  return std::nullopt;
}

fleet::Refusal daemon_only(const store::RolloutRow& rollout) {
  return {fleet::RefusalKind::conflict, rollout.rollout_id + " belongs to " +
                                            rollout.agent.value_or(rollout.agent_type.value_or("")) +
                                            ": only the daemon begins and judges its attempts"};
}

std::optional<fleet::Refusal> binding_refusal(const fleet::Turn& turn,
                                              const std::optional<std::string>& agent,
                                              const std::optional<std::string>& agent_type) {
  if (agent) {
    const auto* known = turn.find(*agent);
    if (!known) return fleet::no_such_agent(*agent);
    if (known->leaving) return fleet::Refusal{fleet::RefusalKind::conflict, *agent + " is being removed"};
    return std::nullopt;
  }
  if (!agent_type) return std::nullopt;
  const auto type = turn.config().agent_types.find(*agent_type);
  if (type != turn.config().agent_types.end() && !type->second.instances.empty()) return std::nullopt;
  return fleet::Refusal{fleet::RefusalKind::not_found, "there is no agent type '" + *agent_type + "'"};
}

void offer(fleet::Turn& turn, const store::RolloutRow& rollout) {
  if (rollout.agent) {
    if (turn.find(*rollout.agent)) turn.touch(*rollout.agent);
  } else if (rollout.agent_type) {
    turn.offer(*rollout.agent_type);
  }
}

bool is_under_way(const fleet::Turn& turn, const std::string& rollout_id) {
  const auto names = turn.names();
  return std::ranges::any_of(names, [&](const auto& name) {
    const auto& task = turn.find(name)->task;
    return task && task->rollout_id == rollout_id;
  });
}

}  // namespace understudy::daemon::agl
