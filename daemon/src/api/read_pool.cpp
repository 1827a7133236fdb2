#include "api/read_pool.hpp"

#include <algorithm>

namespace understudy::daemon::api {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_untrusted = 64;
constexpr std::size_t max_trusted = 1024;
constexpr auto untrusted_timeout = 10s;
constexpr auto trusted_timeout = 60s;
constexpr auto maintenance_timeout = 1h;

}  // namespace

ReadClass read_class_of(const http::Request& request) {
  return request.is_trusted() ? ReadClass::trusted : ReadClass::untrusted;
}

ReadPool::Worker::Worker(store::Reader own, std::size_t most, std::chrono::seconds limit)
    : reader(std::move(own)), timeout(limit), max_waiting(most) {
  reader.set_progress_handler([this] { return Clock::now() < until; });
}

ReadPool::ReadPool(store::Reader reader, std::function<std::int64_t()> latest_id)
    : latest_id_(std::move(latest_id)) {
  auto trusted = reader.open_another();
  auto maintenance = reader.open_another();
  workers_.push_back(std::make_unique<Worker>(std::move(reader), max_untrusted, untrusted_timeout));
  if (trusted)
    workers_.push_back(std::make_unique<Worker>(std::move(*trusted), max_trusted, trusted_timeout));
  if (trusted && maintenance)
    workers_.push_back(std::make_unique<Worker>(std::move(*maintenance), max_trusted, maintenance_timeout));
}

ReadPool::~ReadPool() {
  for (auto& worker : workers_) worker->pool.stop();
  for (auto& worker : workers_) worker->pool.join();
}

ReadPool::Worker& ReadPool::worker_of(ReadClass read_class) {
  return *workers_[std::min(static_cast<std::size_t>(read_class), workers_.size() - 1)];
}

asio::awaitable<void> ReadPool::refresh(ReadClass read_class) {
  const auto latest = latest_id();  // read first: an empty log then means that all events up to here are gone
  auto query = [](store::Reader& reader) { return reader.oldest_event_id(); };
  auto answer = ask(worker_of(read_class), std::move(query));
  const auto oldest = co_await std::move(answer);
  if (oldest) oldest_id_ = oldest->value_or(latest + 1);
}

std::int64_t ReadPool::oldest_id() {
  return oldest_id_ == 0 ? latest_id() + 1 : oldest_id_;
}

asio::awaitable<std::expected<std::vector<wire::Envelope>, std::string>> ReadPool::events_after(
    std::int64_t id, const sse::TypeFilter& filter, sse::PageLimits most) {
  store::EventQuery filters{
      .after = id, .types = filter.patterns(), .limit = static_cast<std::int64_t>(most.rows)};
  auto query = [filters = std::move(filters), most](store::Reader& reader) {
    std::vector<wire::Envelope> envelopes;
    std::size_t bytes = 0;
    for (auto& row : reader.events(filters)) {
      bytes += row.detail.size() + row.summary.size();
      envelopes.push_back(envelope_of(std::move(row)));
      if (bytes >= most.bytes) break;
    }
    return envelopes;
  };
  // Streams have a limiter of their own: do not refuse them here.
  auto answer = ask(worker_of(most.trusted ? ReadClass::trusted : ReadClass::untrusted), std::move(query));
  co_return co_await std::move(answer);
}

wire::Envelope envelope_of(store::EventRow row) {
  return {.id = row.id,
          .type = std::move(row.type),
          .instance = std::move(row.instance),
          .ts = row.ts_ms,
          .summary = std::move(row.summary),
          .detail = std::move(row.detail)};
}

}  // namespace understudy::daemon::api
