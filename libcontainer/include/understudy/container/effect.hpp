#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "understudy/container/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

// Requests to the engine carry the epoch their answer must carry. At most one mutation is in flight for an
// instance. All but create name a container by id, so that a late request can only hit what it was meant for.

/// Create and Start may wait for a slot of the daemon's start semaphore: report Admitted when sent, then
/// OpResult.
struct Create {
  Spec spec{};
  std::uint64_t epoch{0};
  bool operator==(const Create&) const = default;
};
/// A request that needs no more than the container.
template <OpKind>
struct Request {
  std::string container_id{};
  std::uint64_t epoch{0};
  bool operator==(const Request&) const = default;
};
using Start = Request<OpKind::start>;
/// The request's own client timeout is grace + margin (until `deadline`); giving up is Answer::unresolved.
struct Stop {
  std::string container_id{};
  Duration grace{};
  std::uint64_t epoch{0};
  Steady deadline{};
  bool operator==(const Stop&) const = default;
};
using Kill = Request<OpKind::kill>;
using Remove = Request<OpKind::remove>;
/// By id; with an empty id look for this instance's labels. Answered by Inspected, or OpResult{inspect} on
/// failure.
using Inspect = Request<OpKind::inspect>;
/// One readiness probe, not a loop. Readiness `none` passes at once. Answered by Probed.
using Probe = Request<OpKind::probe>;

struct Grant {
  std::string lease{};
  Incarnation incarnation{};
  bool operator==(const Grant&) const = default;
};

enum class RefuseReason : std::uint8_t { start_failed, circuit_open, timeout, stopped, deleted, shutdown };
[[nodiscard]] std::string_view to_string(RefuseReason reason);
struct Refuse {
  std::string waiter{};
  RefuseReason reason{RefuseReason::timeout};
  std::string message{};                  ///< one line for the operator
  std::optional<Duration> retry_after{};  ///< when a try makes sense again
  bool operator==(const Refuse&) const = default;
};

enum class RevokeCause : std::uint8_t {
  instance_crashed,
  lost_on_restart,  ///< found dead when the daemon came back
  external_stop,
  lease_expired,
  hard_cap,
  drain_forced,
  stopped,
  deleted,
  shutdown,
};
[[nodiscard]] std::string_view to_string(RevokeCause cause);
struct Revoke {
  std::string lease{};
  RevokeCause cause{RevokeCause::instance_crashed};
  std::optional<int> exit_code{};
  bool oom{false};
  std::string log_tail{};
  bool operator==(const Revoke&) const = default;
};
/// Ask the work to end by itself; Revoke follows after the grace.
struct Interrupt {
  std::string lease{};
  bool operator==(const Interrupt&) const = default;
};

using Effect =
    std::variant<Create, Start, Stop, Kill, Remove, Inspect, Probe, Grant, Refuse, Revoke, Interrupt>;

}  // namespace understudy::container
#pragma GCC visibility pop
