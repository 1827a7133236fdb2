#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "offload/run_on.hpp"

namespace understudy::daemon::offload {

/// Threads that may be held up by a disk, so that the loop is not. What they are given runs to its end, even
/// when its waiter is cancelled.
class Workers {
 public:
  explicit Workers(std::size_t threads) : pool_(threads) {}
  ~Workers() { join(); }
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  /// What `work()` returns, or throws; the caller goes on where it was.
  /// Give the lambda a name first: GCC 12 destroys a closure inside a co_await expression twice.
  template <class Work, class Result = std::invoke_result_t<Work&>>
  boost::asio::awaitable<Result> run(Work work) {
    return run_on(pool_.get_executor(), std::move(work));
  }
  /// In the order given, when there is one thread.
  template <class Work>
  void post(Work work) {
    boost::asio::post(pool_, std::move(work));
  }

  /// Waits for what runs; what has not begun never will.
  void join() {
    pool_.stop();
    pool_.join();
  }

 private:
  boost::asio::thread_pool pool_;
};

}  // namespace understudy::daemon::offload
