#pragma once
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cstdint>
#include <exception>
#include <expected>
#include <functional>
#include <string>
#include <type_traits>
#include <utility>

#include "sse/event_stream.hpp"
#include "understudy/store/reader.hpp"

namespace understudy::daemon::api {

/// Long reads of the store on a thread of their own, so that none holds up the fleet. Destroy it before the
/// executor its callers run on.
class Library final : public sse::EventHistory {
 public:
  /// `latest_id` gives the highest id ever committed; it is called on the io thread.
  Library(store::Reader reader, std::function<std::int64_t()> latest_id);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  /// What `work(reader)` returns, read on the library's thread; or a sentence when the store cannot be read.
  /// Give the lambda a name first: GCC 12 destroys a closure inside a co_await expression twice.
  template <class Work, class Result = std::invoke_result_t<Work&, store::Reader&>>
  boost::asio::awaitable<std::expected<Result, std::string>> read(Work work) {
    using Outcome = std::expected<Result, std::string>;
    namespace asio = boost::asio;
    auto begin = [this](auto handler, Work task) {
      auto guard = asio::make_work_guard(handler);
      asio::post(pool_, [this, task = std::move(task), handler = std::move(handler),
                         guard = std::move(guard)]() mutable {
        auto outcome = attempt<Outcome>(task);
        const auto home = guard.get_executor();
        asio::post(home, [handler = std::move(handler), outcome = std::move(outcome)]() mutable {
          std::move(handler)(std::move(outcome));
        });
      });
    };
    return asio::async_initiate<const asio::use_awaitable_t<>, void(Outcome)>(
        std::move(begin), asio::use_awaitable, std::move(work));
  }

  /// Looks up the oldest event again. Call it after retention, and before a stream begins.
  boost::asio::awaitable<void> refresh();

  boost::asio::awaitable<std::expected<std::vector<sse::Envelope>, std::string>> events_after(
      std::int64_t id, const sse::TypeFilter& filter, std::size_t limit) override;
  [[nodiscard]] std::int64_t oldest_id() override;
  [[nodiscard]] std::int64_t latest_id() override { return latest_id_(); }

 private:
  template <class Outcome, class Work>
  Outcome attempt(Work& work) {
    try {
      Outcome outcome = work(reader_);
      const auto trouble = reader_.take_trouble();
      if (trouble.empty()) return outcome;
      return std::unexpected("the store cannot be read: " + trouble);
    } catch (const std::exception& error) {
      return std::unexpected(std::string("the store cannot be read: ") + error.what());
    }
  }

  store::Reader reader_;  // the pool's thread alone
  std::function<std::int64_t()> latest_id_;
  std::int64_t oldest_id_{0};  // 0: never looked
  boost::asio::thread_pool pool_{1};
};

/// A row as the stream and the log send it.
[[nodiscard]] sse::Envelope envelope_of(store::EventRow row);

}  // namespace understudy::daemon::api
