#include "wire/health_json.hpp"

#include <algorithm>

#include "wire/json_text.hpp"

namespace understudy::daemon::wire {

namespace {

using failover::HealthState;

/// What is open until a moment that has passed is due, although nothing has happened since.
HealthState state_at(const failover::Entry& entry, failover::Instant now) {
  const bool open = entry.state == HealthState::open && entry.until <= now;
  const bool on_trial = entry.state == HealthState::trial && entry.trial.until <= now;
  return open || on_trial ? HealthState::due : entry.state;
}

std::int64_t ms(failover::Instant at) {
  return at.time_since_epoch().count();
}

}  // namespace

std::string health_json(failover::Scope scope, const failover::Entry& entry, failover::Instant now) {
  const auto state = state_at(entry, now);
  ObjectText json;
  json.text("state", to_string(state)).text("scope", to_string(scope));
  if (state == HealthState::closed) return json.done();  // what was before is over
  if (entry.kind) json.text("kind", to_string(*entry.kind));
  if (!entry.reason.empty()) json.text("reason", entry.reason);
  if (entry.since != failover::Instant{}) json.integer("since", ms(entry.since));
  // A clock that was set back cannot make it longer.
  if (state == HealthState::open) json.integer("until", ms(std::min(entry.until, now + entry.length)));
  if (state == HealthState::due || state == HealthState::trial) json.integer("until", ms(entry.until));
  if (!entry.seen_by.empty()) json.text("seen_by", entry.seen_by);
  if (state == HealthState::trial) json.text("trial_by", entry.trial.agent);
  if (state == HealthState::ramping) json.integer("ramp", failover::places_of(entry.ramp));
  return json.done();
}

std::string closed_health_json(failover::Scope scope) {
  return health_json(scope, {.state = HealthState::closed}, {});
}

}  // namespace understudy::daemon::wire
