#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "runtime/spool.hpp"

namespace understudy::daemon::offload {
class Disk;
}

namespace understudy::daemon::runtime {

/// Waits for changes of a spool: inotify, and a look each second in case the file system reports none. A look
/// that failed is repeated after growing pauses; it never makes a task lost. Looks are waited for at the
/// disk's place of the agent.
class SpoolWatch {
 public:
  SpoolWatch(boost::asio::any_io_executor executor, std::string spool_dir, offload::Disk* disk = nullptr);
  ~SpoolWatch();
  SpoolWatch(const SpoolWatch&) = delete;
  SpoolWatch& operator=(const SpoolWatch&) = delete;

  /// Resolves when `output` or `stderr` changed since the last call, or when the task has ended: `running`,
  /// `finished` or `lost`. Read what is left after the end as well. Also at `until`, when it is still running
  /// then.
  boost::asio::awaitable<TaskState> next(Spool::Time until = Spool::Time::max());
  /// Resolves when the task is finished or lost.
  boost::asio::awaitable<TaskState> ended();
  /// How it is now.
  boost::asio::awaitable<TaskState> look();

  /// For work at the disk's place; not beside a look.
  [[nodiscard]] Spool& spool();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon::runtime
