#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "understudy/container/effect.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

enum class FactType : std::uint8_t {
  lazy_started,
  lazy_stopped,
  lazy_start_failed,
  lazy_stop_failed,
  start_failed,  ///< of a pinned instance, which has no lazy_* facts
  crashed,
  adopted,
  paused,  ///< by somebody, in the engine
  unpaused,
  draining,
  recreated,
  drift_detected,
  lease_revoked,
  orphan_found,        ///< from the reconcile plan
  engine_unreachable,  ///< raised by the daemon once per engine, never by step
  engine_recovered,    ///< likewise
  circuit_open,
  circuit_half_open,
};
/// As on the wire, with the prefix: "container.lazy_started".
[[nodiscard]] std::string_view to_string(FactType type);

/// The cause of a stop or of a revocation, or the decision to drain.
using FactReason = std::variant<std::monostate, StopCause, RevokeCause, Decision>;
/// Empty when there is none.
[[nodiscard]] std::string_view to_string(const FactReason& reason);

/// On the steady clock. total = queued + create + start + probe.
struct Latency {
  Duration total{};
  Duration queued{};  ///< waiting for an earlier stop, a removal, admission
  Duration create{};
  Duration start{};
  Duration probe{};  ///< from the engine's answer to confirmed readiness
  bool operator==(const Latency&) const = default;
};

/// Something that happened to an instance, for the event log. Fields a type does not use stay empty.
struct Fact {
  FactType type{FactType::lazy_started};
  Instant at{};
  Incarnation incarnation{};
  std::int64_t generation{0};
  std::int64_t from_generation{0};  ///< recreated, drift_detected, draining
  Phase from{Phase::unknown};
  Phase to{Phase::unknown};
  FactReason reason{};
  std::string error{};  ///< one line for the operator
  std::optional<FailureKind> kind{};
  std::optional<int> exit_code{};
  bool oom{false};
  std::string log_tail{};
  std::optional<Latency> latency{};
  std::optional<Duration> idle{};
  std::optional<Duration> uptime{};
  int attempt{0};  ///< failed starts in a row, this one included
  int callers{0};  ///< waiters served by a start; leases of a draining
  std::optional<Instant> next_retry_at{};
  bool operator==(const Fact&) const = default;
};

/// One line for people: "reviewer-default started in 287 ms".
[[nodiscard]] std::string summary(const Fact& fact, std::string_view instance);

}  // namespace understudy::container
#pragma GCC visibility pop
