#pragma once
#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/containment.hpp"
#include "understudy/container/state.hpp"

namespace understudy::daemon::ports {

using ContainerId = std::string;
using Environment = std::vector<std::pair<std::string, std::string>>;

/// What the caller can do about a failed call; the message is a sentence for the operator.
enum class EngineErrorKind : std::uint8_t {
  not_found,      ///< no such container: it is absent
  conflict,       ///< the engine is in another state than we thought: inspect
  invalid_spec,   ///< will fail again until the configuration changes
  image_missing,  ///< the image is not on this engine; nothing is ever pulled
  permission,     ///< the socket, a directory or a program is not ours to use
  transient,      ///< worth another try
  unreachable,    ///< no engine answers
  timeout,        ///< the request may still take effect: inspect
};

struct EngineError {
  EngineErrorKind kind{EngineErrorKind::transient};
  std::string message{};
  bool operator==(const EngineError&) const = default;
};

[[nodiscard]] inline std::unexpected<EngineError> engine_error(EngineErrorKind kind, std::string message) {
  return std::unexpected(EngineError{kind, std::move(message)});
}

template <class T>
using EngineResult = std::expected<T, EngineError>;
template <class T>
using EngineCall = boost::asio::awaitable<EngineResult<T>>;

struct Mount {
  std::string source{};  ///< absolute path on the host; must exist
  std::string target{};
  bool read_only{false};
};

enum class ReadinessKind : std::uint8_t { none, http, tcp, exec, log };

struct Readiness {
  ReadinessKind kind{ReadinessKind::none};
  int port{0};
  std::string path{"/"};
  std::string pattern{};               ///< log: a substring of the output
  std::vector<std::string> command{};  ///< exec: ready when it exits 0
};

inline constexpr std::int64_t default_log_max_bytes = 20 << 20;

/// One instance at one generation: all a runtime needs to make its container.
struct InstanceSpec {
  std::string owner{};  ///< this installation; containers of other owners are never touched
  std::string instance{};
  std::int64_t generation{0};
  std::string spec_hash{};
  std::string image{};
  /// Empty: the image's own, else one that only holds the container open.
  std::vector<std::string> command{};
  Environment env{};  ///< all of it; nothing is inherited
  std::vector<Mount> mounts{};
  std::string network{};  ///< empty: the engine's default
  std::int64_t memory_mb{0};
  Containment containment{};                          ///< docker
  std::int64_t log_max_bytes{default_log_max_bytes};  ///< of the main process's output; 0: no limit
  bool ephemeral{false};  ///< made for one task: what an earlier one left in work and home is gone
  std::string workdir{};  ///< empty: the image's, or <agent_dir>/work
  /// <state_dir>/agents/<instance> on the host; spool directories are <agent_dir>/spool/*.
  std::string agent_dir;
  Readiness readiness{};
  std::chrono::seconds stop_grace{10};
};

using container::Incarnation;

enum class ContainerStatus : std::uint8_t {
  absent,
  stopped,
  running,
  paused,      ///< somebody froze its processes; they are all there
  restarting,  ///< dead, and the engine will start it again by itself
  stopping,
  unclear  ///< it exists, but the engine does not show its state
};

struct Snapshot {
  ContainerStatus status{ContainerStatus::absent};
  Incarnation incarnation{};  ///< of the current run, or of the last one; empty stamp: never started
  std::string owner{};
  std::string instance{};
  std::int64_t generation{0};
  std::string spec_hash{};
  std::optional<int> exit_code{};  ///< 128 + signal for a killed process; unknown for an adopted process
  bool oom{false};
  std::string error{};           ///< the engine's own words on why it does not run
  std::string restart_policy{};  ///< the engine's own, when somebody gave it one: "always", "on-failure", …
};

enum class ProbeVerdict : std::uint8_t { ready, not_yet, failed };

struct Probe {
  ProbeVerdict verdict{ProbeVerdict::not_yet};
  std::string detail{};
};

enum class RuntimeEventKind : std::uint8_t {
  started,
  died,
  removed,
  changed,        ///< paused or unpaused: look at it
  out_of_memory,  ///< the kernel killed something in it; the container may live on
  unreachable,
  recovered
};

/// `recovered` also comes at each new connection: events before it may be missing, so the receiver lists.
struct RuntimeEvent {
  RuntimeEventKind kind{RuntimeEventKind::recovered};
  Incarnation incarnation{};
  std::optional<int> exit_code{};
  bool oom{false};
  bool external_stop{false};  ///< somebody else asked it to stop
  std::string message{};      ///< unreachable: why
};

/// One attempt. The runtime makes `spool_dir`, see runtime/spool.hpp for what is in it.
struct TaskSpec {
  std::string attempt_id{};
  std::vector<std::string> command{};
  Environment env{};        ///< on top of the container's own; without a container on top of the operator's
  std::string workdir{};    ///< empty: the container's
  std::string input{};      ///< bytes for stdin
  std::string spool_dir{};  ///< on the host; with a container <agent_dir>/spool/<name>
};

enum class TaskSignal : std::uint8_t { terminate, kill };

}  // namespace understudy::daemon::ports
