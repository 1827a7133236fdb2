#include "api/library.hpp"

#include <algorithm>

namespace understudy::daemon::api {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_of_anybody = 64;
constexpr std::size_t max_trusted = 1024;
constexpr auto patience_with_anybody = 10s;
constexpr auto patience_with_trusted = 60s;
constexpr auto patience_with_house = 1h;

}  // namespace

Lane lane_of(const http::Request& request) {
  return request.is_trusted() ? Lane::trusted : Lane::anybody;
}

Library::Desk::Desk(store::Reader own, std::size_t most, std::chrono::seconds time)
    : reader(std::move(own)), patience(time), max_waiting(most) {
  reader.set_progress_handler([this] { return Clock::now() < until; });
}

Library::Library(store::Reader reader, std::function<std::int64_t()> latest_id)
    : latest_id_(std::move(latest_id)) {
  auto trusted = reader.open_another();
  auto house = reader.open_another();
  desks_.push_back(std::make_unique<Desk>(std::move(reader), max_of_anybody, patience_with_anybody));
  if (trusted)
    desks_.push_back(std::make_unique<Desk>(std::move(*trusted), max_trusted, patience_with_trusted));
  if (trusted && house)
    desks_.push_back(std::make_unique<Desk>(std::move(*house), max_trusted, patience_with_house));
}

Library::~Library() {
  for (auto& desk : desks_) desk->pool.stop();
  for (auto& desk : desks_) desk->pool.join();
}

Library::Desk& Library::desk_of(Lane lane) {
  return *desks_[std::min(static_cast<std::size_t>(lane), desks_.size() - 1)];
}

asio::awaitable<void> Library::refresh(Lane lane) {
  const auto latest = latest_id();  // before the look: an empty log then means that all up to here is gone
  auto look = [](store::Reader& reader) { return reader.oldest_event_id(); };
  auto asking = ask(desk_of(lane), std::move(look));
  const auto oldest = co_await std::move(asking);
  if (oldest) oldest_id_ = oldest->value_or(latest + 1);
}

std::int64_t Library::oldest_id() {
  return oldest_id_ == 0 ? latest_id() + 1 : oldest_id_;
}

asio::awaitable<std::expected<std::vector<wire::Envelope>, std::string>> Library::events_after(
    std::int64_t id, const sse::TypeFilter& filter, sse::PageLimits most) {
  store::EventQuery query{
      .after = id, .types = filter.patterns(), .limit = static_cast<std::int64_t>(most.rows)};
  auto look = [query = std::move(query), most](store::Reader& reader) {
    std::vector<wire::Envelope> envelopes;
    std::size_t bytes = 0;
    for (auto& row : reader.events(query)) {
      bytes += row.detail.size() + row.summary.size();
      envelopes.push_back(envelope_of(std::move(row)));
      if (bytes >= most.bytes) break;
    }
    return envelopes;
  };
  // Streams have limiter of their own, so none is told that too many wait.
  auto asking = ask(desk_of(most.trusted ? Lane::trusted : Lane::anybody), std::move(look));
  co_return co_await std::move(asking);
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
