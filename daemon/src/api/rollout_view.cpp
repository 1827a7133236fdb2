#include "api/rollout_view.hpp"

#include "wire/agent_text.hpp"
#include "wire/json_text.hpp"
#include "wire/mask.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::api {

namespace {

store::AttemptRow without_agent_text(store::AttemptRow attempt) {
  if (attempt.metadata) attempt.metadata = wire::attempt_metadata_without_agent_text(*attempt.metadata);
  return attempt;
}

/// What a task waits for: it alone, or the queue it stands in. Empty: for no provider.
std::string held_of(const store::RolloutRow& rollout, const HeldQueues& held, bool sees_agent_text) {
  const bool waits =
      rollout.status == store::RolloutStatus::queuing || rollout.status == store::RolloutStatus::requeuing;
  if (!waits || !is_managed(rollout)) return {};
  if (rollout.held) return held_json(*rollout.held, sees_agent_text);
  const auto* queue = rollout.agent ? held.of_agent(*rollout.agent) : held.of_pool(*rollout.agent_type);
  return queue == nullptr ? std::string() : held_json(*queue, 1, sees_agent_text);
}

}  // namespace

bool is_managed(const store::RolloutRow& rollout) {
  return rollout.agent.has_value() || rollout.agent_type.has_value();
}

std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                         bool sees_agent_text) {
  return wire::attempt_json(sees_agent_text || !is_managed(rollout) ? attempt : without_agent_text(attempt));
}

std::string rollout_view(const store::RolloutRow& rollout, const std::optional<store::AttemptRow>& attempt,
                         bool sees_agent_text, const HeldQueues* held) {
  if (held != nullptr) {
    auto view = rollout_view(rollout, attempt, sees_agent_text);
    if (const auto waits_for = held_of(rollout, *held, sees_agent_text); !waits_for.empty())
      view.insert(view.size() - 1, ",\"held\":" + waits_for);
    return view;
  }
  if (sees_agent_text || !is_managed(rollout)) return wire::rollout_json(rollout, attempt);
  auto shown = rollout;
  shown.input = wire::quoted(wire::mask);
  shown.metadata = wire::task_metadata_without_agent_text(rollout.metadata);
  std::optional<store::AttemptRow> latest;
  if (attempt) latest = without_agent_text(*attempt);
  return wire::rollout_json(shown, latest);
}

}  // namespace understudy::daemon::api
