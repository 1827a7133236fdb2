#include "api/rollout_view.hpp"

#include "config/document.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_text.hpp"

namespace understudy::daemon::api {

namespace {

store::AttemptRow without_output(store::AttemptRow attempt) {
  if (!attempt.metadata) return attempt;
  wire::ObjectText metadata;
  for (const auto& [key, value] : wire::raw_members(*attempt.metadata)) {
    if (key == "output")
      metadata.text(key, config::mask);
    else
      metadata.raw(key, value);
  }
  attempt.metadata = std::move(metadata).done();
  return attempt;
}

}  // namespace

bool is_managed(const store::RolloutRow& rollout) {
  return rollout.agent.has_value() || rollout.agent_type.has_value();
}

std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                         bool for_operator) {
  return wire::attempt_json(for_operator || !is_managed(rollout) ? attempt : without_output(attempt));
}

std::string rollout_view(const store::RolloutRow& rollout, const std::optional<store::AttemptRow>& attempt,
                         bool for_operator) {
  if (for_operator || !is_managed(rollout)) return wire::rollout_json(rollout, attempt);
  auto shown = rollout;
  shown.input = wire::quoted(config::mask);
  std::optional<store::AttemptRow> latest;
  if (attempt) latest = without_output(*attempt);
  return wire::rollout_json(shown, latest);
}

}  // namespace understudy::daemon::api
