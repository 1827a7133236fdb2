#include "api/library.hpp"

namespace understudy::daemon::api {

namespace asio = boost::asio;

Library::Library(store::Reader reader, std::function<std::int64_t()> latest_id)
    : reader_(std::move(reader)), latest_id_(std::move(latest_id)) {}

Library::~Library() {
  pool_.stop();
  pool_.join();
}

asio::awaitable<void> Library::refresh() {
  const auto latest = latest_id();  // before the look: an empty log then means that all up to here is gone
  auto look = [](store::Reader& reader) { return reader.oldest_event_id(); };
  const auto oldest = co_await read(std::move(look));
  if (oldest) oldest_id_ = oldest->value_or(latest + 1);
}

std::int64_t Library::oldest_id() {
  return oldest_id_ == 0 ? latest_id() + 1 : oldest_id_;
}

asio::awaitable<std::expected<std::vector<sse::Envelope>, std::string>> Library::events_after(
    std::int64_t id, const sse::TypeFilter& filter, std::size_t limit) {
  store::EventQuery query{.after = id, .types = filter.patterns(), .limit = static_cast<std::int64_t>(limit)};
  auto look = [query = std::move(query)](store::Reader& reader) {
    std::vector<sse::Envelope> envelopes;
    for (auto& row : reader.events(query)) envelopes.push_back(envelope_of(std::move(row)));
    return envelopes;
  };
  co_return co_await read(std::move(look));
}

sse::Envelope envelope_of(store::EventRow row) {
  return {.id = row.id,
          .type = std::move(row.type),
          .instance = std::move(row.instance),
          .ts = row.ts_ms,
          .summary = std::move(row.summary),
          .detail = std::move(row.detail)};
}

}  // namespace understudy::daemon::api
