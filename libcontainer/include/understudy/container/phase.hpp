#pragma once
#include <cstdint>
#include <string_view>

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

enum class Phase : std::uint8_t {
  absent,    ///< no container
  stopped,   ///< a container exists and does not run
  starting,  ///< being created, started, probed or confirmed; callers wait
  ready,     ///< confirmed incarnation, no lease
  busy,      ///< at least one lease
  draining,  ///< busy, but the container must go; callers wait for the next one
  stopping,  ///< the stop intent is persisted and sent: irrevocable
  removing,  ///< for a new generation, a quarantine or a deletion
  backoff,   ///< a start failed; the next may be tried at retry_at
  failed,    ///< circuit open: acquire is refused at once until the half-open try
  unknown,   ///< engine unreachable, an unresolved request, or the daemon just started
};
[[nodiscard]] std::string_view to_string(Phase phase);

enum class StopCause : std::uint8_t {
  idle,
  drain,
  deleted,
  shutdown,
  manual,
  start_failed,
  unready,  ///< an adopted container did not pass its probe
  external,
  ephemeral,  ///< it has served its one lease
  task_end,   ///< its task was to end, and nothing less ended it
};
[[nodiscard]] std::string_view to_string(StopCause cause);

enum class FailureKind : std::uint8_t { spec, image, exit, oom, timeout, engine, permission };
[[nodiscard]] std::string_view to_string(FailureKind kind);

enum class OpKind : std::uint8_t { create, start, stop, kill, remove, inspect, probe };
[[nodiscard]] std::string_view to_string(OpKind kind);

/// How far a start has come; each stage is one request.
enum class Stage : std::uint8_t { create, start, look, probe, confirm };
[[nodiscard]] std::string_view to_string(Stage stage);

/// What a shutdown does: stop idle instances and leave leased ones to be adopted, leave all, or revoke and
/// stop all.
enum class ShutdownPolicy : std::uint8_t { stop_idle, leave_all, stop_all };
[[nodiscard]] std::string_view to_string(ShutdownPolicy policy);

}  // namespace understudy::container
#pragma GCC visibility pop
