#pragma once
#include <malloc.h>

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "offload/semaphore.hpp"
#include "offload/workers.hpp"

namespace understudy::daemon::api {

/// Pure work on request bodies. Large ones are processed on a thread of their own, so that the loop does not
/// wait. Destroy it before its callers' executor.
class Offload {
 public:
  /// The result of `work()`, which reads `size` bytes. Give the lambda a name first: GCC 12 destroys a
  /// closure inside a co_await expression twice. What it refers to must outlive the call.
  template <class Work, class Result = std::invoke_result_t<Work&>>
  boost::asio::awaitable<Result> run(std::size_t size, Work work) {
    if (size < worth_a_thread) co_return work();
    auto trimmed = [work = std::move(work)]() mutable {
      ::malloc_trim(0);  // malloc keeps most of what the last one took
      return work();
    };
    auto running = workers_.run(std::move(trimmed));
    co_return co_await std::move(running);
  }

  /// A large request takes a seat before it is decoded and keeps it until it is done: rows take many times
  /// the memory of their text. Writes, which may wait for a disk, must not delay reads.
  enum class Seat { read, write };
  boost::asio::awaitable<offload::Semaphore::Permit> seat(Seat kind, std::size_t size) {
    if (size < worth_a_thread) co_return offload::Semaphore::Permit();
    co_return co_await (kind == Seat::read ? reads_ : writes_).take();
  }

 private:
  static constexpr std::size_t worth_a_thread = 64 * 1024;
  offload::Semaphore reads_{1};
  offload::Semaphore writes_{1};
  offload::Workers workers_{1};
};

}  // namespace understudy::daemon::api
