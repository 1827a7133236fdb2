#include <algorithm>

#include "health/machine.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

HealthStep step_with(const Protections& protections, const Policy& policy, Health health,
                     const HealthEvent& event, Instant now, double chance) {
  HealthStep out{.health = std::move(health)};
  HealthMachine machine(protections, policy, out.health, out.changed, out.fate, now, chance);
  std::visit([&machine](const auto& happened) { machine.on(happened); }, event);
  return out;
}

HealthStep step(const Policy& policy, Health health, const HealthEvent& event, Instant now, double chance) {
  static constexpr Protections all{};
  return step_with(all, policy, std::move(health), event, now, chance);
}

bool is_due(const Entry& entry, Instant now) {
  switch (entry.state) {
    case HealthState::due: return true;
    case HealthState::open: return entry.until <= now;
    case HealthState::trial: return entry.trial.until <= now;
    case HealthState::closed:
    case HealthState::ramping:
    case HealthState::unconfigured: return false;
  }
  return false;
}

bool is_cold(const Health& health, const TierKey& on, Instant now) {
  const auto known = health.tiers.find(on);
  return known == health.tiers.end() || now - known->second.last.at >= cold_after;
}

namespace {

/// What one entry lets through, and when to ask again.
Access one(const Protections& protections, const Entry& entry, const Attempt& attempt, Instant now) {
  if (entry.freed.contains(attempt.agent)) return {};
  if (is_due(entry, now)) return {Pass::trial, &entry, {}};
  switch (entry.state) {
    case HealthState::open: return {Pass::blocked, &entry, std::min(entry.until, now + entry.length)};
    case HealthState::trial:
      if (!protections.one_trial) return {Pass::trial, &entry, {}};
      return {Pass::blocked, &entry, std::min(entry.trial.until, now + entry.trial.grace)};
    case HealthState::unconfigured: return {Pass::blocked, &entry, std::nullopt};
    case HealthState::ramping: {
      const Ramp& ramp = entry.ramp;
      if (ramp.cold && !attempt.down) return {};
      if (ramp.places > 0 || ramp.next <= now) return {Pass::place, &entry, {}};
      const std::size_t others = ramp.waiting.size() - ramp.waiting.count(attempt.agent);
      if ((ramp.admitted.contains(attempt.agent) && others == 0) || !protections.ramp) return {};
      return {Pass::blocked, &entry, std::min(ramp.next, now + 2 * ramp_step)};
    }
    case HealthState::closed:
    case HealthState::due: return {};
  }
  return {};
}

/// The one that lasts longest; a missing key lasts for ever.
bool lasts_longer(const Access& one, const Access& other) {
  if (other.pass != Pass::blocked || !one.until) return true;
  return other.until && *one.until > *other.until;
}

}  // namespace

Access access_with(const Protections& protections, const Health& health, const Attempt& attempt,
                   Instant now) {
  Access all;
  if (health.entries.empty()) return all;
  for (const EntryRef& ref : entries_of(attempt)) {
    const auto at = health.entries.find(ref);
    if (at == health.entries.end()) continue;
    const Access here = one(protections, at->second, attempt, now);
    if (here.pass == Pass::blocked) {
      if (lasts_longer(here, all)) all = here;
    } else if (all.pass != Pass::blocked && here.pass != Pass::free && all.pass != Pass::trial) {
      all = here;  // a trial on one entry says more than a place on another
    }
  }
  return all;
}

Access access(const Health& health, const Attempt& attempt, Instant now) {
  static constexpr Protections all{};
  return access_with(all, health, attempt, now);
}

std::optional<Instant> next_deadline(const Health& health, Instant now) {
  // What is further away than it can be shows that the clock was set back: at once.
  const auto at_most = [now](Instant at, Duration length) { return at > now + length ? now : at; };
  std::optional<Instant> first;
  for (const auto& [key, entry] : health.entries) {
    std::optional<Instant> at;
    switch (entry.state) {
      case HealthState::open:
      case HealthState::closed: at = at_most(entry.until, entry.length); break;
      case HealthState::due: at = entry.until + forgotten_after; break;
      case HealthState::trial: at = at_most(entry.trial.until, entry.trial.grace); break;
      case HealthState::ramping: at = at_most(entry.ramp.next, 2 * ramp_step); break;
      case HealthState::unconfigured: break;
    }
    if (at) first = std::min(first.value_or(*at), *at);
  }
  return first;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
