#pragma once
#include <functional>
#include <string>
#include <vector>

#include "ports/runtime_types.hpp"

namespace understudy::daemon::ports {

/// Where containers live. Every call runs on the one io_context thread and may be cancelled; a cancelled or
/// timed-out mutation may still take effect in the engine.
class Runtime {
 public:
  virtual ~Runtime() = default;
  [[nodiscard]] virtual std::string name() const = 0;  ///< "process" or "docker"

  /// Not idempotent in general, but a never-started container with the same labels is handed out again.
  virtual EngineCall<ContainerId> create(InstanceSpec spec) = 0;
  /// Success means the engine accepted it, not that it runs: inspect.
  virtual EngineCall<void> start(ContainerId id) = 0;
  /// Resolves when stopped; also when it was stopped already.
  virtual EngineCall<void> stop(ContainerId id, std::chrono::seconds grace) = 0;
  virtual EngineCall<void> kill(ContainerId id) = 0;
  /// Resolves when gone; also when it was gone already. A running container is a conflict.
  virtual EngineCall<void> remove(ContainerId id) = 0;
  /// An unknown id is a snapshot with status absent, not an error.
  virtual EngineCall<Snapshot> inspect(ContainerId id) = 0;
  /// A container that the engine cannot show is `unclear`; the others are not held up by it.
  virtual EngineCall<std::vector<Snapshot>> list(std::string owner) = 0;

  /// One look, about a second at most; the caller repeats it.
  virtual boost::asio::awaitable<Probe> probe(ContainerId id, Readiness readiness) = 0;
  virtual EngineCall<std::string> log_tail(ContainerId id, int lines) = 0;
  virtual EngineCall<void> ping() = 0;

  /// Delivers until cancelled; reconnects by itself.
  using EventSink = std::function<void(RuntimeEvent)>;
  virtual boost::asio::awaitable<void> events(EventSink sink) = 0;

  /// Resolves when the shim has taken the task over; how it ends is read from the spool. An empty id runs the
  /// task on the host with the operator's own environment.
  virtual EngineCall<void> start_task(ContainerId id, TaskSpec task) = 0;
  /// To the task's whole process group. A task that has ended is not an error.
  virtual EngineCall<void> signal_task(ContainerId id, std::string spool_dir, TaskSignal signal) = 0;
};

}  // namespace understudy::daemon::ports
