#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>
#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include "offload/run_on.hpp"

namespace understudy::daemon::offload {

/// Files whose disk may not answer, as on a mount that hangs. What is done at one place is done in order, by
/// one thread at a time, so that a place that hangs delays nobody else; when as many places hang as there are
/// threads, the others wait too. Belongs to the io thread.
class Disk {
 public:
  explicit Disk(std::size_t threads) : pool_(threads) {}
  ~Disk();
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  /// What `work()` returns, or throws; the caller goes on where it was. A place is an instance's directory,
  /// or a word for what belongs to none. Give the lambda a name first: GCC 12 destroys a closure inside a
  /// co_await expression twice.
  template <class Work, class Result = std::invoke_result_t<Work&>>
  boost::asio::awaitable<Result> at(std::string place, Work work) {
    const auto line = line_at(place);  // others find it while it has something to do
    auto done = run_on(*line, std::move(work));
    co_return co_await std::move(done);
  }

 private:
  using Line = boost::asio::strand<boost::asio::thread_pool::executor_type>;

  std::shared_ptr<Line> line_at(const std::string& place);

  boost::asio::thread_pool pool_;
  std::map<std::string, std::weak_ptr<Line>> lines_{};  // places where something is done
};

/// The same for callers that may have no disk, as in tests: then it is done here and now.
template <class Work, class Result = std::invoke_result_t<Work&>>
boost::asio::awaitable<Result> at(Disk* disk, std::string place, Work work) {
  if (disk == nullptr) co_return work();
  auto elsewhere = disk->at(std::move(place), std::move(work));
  co_return co_await std::move(elsewhere);
}

}  // namespace understudy::daemon::offload
