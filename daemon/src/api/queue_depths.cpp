#include "api/queue_depths.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace understudy::daemon::api {

boost::asio::awaitable<void> QueueDepths::refresh(Library& library, std::int64_t last_event_id) {
  if (counted_at_ >= last_event_id) co_return;
  auto query = [](store::Reader& reader) { return reader.queue_counts(); };
  const auto rows = co_await library.read(std::move(query));
  if (!rows || counted_at_ >= last_event_id) co_return;
  by_agent_.clear();
  by_type_.clear();
  for (const auto& row : *rows) {
    const Queue queue{row.count, row.oldest_start_time, row.held};
    if (row.agent)
      by_agent_[*row.agent] = queue;
    else if (row.agent_type)
      by_type_[*row.agent_type] = queue;
  }
  counted_at_ = last_event_id;
}

boost::asio::awaitable<void> QueueDepths::count_and_wake(Library& library, std::int64_t last_event_id) {
  co_await refresh(library, last_event_id);
  if (const auto arrival = std::exchange(arrival_, nullptr)) arrival->cancel();
}

boost::asio::awaitable<void> QueueDepths::refresh_within(std::chrono::milliseconds most, Library& library,
                                                         std::int64_t last_event_id) {
  if (counted_at_ >= last_event_id) co_return;
  const auto executor = co_await boost::asio::this_coro::executor;
  if (!arrival_) {  // otherwise a count is under way
    arrival_ = std::make_shared<boost::asio::steady_timer>(executor, most);
    auto counting = count_and_wake(library, last_event_id);
    boost::asio::co_spawn(executor, std::move(counting), boost::asio::detached);
  }
  const auto arrival = arrival_;
  if (!arrival) co_return;
  auto [ended] = co_await arrival->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
  static_cast<void>(ended);
}

std::int64_t QueueDepths::depth_of(const Queues& queues, std::string_view name) {
  const auto known = queues.find(name);
  return known == queues.end() ? 0 : known->second.depth;
}

std::int64_t QueueDepths::within_reach(std::string_view agent, std::string_view type) const {
  return depth_of(by_agent_, agent) + depth_of(by_type_, type);
}

}  // namespace understudy::daemon::api
