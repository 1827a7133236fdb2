#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "runtime/spool.hpp"

namespace understudy::daemon {

/// Waits for news from a spool: inotify, and a look each second in case the file system gives no notice. A
/// look that failed is repeated, ever less often; the task is never taken for lost by it.
class SpoolWatch {
 public:
  SpoolWatch(boost::asio::any_io_executor executor, std::string spool_dir);
  ~SpoolWatch();
  SpoolWatch(const SpoolWatch&) = delete;
  SpoolWatch& operator=(const SpoolWatch&) = delete;

  /// Resolves when `output` or `stderr` changed since the last call, or when the task has ended: `running`,
  /// `finished` or `lost`. Read what is left after the end as well.
  boost::asio::awaitable<TaskState> next();
  /// Resolves when the task is finished or lost.
  boost::asio::awaitable<TaskState> ended();

  [[nodiscard]] Spool& spool();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon
