#include "fleet/warmth.hpp"

#include <algorithm>
#include <set>
#include <tuple>

#include "fleet/handle.hpp"

namespace understudy::daemon::fleet {

namespace {

using namespace std::chrono_literals;
using Types = std::set<std::string, std::less<>>;

bool has_warmth(const config::AgentType& type) {
  const auto& warm = type.container.warm;
  return type.container.lazy && (warm.min > 0 || !warm.schedule.empty());
}

container::LocalTime local_time(const failover::ZoneLookup* zones) {
  return [zones](std::string_view zone, container::Instant at) -> std::optional<std::chrono::local_seconds> {
    if (zone == "UTC")
      return std::chrono::local_seconds{std::chrono::floor<std::chrono::seconds>(at.time_since_epoch())};
    return zones ? zones->to_local(zone, at) : std::nullopt;
  };
}

/// Reads the schedules that changed: by time, or because the clock was set back. Returns their types, and
/// those that no longer have a minimum.
Types read_schedules(Turn& turn) {
  const auto now = turn.now().wall;
  Types changed;
  auto warmth = turn.warmth();
  if (turn.config_changed())
    std::erase_if(warmth, [&](const auto& known) { return changed.insert(known.first), true; });
  for (const auto& [name, type] : turn.config().agent_types) {
    if (!has_warmth(type)) continue;
    const auto known = warmth.find(name);
    if (known != warmth.end() && now >= known->second.read_at &&
        now < known->second.now.until.value_or(now + 1ms))
      continue;
    warmth[name] = {container::warm_minimum(type.container.warm, local_time(turn.tools().zones), now), now};
    changed.insert(name);
  }
  if (!changed.empty()) turn.set_warmth(std::move(warmth));
  return changed;
}

/// Instances that are up come first: a minimum is not a reason to start one and stop another. Those that fail
/// to start come last, so that a sound one takes their place.
int rank(const Agent& agent) {
  switch (agent.container->phase) {
    case container::Phase::ready:
    case container::Phase::busy:
    case container::Phase::draining: return 0;
    case container::Phase::starting: return 1;
    case container::Phase::unknown:
    case container::Phase::absent:
    case container::Phase::stopped:
    case container::Phase::stopping:
    case container::Phase::removing: return 2;
    case container::Phase::backoff: return 3;
    case container::Phase::failed: return 4;
  }
  return 4;
}

bool can_be_kept(const Agent& agent) {
  return agent.container && !agent.leaving && !agent.tiers.paused() && agent.trouble.empty();
}

/// Keeps the type's best instances; of equals, those kept already, then in the order of the configuration.
void choose(Turn& turn, const std::string& type_name, std::vector<std::string>& risen) {
  const auto type = turn.config().agent_types.find(type_name);
  if (type == turn.config().agent_types.end()) return;
  const auto known = turn.warmth().find(type_name);
  auto wanted = known == turn.warmth().end() ? 0 : known->second.now.min;
  std::vector<const Agent*> all;
  for (const auto& instance : type->second.instances)
    if (const auto* agent = turn.find(type_name + "-" + instance); agent && agent->type == type_name)
      all.push_back(agent);
  const auto place = [](const Agent* agent) {
    return std::tuple{!can_be_kept(*agent), agent->container ? rank(*agent) : 0, !agent->warm};
  };
  std::ranges::stable_sort(all, {}, place);
  for (const auto* agent : all) {
    const bool warm = wanted > 0 && can_be_kept(*agent);
    if (warm) --wanted;
    if (agent->warm == warm) continue;
    turn.touch(agent->name).warm = warm;
    if (warm) risen.push_back(agent->name);
  }
}

}  // namespace

std::vector<std::string> choose_warm(Turn& turn) {
  std::vector<std::string> risen;
  if (turn.closing()) return risen;
  auto types = read_schedules(turn);
  for (const auto& [name, agent] : turn.touched())
    if (agent && turn.warmth().contains(agent->type)) types.insert(agent->type);
  for (const auto& type : types) choose(turn, type, risen);
  return risen;
}

std::optional<container::Steady> warmth_deadline(const State& state, container::Now now) {
  constexpr container::Duration max_wait = 10min;  // the wall clock may be set meanwhile
  std::optional<container::Steady> first;
  for (const auto& [type, warmth] : state.warmth) {
    if (!warmth.now.until) continue;
    const auto at = now.steady + std::min<container::Duration>(*warmth.now.until - now.wall, max_wait);
    first = std::min(first.value_or(at), at);
  }
  return state.closing ? std::nullopt : first;
}

}  // namespace understudy::daemon::fleet
