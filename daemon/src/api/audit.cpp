// GET /audit
#include "api/audit.hpp"

#include "api/ask.hpp"
#include "api/handlers.hpp"
#include "api/subject.hpp"
#include "fleet/turn.hpp"
#include "http/respond.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

/// The id of a row; nothing when it is not asked for.
std::expected<std::optional<std::int64_t>, http::Response> row_id(const http::Request& request,
                                                                  std::string_view name) {
  if (!request.query.get(name)) return std::nullopt;
  const auto id = query_moment(request, name, 0);
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

}  // namespace

std::optional<fleet::What> audit_write(World& world) {
  auto deeds = world.audit.take(now_ms(world));
  if (deeds.empty()) return std::nullopt;
  return fleet::StoreWrite{[deeds = std::move(deeds)](fleet::Turn& turn) {
    for (const auto& deed : deeds)
      turn.tx().append_audit({.ts = deed.ts,
                              .actor = deed.actor,
                              .peer = deed.peer,
                              .action = deed.action,
                              .subject = turn.tools().redact(deed.subject),
                              .result = deed.result});
    return fleet::Answer("");
  }};
}

Later list_audit(World& world, http::Request& request) {
  const auto after = row_id(request, "after");
  if (!after) co_return after.error();
  const auto before = row_id(request, "before_id");
  if (!before) co_return before.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  if (auto waiting = audit_write(world)) {  // what was done just before is in the answer
    world.fleet.post({std::move(*waiting)});
    fleet::What after_it = fleet::StoreWrite{[](fleet::Turn&) { return fleet::Answer(""); }};
    const auto written = co_await ask(world.fleet, std::move(after_it));
    if (!written) co_return refused(written.error());
  }
  auto look = [after = *after, before = *before, limit = *limit](store::Reader& reader) {
    wire::ArrayText rows;
    for (const auto& row : reader.audit(after, before, limit)) rows.raw(row_json(row));
    return std::move(rows).done();
  };
  const auto json = co_await world.library.read(std::move(look));
  if (!json) co_return unreadable(json.error());
  co_return http::json(200, *json);
}

}  // namespace understudy::daemon::api
