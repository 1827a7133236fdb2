#pragma once
#include <sys/types.h>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>

namespace understudy::daemon::runtime {

/// Makes this process the one to whom processes come that have lost theirs: those of a supervisor that was
/// killed. Whatever comes so has outlived its instance or its task, so it is killed, and reaped. As process
/// 1, and with children that were there before, nobody can tell whose a newcomer is: then it is only reaped.
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
