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

}  // namespace

bool is_managed(const store::RolloutRow& rollout) {
  return rollout.agent.has_value() || rollout.agent_type.has_value();
}

std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                         bool sees_agent_text) {
  return wire::attempt_json(sees_agent_text || !is_managed(rollout) ? attempt : without_agent_text(attempt));
}

std::string rollout_view(const store::RolloutRow& rollout, const std::optional<store::AttemptRow>& attempt,
                         bool sees_agent_text) {
  if (sees_agent_text || !is_managed(rollout)) return wire::rollout_json(rollout, attempt);
  auto shown = rollout;
  shown.input = wire::quoted(wire::mask);
  shown.metadata = wire::task_metadata_without_agent_text(rollout.metadata);
  std::optional<store::AttemptRow> latest;
  if (attempt) latest = without_agent_text(*attempt);
  return wire::rollout_json(shown, latest);
}

}  // namespace understudy::daemon::api
