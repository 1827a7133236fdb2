#include "api/queue_depths.hpp"

namespace understudy::daemon::api {

boost::asio::awaitable<void> QueueDepths::refresh(ReadPool& read_pool, std::int64_t last_event_id) {
  if (counted_at_ >= last_event_id) co_return;
  auto query = [](store::Reader& reader) { return reader.queue_counts(); };
  const auto rows = co_await read_pool.read(std::move(query));
  if (!rows || counted_at_ >= last_event_id) co_return;
  by_agent_.clear();
  by_type_.clear();
  for (const auto& row : *rows) {
    const Queue queue{row.count, row.oldest_start_time};
    if (row.agent)
      by_agent_[*row.agent] = queue;
    else if (row.agent_type)
      by_type_[*row.agent_type] = queue;
  }
  counted_at_ = last_event_id;
}

std::int64_t QueueDepths::within_reach(std::string_view agent, std::string_view type) const {
  const auto depth = [](const Queues& queues, std::string_view name) {
    const auto known = queues.find(name);
    return known == queues.end() ? std::int64_t{0} : known->second.depth;
  };
  return depth(by_agent_, agent) + depth(by_type_, type);
}

}  // namespace understudy::daemon::api
