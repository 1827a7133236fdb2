// GET /audit
#include "api/audit.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "api/handlers.hpp"
#include "api/read_pool.hpp"
#include "api/subject.hpp"
#include "fleet/turn.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

constexpr auto max_settling_time = std::chrono::seconds(1);

/// The id of a row; none without the parameter.
std::expected<std::optional<std::int64_t>, http::Response> row_id(const http::Request& request,
                                                                  std::string_view name) {
  if (!request.query.get(name)) return std::nullopt;
  const auto id = query_non_negative(request, name, 0);
  if (!id) return std::unexpected(id.error());
  return *id;
}

std::string row_json(const store::AuditRow& row) {
  return wire::ObjectText{}
      .integer("id", row.id)
      .integer("ts", row.ts)
      .text("actor", row.actor)
      .text("peer", row.peer)
      .text("action", row.action)
      .text("subject", row.subject)
      .text("result", row.result)
      .done();
}

/// Writes pending entries, so that the response has them; unless the disk stalls, which must not delay reads.
boost::asio::awaitable<void> settle(fleet::Fleet& fleet, AuditLog& audit) {
  write_audit(audit, fleet);
  if (*audit.turns_under_way == 0) co_return;
  const auto written = std::make_shared<boost::asio::steady_timer>(co_await boost::asio::this_coro::executor,
                                                                   max_settling_time);
  fleet::What marker = fleet::StoreWrite{[](fleet::Turn&) { return fleet::Answer(""); }};
  fleet.post({std::move(marker), [written](const fleet::Answer&) { written->cancel(); }});
  co_await written->async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
}

}  // namespace

void write_audit(AuditLog& audit, fleet::Fleet& fleet) {
  auto entries = audit.trail.take(now_ms(fleet));
  if (entries.empty()) return;
  fleet::What write = fleet::StoreWrite{[entries = std::move(entries)](fleet::Turn& turn) {
    for (const auto& entry : entries)
      turn.tx().append_audit({.ts = entry.ts,
                              .actor = entry.actor,
                              .peer = entry.peer,
                              .action = entry.action,
                              .subject = turn.tools().redact(entry.subject),
                              .result = entry.result});
    return fleet::Answer("");
  }};
  ++*audit.turns_under_way;
  fleet.post({std::move(write), [count = audit.turns_under_way](const fleet::Answer&) { --*count; }});
}

AsyncResponse list_audit(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool, AuditLog& audit) {
  const auto after = row_id(request, "after");
  if (!after) co_return after.error();
  const auto before = row_id(request, "before_id");
  if (!before) co_return before.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  co_await settle(fleet, audit);
  auto query = [after = *after, before = *before, limit = *limit](store::Reader& reader) {
    wire::ArrayText rows;
    for (const auto& row : reader.audit(after, before, limit)) rows.raw(row_json(row));
    return std::move(rows).done();
  };
  const auto json = co_await read_pool.read(std::move(query));
  if (!json) co_return http::unavailable(json.error());
  co_return http::json(200, *json);
}

}  // namespace understudy::daemon::api
