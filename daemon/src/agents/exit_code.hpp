#pragma once
#include <optional>

#include "agents/adapter.hpp"

namespace understudy::daemon::agents {

/// As a shell says it: 128 + the signal that ended it. Nothing when it was lost.
[[nodiscard]] inline std::optional<int> exit_code_of(const ProcessEnd& end) {
  if (end.lost) return std::nullopt;
  if (end.signal) return 128 + *end.signal;
  return end.exit_code;
}

}  // namespace understudy::daemon::agents
