#pragma once
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "api/read_pool.hpp"

namespace understudy::daemon::api {

/// How many tasks wait, and since when; counted again only after new events.
class QueueDepths {
 public:
  struct Queue {
    std::int64_t depth{0};
    double oldest_s{0};  ///< Unix seconds; meaningful when depth > 0
  };
  using Queues = std::map<std::string, Queue, std::less<>>;

  /// Counts again unless the count is as new as this event: every change of a queue has one. If the store
  /// cannot be read, the old count stays.
  boost::asio::awaitable<void> refresh(ReadPool& read_pool, std::int64_t last_event_id);

  [[nodiscard]] const Queues& by_agent() const { return by_agent_; }
  [[nodiscard]] const Queues& by_type() const { return by_type_; }  ///< the pools
  /// Tasks this instance may take: bound to it, or in its type's pool.
  [[nodiscard]] std::int64_t within_reach(std::string_view agent, std::string_view type) const;

 private:
  std::int64_t counted_at_{-1};
  Queues by_agent_;
  Queues by_type_;
};

}  // namespace understudy::daemon::api
