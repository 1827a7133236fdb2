#include <algorithm>

#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

void check_version(const json::Members& members) {
  const auto value = members.view()["v"];
  if (value && value.integer() != version)
    members.problem("v", "only version 1 can be read, this is " + json::Members::described(value));
}
void write_version(json::Writer& out) {
  out.integer("v", version);
}

std::optional<Instant> read_instant(const json::Members& members, std::string_view key) {
  const auto ms = members.integer(key, -latest_ms, latest_ms);
  return ms ? std::optional(Instant{Duration{*ms}}) : std::nullopt;
}
std::optional<Duration> read_duration_ms(const json::Members& members, std::string_view key) {
  const auto ms = members.integer(key, -latest_ms, latest_ms);
  return ms ? std::optional(Duration{*ms}) : std::nullopt;
}
void write_duration_ms(json::Writer& out, std::string_view key, Duration time) {
  out.integer(key, std::clamp<std::int64_t>(time.count(), -latest_ms, latest_ms));
}
/// At most what Members::whole takes, so that the count after the last is read too.
void write_count(json::Writer& out, std::string_view key, int count) {
  out.integer(key, std::min(count, 2'000'000'000));
}
void write_instant(json::Writer& out, std::string_view key, Instant at) {
  write_duration_ms(out, key, at.time_since_epoch());
}
void write_maybe(json::Writer& out, std::string_view key, const std::optional<Instant>& at) {
  if (at)
    write_instant(out, key, *at);
  else
    out.null(key);
}

TierId read_tier(const json::Members& members) {
  TierId tier{members.text("provider"), members.text("model")};
  if (tier.provider.empty() != tier.model.empty()) members.problem("", "must have a provider and a model");
  return tier;
}
TierId read_tier(const json::Members& members, std::string_view key) {
  return read_tier(members.object(key));
}
void write_tier(json::Writer& out, const TierId& tier) {
  out.text("provider", tier.provider).text("model", tier.model);
}

namespace {

std::map<TierId, Instant> read_times(const json::Members& members, std::string_view key) {
  std::map<TierId, Instant> times;
  members.each(key, [&times](const json::Members& row) {
    times[read_tier(row)] = read_instant(row, "at").value_or(Instant{});
  });
  return times;
}
void write_times(json::Writer& out, std::string_view key, const std::map<TierId, Instant>& times) {
  out.open_array(key);
  for (const auto& [tier, at] : times) {
    out.open_object();
    write_tier(out, tier);
    write_instant(out, "at", at);
    out.close_object();
  }
  out.close_array();
}

}  // namespace

State read_state(const json::Members& members) {
  check_version(members);
  State state{.current_tier = members.whole("current_tier", 1, 1, 1000),
              .serving = read_tier(members, "serving"),
              .last_failover_at = read_instant(members, "last_failover_at"),
              .last_failure_kind = members.word<Kind>("last_failure_kind"),
              .pause_reason = members.word<PauseReason>("pause_reason"),
              .retry_at = read_instant(members, "retry_at"),
              .streak = members.whole("streak", 0),
              .half_open = members.flag("half_open"),
              .multiplier = members.whole("multiplier", 1, 1, max_cooldown_multiplier),
              .wrapped = members.flag("wrapped"),
              .not_before = read_times(members, "not_before"),
              .over_budget_until = read_times(members, "over_budget_until")};
  if (!members.flag("paused", state.paused()))
    state.pause_reason.reset();
  else if (!state.paused())
    state.pause_reason = PauseReason::operator_;  // nothing ends it by itself
  return state;
}

void write(json::Writer& out, const State& state) {
  out.open_object();
  write_version(out);
  out.integer("current_tier", state.current_tier).open_object("serving");
  if (state.serving != TierId{}) write_tier(out, state.serving);
  out.close_object();
  write_maybe(out, "last_failover_at", state.last_failover_at);
  if (state.last_failure_kind)
    out.text("last_failure_kind", to_string(*state.last_failure_kind));
  else
    out.null("last_failure_kind");
  out.flag("paused", state.paused());
  if (state.pause_reason)
    out.text("pause_reason", to_string(*state.pause_reason));
  else
    out.null("pause_reason");
  write_maybe(out, "retry_at", state.retry_at);
  write_count(out, "streak", state.streak);
  out.flag("half_open", state.half_open)
      .integer("multiplier", state.multiplier)
      .flag("wrapped", state.wrapped);
  write_times(out, "not_before", state.not_before);
  write_times(out, "over_budget_until", state.over_budget_until);
  out.close_object();
}

RetryState read_retry_state(const json::Members& members) {
  check_version(members);
  RetryState tries{.passes = members.whole("passes", 0)};
  members.each("tries",
               [&tries](const json::Members& row) { tries.tries[read_tier(row)] = row.whole("count", 0); });
  return tries;
}

void write(json::Writer& out, const RetryState& tries) {
  out.open_object();
  write_version(out);
  out.open_array("tries");
  for (const auto& [tier, count] : tries.tries) {
    out.open_object();
    write_tier(out, tier);
    write_count(out, "count", count);
    out.close_object();
  }
  out.close_array();
  write_count(out, "passes", tries.passes);
  out.close_object();
}

}  // namespace words

std::string to_json(const State& state) {
  json::Writer out;
  words::write(out, state);
  return out.done();
}
std::string to_json(const RetryState& tries) {
  json::Writer out;
  words::write(out, tries);
  return out.done();
}
template <>
Parsed<State> from_json(std::string_view text) {
  return words::parse(text, words::read_state);
}
template <>
Parsed<RetryState> from_json(std::string_view text) {
  return words::parse(text, words::read_retry_state);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
