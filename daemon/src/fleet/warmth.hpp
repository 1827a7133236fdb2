#pragma once
#include <optional>
#include <string>
#include <vector>

#include "fleet/turn.hpp"

/// `container.warm`: a minimum of a type's instances is kept started.
namespace understudy::daemon::fleet {

/// Chooses which instances the minimum is kept with, where something may have changed that. Returns those
/// that were not among them before: their machines are to look again once they know what to start.
[[nodiscard]] std::vector<std::string> choose_warm(Turn& turn);

/// When the minimum of some type may be another one.
[[nodiscard]] std::optional<container::Steady> warmth_deadline(const State& state, container::Now now);

}  // namespace understudy::daemon::fleet
