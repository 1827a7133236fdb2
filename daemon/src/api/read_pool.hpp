#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <expected>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "offload/run_on.hpp"
#include "sse/event_stream.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::daemon::api {

/// Reads wait only behind those of the same class.
enum class ReadClass : std::size_t {
  untrusted,   ///< callers without a token: few at a time, with a short timeout
  trusted,     ///< operators, the store's clients, the daemon itself
  maintenance  ///< jobs that take minutes: backups
};
[[nodiscard]] ReadClass read_class_of(const http::Request& request);

/// Reads the store on threads of its own, so that no read holds up the fleet. Destroy it before its callers'
/// executor.
class ReadPool final : public sse::EventHistory {
 public:
  /// `latest_id` gives the highest id ever committed; called on the io thread.
  ReadPool(store::Reader reader, std::function<std::int64_t()> latest_id);
  ~ReadPool();
  ReadPool(const ReadPool&) = delete;
  ReadPool& operator=(const ReadPool&) = delete;

  /// The result of `work(reader)`, run on its class's thread; or a sentence if the store cannot be read.
  /// Give the lambda a name first: GCC 12 destroys a closure inside a co_await expression twice.
  template <class Work, class Result = std::invoke_result_t<Work&, store::Reader&>>
  boost::asio::awaitable<std::expected<Result, std::string>> read(Work work,
                                                                  ReadClass read_class = ReadClass::trusted) {
    Worker& worker = worker_of(read_class);
    if (*worker.waiting >= worker.max_waiting) co_return std::unexpected(std::string(too_many));
    auto answer = ask(worker, std::move(work));
    co_return co_await std::move(answer);
  }

  /// Updates oldest_id(). Call it after retention, and before a stream begins.
  boost::asio::awaitable<void> refresh(ReadClass read_class = ReadClass::trusted);

  boost::asio::awaitable<std::expected<std::vector<wire::Envelope>, std::string>> events_after(
      std::int64_t id, const sse::TypeFilter& filter, sse::PageLimits most) override;
  [[nodiscard]] std::int64_t oldest_id() override;
  [[nodiscard]] std::int64_t latest_id() override { return latest_id_(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::string_view too_many =
      "Too many queries of the store are waiting already; try again shortly.";

  /// The connection and the thread of a class.
  struct Worker {
    Worker(store::Reader own, std::size_t most, std::chrono::seconds limit);
    store::Reader reader;  // on the pool's thread only, like `until`
    Clock::time_point until{};
    std::chrono::seconds timeout;  // of one query
    std::size_t max_waiting;
    std::shared_ptr<std::size_t> waiting{std::make_shared<std::size_t>(0)};  // on the io thread
    boost::asio::thread_pool pool{1};
  };
  /// Counts a waiting query; may outlive the pool.
  struct Waiting {
    explicit Waiting(std::shared_ptr<std::size_t> all) : waiting(std::move(all)) { ++*waiting; }
    ~Waiting() { --*waiting; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;
    std::shared_ptr<std::size_t> waiting;
  };

  template <class Work, class Result = std::invoke_result_t<Work&, store::Reader&>>
  static boost::asio::awaitable<std::expected<Result, std::string>> ask(Worker& worker, Work work) {
    const Waiting counted(worker.waiting);
    auto task = [&worker, work = std::move(work)]() mutable {
      return attempt<std::expected<Result, std::string>>(worker, work);
    };
    auto answer = offload::run_on(worker.pool.get_executor(), std::move(task));
    co_return co_await std::move(answer);
  }

  template <class Outcome, class Work>
  static Outcome attempt(Worker& worker, Work& work) {
    try {
      worker.until = Clock::now() + worker.timeout;
      Outcome outcome = work(worker.reader);
      const auto trouble = worker.reader.take_error();
      if (trouble.empty()) return outcome;
      if (Clock::now() >= worker.until)
        return std::unexpected("The query was given up after " + std::to_string(worker.timeout.count()) +
                               " s; ask for less.");
      return std::unexpected("the store cannot be read: " + trouble);
    } catch (const std::exception& error) {
      return std::unexpected(std::string("the store cannot be read: ") + error.what());
    }
  }
  Worker& worker_of(ReadClass read_class);

  std::vector<std::unique_ptr<Worker>> workers_;  // by ReadClass; fewer if readers could not be opened
  std::function<std::int64_t()> latest_id_;
  std::int64_t oldest_id_{0};  // 0: not read yet
};

/// A row for the stream and the log.
[[nodiscard]] wire::Envelope envelope_of(store::EventRow row);

}  // namespace understudy::daemon::api
