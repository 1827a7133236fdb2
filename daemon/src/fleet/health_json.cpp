#include "fleet/health_json.hpp"

#include "fleet/stored_json.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

namespace {

using namespace stored;
using failover::Duration;
using failover::Instant;

std::int64_t ms(Instant at) {
  return at.time_since_epoch().count();
}
Instant instant(const json::object& object, std::string_view key) {
  return Instant{Duration{integer(object, key)}};
}
Duration duration(const json::object& object, std::string_view key) {
  return Duration{integer(object, key)};
}

std::string names_json(const std::set<std::string>& names) {
  wire::ArrayText list;
  for (const auto& name : names) list.text(name);
  return list.done();
}
std::set<std::string> names(const json::object& object, std::string_view key) {
  std::set<std::string> all;
  if (const auto& list = member(object, key); list.is_array())
    for (const auto& name : list.get_array())
      if (name.is_string()) all.emplace(name.get_string());
  return all;
}

std::string trial_json(const failover::Trial& trial) {
  return wire::ObjectText()
      .text("attempt", trial.attempt)
      .text("agent", trial.agent)
      .integer("until", ms(trial.until))
      .integer("grace_ms", trial.grace.count())
      .done();
}
failover::Trial trial_from(const json::object& object) {
  return {.attempt = text(object, "attempt"),
          .agent = text(object, "agent"),
          .until = instant(object, "until"),
          .grace = duration(object, "grace_ms")};
}

std::string ramp_json(const failover::Ramp& ramp) {
  return wire::ObjectText()
      .integer("places", ramp.places)
      .integer("step", ramp.step)
      .integer("since", ms(ramp.since))
      .integer("next", ms(ramp.next))
      .flag("cold", ramp.cold)
      .raw("admitted", names_json(ramp.admitted))
      .raw("waiting", names_json(ramp.waiting))
      .done();
}
failover::Ramp ramp_from(const json::object& object) {
  return {.places = static_cast<int>(integer(object, "places")),
          .step = static_cast<int>(integer(object, "step")),
          .since = instant(object, "since"),
          .next = instant(object, "next"),
          .cold = flag(object, "cold"),
          .admitted = names(object, "admitted"),
          .waiting = names(object, "waiting")};
}

}  // namespace

std::string entry_json(const failover::Entry& entry) {
  wire::ObjectText text;
  text.text("state", to_string(entry.state));
  if (entry.kind) text.text("kind", to_string(*entry.kind));
  text.text("reason", entry.reason)
      .text("seen_by", entry.seen_by)
      .text("task", entry.task)
      .integer("since", ms(entry.since))
      .integer("until", ms(entry.until))
      .integer("length_ms", entry.length.count())
      .integer("base_ms", entry.base.count())
      .flag("in_place", entry.in_place);
  if (entry.trial != failover::Trial{}) text.raw("trial", trial_json(entry.trial));
  if (entry.ramp != failover::Ramp{}) text.raw("ramp", ramp_json(entry.ramp));
  if (!entry.freed.empty()) text.raw("freed", names_json(entry.freed));
  return text.done();
}

failover::Entry entry_from(const std::string& stored) {
  const auto object = object_of(stored);
  failover::Entry entry{.kind = failover::parse_kind(text(object, "kind")),
                        .reason = text(object, "reason"),
                        .seen_by = text(object, "seen_by"),
                        .task = text(object, "task"),
                        .since = instant(object, "since"),
                        .until = instant(object, "until"),
                        .length = duration(object, "length_ms"),
                        .base = duration(object, "base_ms"),
                        .in_place = flag(object, "in_place"),
                        .freed = names(object, "freed")};
  if (const auto state = failover::parse_health_state(text(object, "state"))) entry.state = *state;
  if (const auto& trial = member(object, "trial"); trial.is_object())
    entry.trial = trial_from(trial.get_object());
  if (const auto& ramp = member(object, "ramp"); ramp.is_object()) entry.ramp = ramp_from(ramp.get_object());
  return entry;
}

store::ProviderHealthRow health_row(const failover::EntryKey& key, const failover::Entry& entry) {
  return {.account = key.account,
          .scope = std::string(to_string(key.scope)),
          .model = key.model,
          .who = key.who,
          .entry = entry_json(entry)};
}

std::optional<std::pair<failover::EntryKey, failover::Entry>> health_from(
    const store::ProviderHealthRow& row) {
  const auto scope = failover::parse_scope(row.scope);
  if (!scope) return std::nullopt;
  return std::pair{failover::EntryKey{row.account, *scope, row.model, row.who}, entry_from(row.entry)};
}

}  // namespace understudy::daemon::fleet
