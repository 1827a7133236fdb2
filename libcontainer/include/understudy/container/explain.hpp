#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/container/policy.hpp"
#include "understudy/container/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// A condition of the idle stop.
enum class GuardName : std::uint8_t {
  ready,
  no_leases,
  nobody_waits,
  not_pinned,
  not_kept_warm,
  idle_window,
  up_long_enough,
  engine_reachable,
  no_request,
  not_shutting_down,
};
/// As on the wire: "no leases".
[[nodiscard]] std::string_view to_string(GuardName guard);

struct Guard {
  GuardName name{};
  bool holds{false};
  std::string value{};                   ///< what was compared, for people: "2 leases", "9 s of 600 s"
  std::optional<std::int64_t> actual{};  ///< a number of leases or waiters, or milliseconds
  std::optional<std::int64_t> needed{};  ///< milliseconds
};

enum class TimerName : std::uint8_t {
  waiter_deadline,
  lease_expiry,
  start_timeout,
  next_probe,
  idle_stop,
  drain_deadline,
  retry,
  look,
  answer,  ///< of the engine, to a request
};
/// As on the wire; empty for `answer`, which is named as the request.
[[nodiscard]] std::string_view to_string(TimerName timer);

struct Timer {
  TimerName name{};
  Steady at{};
  OpKind request{};  ///< the one whose answer is awaited
};
[[nodiscard]] std::string_view to_string(const Timer& timer);

struct Explanation {
  Phase phase{Phase::unknown};
  Decision decision{Decision::none};
  Instant decided_at{};
  std::string last_error{};
  std::vector<Guard> idle_stop{};  ///< every guard of the idle stop; it happens when all hold
  std::optional<Timer> next{};     ///< the earliest timer
};

[[nodiscard]] Explanation explain(const Policy& policy, const Instance& instance, Now now);

}  // namespace understudy::container
#pragma GCC visibility pop
