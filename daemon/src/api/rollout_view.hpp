#pragma once
#include <optional>
#include <string>

#include "understudy/store/rows.hpp"

namespace understudy::daemon::api {

/// Belongs to an instance or a pool of ours: what goes in and comes out is the operator's to read.
[[nodiscard]] bool is_managed(const store::RolloutRow& rollout);

/// Rollout and Attempt as JSON; for others than the operator a managed one's input and output are masked.
[[nodiscard]] std::string rollout_view(const store::RolloutRow& rollout,
                                       const std::optional<store::AttemptRow>& attempt, bool for_operator);
[[nodiscard]] std::string attempt_view(const store::RolloutRow& rollout, const store::AttemptRow& attempt,
                                       bool for_operator);

}  // namespace understudy::daemon::api
