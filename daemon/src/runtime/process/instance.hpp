#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <vector>

#include "runtime/process/process_runtime.hpp"

namespace understudy::daemon::runtime {

struct ProcessRuntime::Instance {
  ProcessRecord record;
  std::unique_ptr<ExitWatch> watch;  ///< while its supervisor runs
  bool sweeping{false};              ///< what is left of it is being killed
  bool ending{false};                ///< we asked it to stop
  bool leaving{false};               ///< it is being removed
  std::vector<std::shared_ptr<boost::asio::steady_timer>> waiting;

  [[nodiscard]] bool runs() const { return watch != nullptr && !sweeping; }
  [[nodiscard]] bool is_there() const { return watch != nullptr || sweeping; }
  [[nodiscard]] Snapshot snapshot() const;
  /// Resolves when nothing of it is there any more, or when patience is over.
  boost::asio::awaitable<void> await_end(std::chrono::seconds patience);
};

/// Kills the tasks that run in an instance, as an engine does when a container's main process ends.
void kill_tasks_of(const std::string& agent_dir);

}  // namespace understudy::daemon::runtime
