#include "understudy/container/json.hpp"

#include <limits>

#include "json/members.hpp"
#include "json/parse.hpp"

namespace understudy::container {

namespace {

using json::Members;

/// So that sums of a few stay in range: a time to about the year 287000.
constexpr std::int64_t latest_ms = 9'000'000'000'000'000;

void write_instant(json::Writer& out, std::string_view key, const std::optional<Instant>& at) {
  if (at)
    out.integer(key, at->time_since_epoch().count());
  else
    out.null(key);
}
std::optional<Instant> read_instant(const Members& members, std::string_view key) {
  const auto ms = members.integer(key, -latest_ms, latest_ms);
  return ms ? std::optional(Instant{Duration{*ms}}) : std::nullopt;
}
Duration read_duration(const Members& members, std::string_view key) {
  return Duration{members.integer(key, -latest_ms, latest_ms).value_or(0)};
}

void write_spec(json::Writer& out, std::string_view key, const Spec& spec) {
  out.open_object(key).integer("generation", spec.generation).text("hash", spec.hash).close_object();
}
Spec read_spec(const Members& members) {
  using Limits = std::numeric_limits<std::int64_t>;  // it is no time: a user's own number, or a label's
  return {members.integer("generation", Limits::min(), Limits::max()).value_or(0), members.text("hash")};
}

/// Its members.
void write_incarnation(json::Writer& out, const Incarnation& one) {
  out.text("container_id", one.container_id).text("stamp", one.stamp);
}
Incarnation read_incarnation(const Members& members) {
  return {members.text("container_id"), members.text("stamp")};
}

void write_stop_intent(json::Writer& out, const StopIntent& intent) {
  out.open_object("stop_intent");
  write_incarnation(out, intent.incarnation);
  out.text("cause", to_string(intent.cause)).integer("idle_ms", intent.idle.count()).close_object();
}
StopIntent read_stop_intent(const Members& members) {
  return {.incarnation = read_incarnation(members),
          .cause = members.word<StopCause>("cause").value_or(StopCause::idle),
          .idle = read_duration(members, "idle_ms")};
}

void write_lease(json::Writer& out, const Lease& lease) {
  out.open_object();
  write_incarnation(out, lease.incarnation);
  out.text("id", lease.id);
  write_instant(out, "granted_at", lease.granted_at);
  out.close_object();
}
Lease read_lease(const Members& members) {
  return {.id = members.text("id"),
          .incarnation = read_incarnation(members),
          .granted_at = read_instant(members, "granted_at").value_or(Instant{})};
}

Persisted read_kept(const Members& members) {
  if (const auto version = members.view()["v"]; version && version.integer() != 1)
    members.problem("v", "only version 1 can be read, this is " + Members::described(version));
  Persisted kept{.desired = read_spec(members.object("desired")),
                 .applied = read_spec(members.object("applied")),
                 .container_id = members.text("container_id"),
                 .used = members.flag("used"),
                 .live_since = read_instant(members, "live_since"),
                 .quarantined_id = members.text("quarantined_id"),
                 .paused = members.flag("frozen"),
                 .last_used_at = read_instant(members, "last_used_at"),
                 .fail_streak = members.whole("fail_streak", 0),
                 .crash_streak = members.whole("crash_streak", 0),
                 .retry_delay = read_duration(members, "retry_delay_ms"),
                 .next_retry_at = read_instant(members, "next_retry_at"),
                 .last_error = members.text("last_error"),
                 .retired = members.flag("retired")};
  if (members.has("live")) kept.live = read_incarnation(members.object("live"));
  if (members.has("stop_intent")) kept.stop_intent = read_stop_intent(members.object("stop_intent"));
  members.each("leases", [&kept](const Members& lease) { kept.leases.push_back(read_lease(lease)); });
  return kept;
}

}  // namespace

std::string to_json(const Persisted& kept) {
  json::Writer out;
  out.open_object().integer("v", 1);
  write_spec(out, "desired", kept.desired);
  write_spec(out, "applied", kept.applied);
  out.text("container_id", kept.container_id).flag("used", kept.used);
  if (kept.live) {
    out.open_object("live");
    write_incarnation(out, *kept.live);
    out.close_object();
  }
  write_instant(out, "live_since", kept.live_since);
  if (kept.stop_intent) write_stop_intent(out, *kept.stop_intent);
  out.text("quarantined_id", kept.quarantined_id).open_array("leases");
  for (const auto& lease : kept.leases) write_lease(out, lease);
  out.close_array().flag("frozen", kept.paused);
  write_instant(out, "last_used_at", kept.last_used_at);
  out.integer("fail_streak", kept.fail_streak)
      .integer("crash_streak", kept.crash_streak)
      .integer("retry_delay_ms", kept.retry_delay.count());
  write_instant(out, "next_retry_at", kept.next_retry_at);
  return out.text("last_error", kept.last_error).flag("retired", kept.retired).close_object().done();
}

template <>
Parsed<Persisted> from_json(std::string_view text) {
  const json::Document document(text);
  if (!document.ok()) return {{}, "not JSON: " + document.error()};
  json::Problems problems;
  auto kept = read_kept(Members(document.root(), problems));
  if (!problems.none()) return {{}, problems.text()};
  return {std::move(kept), {}};
}

}  // namespace understudy::container
