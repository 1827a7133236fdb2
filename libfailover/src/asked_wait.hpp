#pragma once
#include <algorithm>

#include "understudy/failover/step.hpp"

namespace understudy::failover {

/// The seconds a provider asked for, rounded up, from none to longest_reset. What is no number asks for
/// nothing.
inline Duration asked_wait(double seconds) {
  if (!(seconds > 0)) return Duration{0};
  const double longest = std::chrono::duration<double>(longest_reset).count();
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(std::min(seconds, longest)));
}

}  // namespace understudy::failover
