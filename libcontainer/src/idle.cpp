#include "understudy/container/idle.hpp"

#include <algorithm>

namespace understudy::container {

void observe(IdleMeter& meter, Phase phase, Steady now) {
  const Duration passed = std::max(Duration{}, now - meter.since);
  if (meter.phase == Phase::busy || meter.phase == Phase::draining) meter.busy += passed;
  if (meter.phase == Phase::ready) meter.idle += passed;
  meter.phase = phase;
  meter.since = now;
}

}  // namespace understudy::container
