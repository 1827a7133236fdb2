#pragma once
#include <chrono>

namespace understudy::failover {

/// A wall-clock moment, Unix milliseconds. The library never reads a clock: every moment is an argument.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

}  // namespace understudy::failover
