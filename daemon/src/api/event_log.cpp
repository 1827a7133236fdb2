// GET /event-log, GET /events
#include <algorithm>

#include "api/handlers.hpp"
#include "api/long_answer.hpp"
#include "api/read_pool.hpp"
#include "api/subject.hpp"
#include "http/concurrency_limiter.hpp"
#include "http/gate.hpp"
#include "http/respond.hpp"
#include "sse/hub.hpp"

namespace understudy::daemon::api {

namespace {

/// Every event is matched against every pattern of every stream.
constexpr std::ptrdiff_t max_types = 50;

std::optional<http::Response> types_problem(const http::Request& request) {
  if (std::ranges::count(request.query.get("types").value_or(""), ',') < max_types) return std::nullopt;
  const std::string reason = "may have at most " + std::to_string(max_types) + " names";
  return http::problem(400, "The query parameter 'types' " + reason + ".", {{"types", reason}});
}

}  // namespace

AsyncResponse list_events(http::Request& request, ReadPool& read_pool, SpillSpace& spill) {
  if (auto problem = types_problem(request)) co_return std::move(*problem);
  const auto after = query_non_negative(request, "after", 0);
  if (!after) co_return after.error();
  const auto since = query_non_negative(request, "since", 0);
  if (!since) co_return since.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  store::EventQuery query{.after = *after,
                          .since_ms = *since,
                          .types = sse::TypeFilter(request.query.get("types").value_or("")).patterns(),
                          .instance = std::string(request.query.get("instance").value_or("")),
                          .limit = *limit};
  auto read = [query = std::move(query), sees_agent_text = request.may_read_agent_text(),
               spill = spill_space_for(spill, request)](store::Reader& reader) {
    LongAnswer rows(spill);
    rows.add("[");
    bool first = true;
    reader.events(query, [&](const store::EventRow& row) {
      if (!std::exchange(first, false)) rows.add(",");
      const auto event = envelope_of(row);
      const auto hidden = sees_agent_text ? std::nullopt : wire::without_agent_text(event);
      return rows.add(wire::to_json(hidden ? *hidden : event));
    });
    rows.add("]");
    return rows.done();
  };
  auto json = co_await read_pool.read(std::move(read), read_class_of(request));
  if (!json) co_return http::unavailable(json.error());
  co_return json_answer(std::move(*json));
}

AsyncResponse stream_events(http::Request& request, ReadPool& read_pool, sse::Hub& hub, http::Gate& gate,
                            http::ConcurrencyLimiter& limiter) {
  if (auto problem = types_problem(request)) co_return std::move(*problem);
  auto permit = limiter.acquire(http::ConcurrencyLimiter::Kind::stream, request);
  if (!permit) co_return http::limit_reached("streams");
  co_await read_pool.refresh(read_class_of(request));  // to notice a gap in what the client has seen
  sse::EventStreamOptions options;
  options.still_allowed = [&gate, grant = request.grant] { return gate.is_current(grant); };
  auto response = sse::event_stream(hub, read_pool, request, std::move(options));
  if (auto* body = std::get_if<http::StreamBody>(&response.body)) {
    body->produce = [permit = std::move(permit), produce = std::move(body->produce)](
                        http::BodyWriter& writer) { return produce(writer); };
  }
  co_return response;
}

}  // namespace understudy::daemon::api
