#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "api/library.hpp"

namespace understudy::daemon::api {

/// How many tasks wait, and since when; counted again only after new events.
class QueueDepths {
 public:
  struct Queue {
    std::int64_t depth{0};
    double oldest_s{0};    ///< Unix seconds; meaningful when depth > 0
    std::int64_t held{0};  ///< tasks that wait for themselves alone
  };
  using Queues = std::map<std::string, Queue, std::less<>>;

  QueueDepths() = default;
  QueueDepths(Queues by_agent, Queues by_type)
      : by_agent_(std::move(by_agent)), by_type_(std::move(by_type)) {}

  /// Counts again unless the count is as new as this event: every change of a queue has one. If the store
  /// cannot be read, the old count stays.
  boost::asio::awaitable<void> refresh(Library& library, std::int64_t last_event_id);
  /// The same, but waits no longer than this for a store that does not respond.
  boost::asio::awaitable<void> refresh_within(std::chrono::milliseconds most, Library& library,
                                              std::int64_t last_event_id);

  [[nodiscard]] const Queues& by_agent() const { return by_agent_; }
  [[nodiscard]] const Queues& by_type() const { return by_type_; }  ///< the pools
  [[nodiscard]] static std::int64_t depth_of(const Queues& queues, std::string_view name);
  /// Tasks this instance may take: bound to it, or in its type's pool.
  [[nodiscard]] std::int64_t within_reach(std::string_view agent, std::string_view type) const;

 private:
  boost::asio::awaitable<void> count_and_wake(Library& library, std::int64_t last_event_id);

  std::int64_t counted_at_{-1};
  std::shared_ptr<boost::asio::steady_timer> arrival_{};  // cancelled when refresh_within() has counted
  Queues by_agent_;
  Queues by_type_;
};

}  // namespace understudy::daemon::api
