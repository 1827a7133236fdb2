#pragma once
#include <malloc.h>

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "offload/semaphore.hpp"
#include "offload/workers.hpp"

namespace understudy::daemon::api {

/// Pure work on what a request brought. What is large is done on a thread of its own, so that nobody else
/// waits for it. Destroy it before the executor its callers run on.
class Offload {
 public:
  /// What `work()` returns; `size` is how many bytes it reads. Give the lambda a name first: GCC 12 destroys
  /// a closure inside a co_await expression twice. What it refers to must outlive the call.
  template <class Work, class Result = std::invoke_result_t<Work&>>
  boost::asio::awaitable<Result> run(std::size_t size, Work work) {
    if (size < worth_a_thread) co_return work();
    auto with_room = [work = std::move(work)]() mutable {
      ::malloc_trim(0);  // what the last one took is mostly kept by malloc
      return work();
    };
    auto asking = workers_.run(std::move(with_room));
    co_return co_await std::move(asking);
  }

  /// What is large takes one before it is decoded, and keeps it until it is dealt with: rows take many times
  /// the memory of their text. Those that write may wait for a disk, and do not let those wait that read.
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
