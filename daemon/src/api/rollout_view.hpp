#pragma once
#include <optional>
#include <string>

#include "understudy/store/rows.hpp"

namespace understudy::daemon::api {

/// Belongs to an instance or a pool of ours: what goes in and comes out is the operator's to read.
[[nodiscard]] bool is_managed(const store::RolloutRow& rollout);

/// Rollout and Attempt as JSON; of a managed one only operators and viewers see what agents wrote.
[[nodiscard]] std::string rollout_view(const store::RolloutRow& rollout,
                                       const std::optional<store::AttemptRow>& attempt, bool sees_agent_text);
[[nodiscard]] std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                                       bool sees_agent_text);

}  // namespace understudy::daemon::api
