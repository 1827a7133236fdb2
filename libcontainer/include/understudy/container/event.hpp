#pragma once
#include <optional>
#include <string>
#include <variant>

#include "understudy/container/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

// ---- demand

/// Somebody wants to work. Answered by Grant or Refuse, exactly once, unless CancelWait comes first. A known
/// id is a no-op.
struct Acquire {
  std::string id{};                  ///< attempt id; the lease gets the same
  std::optional<Steady> deadline{};  ///< none: wait for ever
};
struct Release {
  std::string lease{};
};
struct Heartbeat {
  std::string lease{};
};
struct CancelWait {
  std::string id{};
};
/// The tier, the configuration or the image changed. A generation not above the known one is a no-op.
struct SpecChanged {
  Spec spec{};
};
/// Pre-warm, or re-arm an open circuit by hand.
struct StartRequested {};
/// Without force a no-op while leased or awaited (the API answers 409); with force leases are revoked,
/// waiters refused.
struct StopRequested {
  bool force{false};
  StopCause cause{StopCause::manual};  ///< or task_end
};
/// Without force the running task finishes first.
struct Deleted {
  bool force{false};
};
struct ShutDown {
  ShutdownPolicy policy{ShutdownPolicy::stop_idle};
};

// ---- answers to effects, by epoch

/// A queued create or start is sent now. Report it for every Create and Start; waiting before it counts as
/// queued.
struct Admitted {
  std::uint64_t epoch{0};
};

enum class Answer : std::uint8_t {
  ok,
  already_done,  ///< 304: proves nothing for a start, is as good as ok for a stop
  not_found,     ///< the container; a missing image is `refused` with FailureKind::image
  conflict,      ///< name in use, wrong state
  refused,       ///< the engine tried or looked, and said no
  unresolved,    ///< client timeout or a connection lost half-way: it may still happen
  unreachable,   ///< never arrived
};
[[nodiscard]] std::string_view to_string(Answer answer);

/// Create, start, stop, kill and remove end here; inspect too when it failed.
struct OpResult {
  std::uint64_t epoch{0};
  OpKind kind{OpKind::create};
  Answer answer{Answer::ok};
  std::string container_id{};          ///< of a create
  std::optional<Spec> applied{};       ///< of a create: what it was really made from, if not what was asked
  std::optional<std::string> stamp{};  ///< of a start, where the runtime knows it: saves a look
  std::string error{};                 ///< one line for the operator
  FailureKind failure{FailureKind::engine};
  std::optional<int> exit_code{};
  std::string log_tail{};
};

/// What the engine shows of this instance's container.
struct Sighting {
  bool found{false};
  std::string container_id{};
  Spec spec{};           ///< from the labels
  bool running{false};   ///< as the engine says: Docker says so during a stop too
  bool stopping{false};  ///< in between (podman's stopping, Docker's removing): look again
  std::string stamp{};
  std::optional<Instant> started_at{};
  std::optional<int> exit_code{};
  bool oom{false};
  bool paused{false};            ///< runs, but somebody paused it
  std::string restart_policy{};  ///< the engine's own; empty: none, which is how we make them
  std::string log_tail{};        ///< when it exited
  bool operator==(const Sighting&) const = default;
};
struct Inspected {
  std::uint64_t epoch{0};
  Sighting seen{};
};
struct Probed {
  std::uint64_t epoch{0};
  bool passed{false};
  std::string detail{};
};

// ---- edges from the engine: they only wake the machine; losing one costs time, never correctness

struct EngineDied {
  Incarnation incarnation{};  ///< an empty stamp (Docker's die event has none) makes the machine look
  std::optional<int> exit_code{};
  bool oom{false};
  bool external{false};  ///< somebody's own `docker stop`: no streak
  std::string log_tail{};
};
struct EngineStarted {
  Incarnation incarnation{};
};
/// Paused or unpaused.
struct EngineChanged {
  Incarnation incarnation{};
};
struct EngineUnreachable {};
struct EngineRecovered {};

/// From a listing (plan.hpp). Taken at its word only right after Restarted; otherwise a contradiction makes
/// the machine look.
struct Snapshot {
  Sighting seen{};
};

/// First event of every instance's life in a process: only what was on disk (Persisted) is known.
struct Restarted {};
struct Ticked {};

using Event =
    std::variant<Acquire, Release, Heartbeat, CancelWait, SpecChanged, StartRequested, StopRequested, Deleted,
                 ShutDown, Admitted, OpResult, Inspected, Probed, EngineDied, EngineStarted, EngineChanged,
                 EngineUnreachable, EngineRecovered, Snapshot, Restarted, Ticked>;

}  // namespace understudy::container
#pragma GCC visibility pop
