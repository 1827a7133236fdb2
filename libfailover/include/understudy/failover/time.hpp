#pragma once
#include <chrono>

#include "understudy/failover/version.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// A wall-clock moment, Unix milliseconds. The library never reads a clock: every moment is an argument.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
