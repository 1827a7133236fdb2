#pragma once
#include <optional>
#include <string>

#include "api/held.hpp"
#include "understudy/store/rows.hpp"

namespace understudy::daemon::api {

/// Belongs to one of our instances or pools: only operators may read its input and output.
[[nodiscard]] bool is_managed(const store::RolloutRow& rollout);

/// Rollout and Attempt as JSON; if managed, only operators and viewers see agents' text. With `held`, a
/// waiting task says what it waits for.
[[nodiscard]] std::string rollout_view(const store::RolloutRow& rollout,
                                       const std::optional<store::AttemptRow>& attempt, bool sees_agent_text,
                                       const HeldQueues* held = nullptr);
[[nodiscard]] std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                                       bool sees_agent_text);

}  // namespace understudy::daemon::api
