#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
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

#include "sse/event_stream.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::daemon::api {

/// Whose reads wait behind whose: nobody's behind another lane's.
enum class Lane : std::size_t {
  anybody,  ///< callers without a token: only so many at a time, and each only for so long
  trusted,  ///< the operator, the store's clients, the daemon itself
  house     ///< what takes minutes: backups
};
[[nodiscard]] Lane lane_of(const http::Request& request);

/// Long reads of the store on threads of their own, so that none holds up the fleet. Destroy it before the
/// executor its callers run on.
class Library final : public sse::EventHistory {
 public:
  /// The other lanes read beside it, from the same file. `latest_id` gives the highest id ever committed; it
  /// is called on the io thread.
  Library(store::Reader reader, std::function<std::int64_t()> latest_id);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// What `work(reader)` returns, read on the library's thread; or a sentence when the store cannot be read.
  /// Give the lambda a name first: GCC 12 destroys a closure inside a co_await expression twice.
  template <class Work, class Result = std::invoke_result_t<Work&, store::Reader&>>
  boost::asio::awaitable<std::expected<Result, std::string>> read(Work work, Lane lane = Lane::trusted) {
    Desk& desk = desk_of(lane);
    if (*desk.waiting >= desk.max_waiting) co_return std::unexpected(std::string(too_many));
    auto asking = ask(desk, std::move(work));
    co_return co_await std::move(asking);
  }

  /// Looks up the oldest event again. Call it after retention, and before a stream begins.
  boost::asio::awaitable<void> refresh(Lane lane = Lane::trusted);

  boost::asio::awaitable<std::expected<std::vector<wire::Envelope>, std::string>> events_after(
      std::int64_t id, const sse::TypeFilter& filter, sse::PageLimits most) override;
  [[nodiscard]] std::int64_t oldest_id() override;
  [[nodiscard]] std::int64_t latest_id() override { return latest_id_(); }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::string_view too_many =
      "Too many questions to the store wait already; ask again in a moment.";

  /// A lane: one reader, on one thread.
  struct Desk {
    Desk(store::Reader own, std::size_t most, std::chrono::seconds time);
    store::Reader reader;  // the pool's thread alone, like what follows it
    Clock::time_point until{};
    std::chrono::seconds patience;  // for one question
    std::size_t max_waiting;
    std::shared_ptr<std::size_t> waiting{std::make_shared<std::size_t>(0)};  // the io thread's
    boost::asio::thread_pool pool{1};
  };
  /// A question that waits; it may outlive the library.
  struct Seat {
    explicit Seat(std::shared_ptr<std::size_t> all) : waiting(std::move(all)) { ++*waiting; }
    ~Seat() { --*waiting; }
    Seat(const Seat&) = delete;
    Seat& operator=(const Seat&) = delete;
    std::shared_ptr<std::size_t> waiting;
  };

  template <class Work, class Result = std::invoke_result_t<Work&, store::Reader&>>
  static boost::asio::awaitable<std::expected<Result, std::string>> ask(Desk& desk, Work work) {
    using Outcome = std::expected<Result, std::string>;
    namespace asio = boost::asio;
    const Seat seat(desk.waiting);
    auto begin = [&desk](auto handler, Work task) {
      auto guard = asio::make_work_guard(handler);
      asio::post(desk.pool, [&desk, task = std::move(task), handler = std::move(handler),
                             guard = std::move(guard)]() mutable {
        auto outcome = attempt<Outcome>(desk, task);
        const auto home = guard.get_executor();
        asio::post(home, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
          std::move(handler)(std::move(outcome));
        });
      });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Outcome)>(
        std::move(begin), asio::use_awaitable, std::move(work));
  }

  template <class Outcome, class Work>
  static Outcome attempt(Desk& desk, Work& work) {
    try {
      desk.until = Clock::now() + desk.patience;
      Outcome outcome = work(desk.reader);
      const auto trouble = desk.reader.take_error();
      if (trouble.empty()) return outcome;
      if (Clock::now() >= desk.until)
        return std::unexpected("The store looked for the answer for " +
                               std::to_string(desk.patience.count()) + " s and gave up; ask for less.");
      return std::unexpected("the store cannot be read: " + trouble);
    } catch (const std::exception& error) {
      return std::unexpected(std::string("the store cannot be read: ") + error.what());
    }
  }
  Desk& desk_of(Lane lane);

  std::vector<std::unique_ptr<Desk>> desks_;  // in the order of Lane; fewer when no more could be opened
  std::function<std::int64_t()> latest_id_;
  std::int64_t oldest_id_{0};  // 0: never looked
};

/// A row as the stream and the log send it.
[[nodiscard]] wire::Envelope envelope_of(store::EventRow row);

}  // namespace understudy::daemon::api
