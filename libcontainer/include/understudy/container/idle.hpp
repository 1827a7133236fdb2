#pragma once
#include "understudy/container/state.hpp"

namespace understudy::container {

/// Running totals of time with and without work. Feed it every step's resulting phase.
struct IdleMeter {
  Duration busy{};  ///< busy, draining
  Duration idle{};  ///< ready
  Phase phase{Phase::unknown};
  Steady since{};
  bool operator==(const IdleMeter&) const = default;
};

/// Adds the time since the last observation to the phase that lasted until now. A clock that went back adds
/// nothing.
void observe(IdleMeter& meter, Phase phase, Steady now);

}  // namespace understudy::container
