#pragma once
#include <optional>
#include <string>
#include <vector>

#include "fleet/turn.hpp"

/// `container.warm`: keeps a minimum of a type's instances started.
namespace understudy::daemon::fleet {

/// Chooses the instances that are kept started, where that may have changed. Returns the new ones, for a tick
/// once their spec is settled.
[[nodiscard]] std::vector<std::string> choose_warm(Turn& turn);

/// When some type's minimum may change.
[[nodiscard]] std::optional<container::Steady> warmth_deadline(const State& state, container::Now now);

}  // namespace understudy::daemon::fleet
