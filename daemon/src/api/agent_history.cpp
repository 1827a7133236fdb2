// GET /agents/{name}/provider-events, /tier-time, /lifecycle-events
#include "api/handlers.hpp"
#include "api/read_pool.hpp"
#include "api/subject.hpp"
#include "fleet/records.hpp"
#include "http/respond.hpp"
#include "understudy/failover/tier_time.hpp"
#include "wire/agent_text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

constexpr std::int64_t day_ms = 24 * 60 * 60 * 1000;

std::string share_members(wire::ObjectText json, const failover::Share& share) {
  return std::move(json.integer("ms", share.time.count()).number("percent", share.percent)).done();
}

std::string tier_time_json(const std::vector<store::LedgerRow>& rows, int tiers, std::int64_t window_ms,
                           failover::Instant now) {
  std::vector<failover::TierPoint> points;
  points.reserve(rows.size());
  for (const auto& row : rows)
    points.push_back({failover::Instant{failover::Duration{row.ts}}, static_cast<int>(row.to_tier),
                      failover::parse_ledger_kind(row.kind)});
  const auto time = failover::tier_time(points, tiers, failover::Duration{window_ms}, now);
  wire::ArrayText served;
  for (std::size_t i = 0; i < time.tiers.size(); ++i) {
    wire::ObjectText tier;
    tier.integer("tier", static_cast<std::int64_t>(i) + 1);
    served.raw(share_members(std::move(tier), time.tiers[i]));
  }
  return wire::ObjectText{}
      .integer("window_ms", window_ms)
      .raw("tiers", std::move(served).done())
      .raw("paused", share_members({}, time.paused))
      .done();
}

std::string lifecycle_row_json(const store::LifecycleRow& row, bool sees_agent_text) {
  const auto hidden = sees_agent_text ? std::nullopt : wire::without_agent_text(row.detail, row.type);
  return wire::ObjectText{}
      .integer("id", row.id)
      .text("type", row.type)
      .text("instance", row.instance)
      .integer("ts", row.ts)
      .integer_or_null("latency_ms", row.latency_ms)
      .integer_or_null("idle_seconds", row.idle_seconds)
      .text("summary", hidden ? wire::sentence_without_agent_text(row.summary) : row.summary)
      .raw("detail", hidden ? *hidden : row.detail)
      .done();
}

}  // namespace

AsyncResponse list_provider_events(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool) {
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  std::optional<std::int64_t> before;
  if (request.query.get("before_id")) {
    const auto id = query_non_negative(request, "before_id", 0);
    if (!id)
      co_return http::problem(400, "The query parameter 'before_id' must be the id of a row.",
                              {{"before_id", "must be the id of a row"}});
    before = *id;
  }
  // Paging backwards reaches the first row unless `since` is given.
  const auto since = query_non_negative(request, "since", before ? 0 : now_ms(fleet) - 7 * day_ms);
  if (!since) co_return since.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  auto query = [name = subject->agent.name, since = *since, limit = *limit, before](store::Reader& reader) {
    wire::ArrayText rows;
    for (const auto& row : reader.ledger(name, since, limit, before)) rows.raw(fleet::ledger_json(row));
    return std::move(rows).done();
  };
  const auto json = co_await read_pool.read(std::move(query), read_class_of(request));
  if (!json) co_return http::unavailable(json.error());
  co_return http::json(200, *json);
}

AsyncResponse get_tier_time(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool) {
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  const auto window = http::query_integer(request, "window_ms", day_ms, 1, 366 * day_ms);
  if (!window) co_return window.error();
  const auto tiers = static_cast<int>(subject->type.failover.chain.size());
  const auto now = fleet.now().wall;
  const auto from = now.time_since_epoch().count() - *window;
  auto query = [name = subject->agent.name, from](store::Reader& reader) {
    return reader.ledger_window(name, from);
  };
  const auto rows = co_await read_pool.read(std::move(query), read_class_of(request));
  if (!rows) co_return http::unavailable(rows.error());
  co_return http::json(200, tier_time_json(*rows, tiers, *window, now));
}

AsyncResponse list_lifecycle_events(http::Request& request, fleet::Fleet& fleet, ReadPool& read_pool) {
  const auto subject = subject_of(fleet, request);
  if (!subject) co_return subject.error();
  const auto since = query_non_negative(request, "since", now_ms(fleet) - 7 * day_ms);
  if (!since) co_return since.error();
  const auto limit = http::query_integer(request, "limit", 500, 1, 5000);
  if (!limit) co_return limit.error();
  auto query = [name = subject->agent.name, since = *since, limit = *limit,
                sees_agent_text = request.may_read_agent_text()](store::Reader& reader) {
    wire::ArrayText rows;
    for (const auto& row : reader.lifecycle_events(name, since, limit))
      rows.raw(lifecycle_row_json(row, sees_agent_text));
    return std::move(rows).done();
  };
  const auto json = co_await read_pool.read(std::move(query), read_class_of(request));
  if (!json) co_return http::unavailable(json.error());
  co_return http::json(200, *json);
}

}  // namespace understudy::daemon::api
