#pragma once
#include <algorithm>

#include "understudy/failover/step.hpp"

namespace understudy::failover {

/// The wait that a provider asked for, rounded up and at most max_reset_wait; none when it is not a number.
inline Duration bounded_wait(double seconds) {
  if (!(seconds > 0)) return Duration{0};
  const double longest = std::chrono::duration<double>(max_reset_wait).count();
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(std::min(seconds, longest)));
}

}  // namespace understudy::failover
