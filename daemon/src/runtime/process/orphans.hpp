#pragma once
#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

namespace understudy::daemon::runtime {

/// Makes this process inherit the orphans of a supervisor that was killed. They have outlived their instance
/// or task, so they are killed and reaped. As process 1, and with children from before, it cannot tell whose
/// an orphan is: then it only reaps.
class OrphanReaper {
 public:
  explicit OrphanReaper(boost::asio::any_io_executor executor);
  ~OrphanReaper();
  /// Resolves when no orphan is left, or after two seconds.
  boost::asio::awaitable<void> none_left();
  OrphanReaper(const OrphanReaper&) = delete;
  OrphanReaper& operator=(const OrphanReaper&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon::runtime
