#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "understudy/store/rows.hpp"

namespace understudy::daemon::wire {

/// Rollout and Attempt as clients of the rollout store read them; input, config and metadata keep their own
/// text. The key `attempt` is absent when there is none.
[[nodiscard]] std::string rollout_json(const store::RolloutRow& rollout,
                                       const std::optional<store::AttemptRow>& attempt);
[[nodiscard]] std::string attempt_json(const store::AttemptRow& attempt);

/// A task's input for an agent's stdin: a JSON string as its text, anything else as JSON.
[[nodiscard]] std::string stdin_text(std::string_view input_json);

}  // namespace understudy::daemon::wire
