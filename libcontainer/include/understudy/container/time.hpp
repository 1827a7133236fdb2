#pragma once
#include <chrono>

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// A wall-clock moment, Unix milliseconds: for what disk keeps and people read.
using Instant = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;
/// A reading of a steady clock of this process, in milliseconds since any fixed point: for windows,
/// deadlines, latencies.
using Steady = std::chrono::milliseconds;

/// The moment a step happens. The library never reads a clock and never draws a number: both are arguments.
struct Now {
  Instant wall{};
  Steady steady{};
  double chance{0.5};  ///< a number in [0, 1) that spreads back-off; 0.5 spreads nothing
};

}  // namespace understudy::container
#pragma GCC visibility pop
