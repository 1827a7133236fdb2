#pragma once
#include <algorithm>

#include "understudy/failover/step.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// The wait that a provider asked for, rounded up and at most max_reset_wait; none when it is not a number.
inline Duration bounded_wait(double seconds) {
  if (!(seconds > 0)) return Duration{0};
  const double longest = std::chrono::duration<double>(max_reset_wait).count();
  return std::chrono::ceil<Duration>(std::chrono::duration<double>(std::min(seconds, longest)));
}

/// How long a task waits before it tries the same tier again: the provider's own delay, or a back-off that
/// doubles.
inline Duration delay_for(const Verdict& verdict, int tries) {
  constexpr Duration first = std::chrono::seconds{1}, longest = std::chrono::seconds{60};
  if (verdict.retry_after_s) return bounded_wait(*verdict.retry_after_s);
  Duration delay = first;
  for (int i = 1; i < tries && delay < longest; ++i) delay *= 2;
  return std::min(delay, longest);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
