// GET /event-log, GET /events
#include "api/handlers.hpp"
#include "api/subject.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

Later list_events(World& world, http::Request& request) {
  const auto after = query_moment(request, "after", 0);
  if (!after) co_return after.error();
  const auto since = query_moment(request, "since", 0);
  if (!since) co_return since.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  store::EventQuery query{.after = *after,
                          .since_ms = *since,
                          .types = sse::TypeFilter(request.query.get("types").value_or("")).patterns(),
                          .instance = std::string(request.query.get("instance").value_or("")),
                          .limit = *limit};
  auto look = [query = std::move(query), sees_words = request.may_read_words()](store::Reader& reader) {
    wire::ArrayText rows;
    for (auto& row : reader.events(query)) {
      const auto event = envelope_of(std::move(row));
      const auto hidden = sees_words ? std::nullopt : sse::without_words(event);
      rows.raw(sse::to_json(hidden ? *hidden : event));
    }
    return std::move(rows).done();
  };
  const auto json = co_await world.library.read(std::move(look));
  if (!json) co_return unreadable(json.error());
  co_return http::json(200, *json);
}

Later stream_events(World& world, http::Request& request) {
  co_await world.library.refresh();  // so that a gap in what the client has seen is noticed
  sse::EventStreamOptions options;
  if (world.gate != nullptr)
    options.still_allowed = [gate = world.gate, grant = request.grant] { return gate->holds(grant); };
  co_return sse::event_stream(world.hub, world.library, request, std::move(options));
}

}  // namespace understudy::daemon::api
