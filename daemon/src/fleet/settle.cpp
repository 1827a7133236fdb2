// The invariants: env files and generations follow the active tier, free instances work.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

#include "environment/render.hpp"
#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/membership.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "fleet/warmth.hpp"

namespace understudy::daemon::fleet {

void follow_tier(Turn& turn, Agent& agent) {
  const auto environment = tier_environment(turn, agent);
  const bool needs_none = has_environment_of_host(type_of(turn, agent), agent.tiers.current_tier);
  agent.trouble = environment || needs_none ? "" : environment.error();
  if (!environment) {
    if (needs_none) agent.env_hash = "none";  // settled
    return;
  }
  const auto text = environment::env_file_text(*environment);
  if (auto hash = digest(text); hash != agent.env_hash) {
    agent.env_hash = std::move(hash);
    turn.want(WriteEnvFile{agent.name, agent_dir(turn.tools().place, agent.name) + "/env", text});
  }
  if (!agent.container || agent.leaving) return;
  auto hash = spec_hash(instance_spec(turn, agent));
  if (hash == agent.container->desired.hash) return;
  step_container(turn, agent,
                 container::SpecChanged{{agent.container->desired.generation + 1, std::move(hash)}});
}

bool follows_tier(const Turn& turn, const Agent& agent) {
  return tier_environment(turn, agent) &&
         spec_hash(instance_spec(turn, agent)) == agent.container->desired.hash;
}

void hold_back(Turn& turn, Agent& agent) {
  if (agent.tiers.paused() && agent.task && agent.task->stage == Task::Stage::waiting)
    end_attempt(turn, agent, "the instance was paused before the task began", Afterwards::requeue);
}

namespace {

/// Whether it may be asked for its next task. One that is out of providers may: health then decides.
bool may_take(const Turn& turn, const Agent& agent) {
  const bool frozen = agent.container && agent.container->paused;
  return !agent.task && !frozen && !agent.leaving && !turn.closing() &&
         agent.tiers.pause_reason != failover::PauseReason::operator_ &&
         type_of(turn, agent).agent.adapter != "external";
}

bool cannot_start(const Agent& agent) {
  return agent.container && agent.container->phase == container::Phase::failed;
}

/// An open circuit fails every task at once: such an instance serves the pool only when no sound one is left.
bool serves_pool(const Turn& turn, const Agent& agent) {
  if (!cannot_start(agent)) return true;
  return std::ranges::none_of(turn.names(), [&](const auto& name) {
    const auto* other = turn.find(name);
    return other->type == agent.type && !other->leaving && !other->tiers.paused() && !cannot_start(*other);
  });
}

/// Out of providers, and for the operator to resume.
bool stays_paused(const Turn& turn, const Agent& agent) {
  return agent.tiers.paused() && !type_of(turn, agent).failover.resume_when_possible;
}

std::optional<store::QueuedRollout> next_task(Turn& turn, const Agent& agent) {
  const auto pool = serves_pool(turn, agent) ? agent.type : std::string();
  return turn.tx().next_queued(agent.name, pool, turn.now_ms());
}

/// This task waits for a tier that has not refused it; the others of the queue do not wait for it.
void go_past(Turn& turn, const Agent& agent, const std::string& rollout_id, const failover::Choice& choice) {
  constexpr std::chrono::hours until_a_key_is_there{1};  // then it is asked again
  auto held = held_by(turn, agent, choice);
  if (held.reason.empty()) held.reason = "every tier that may serve now has refused it";
  const auto until = held.until.value_or(turn.now().wall + until_a_key_is_there);
  turn.tx().hold_task(rollout_id, until.time_since_epoch().count(), held_json(held));
}

/// Takes the next waiting task that a tier may serve; false when there is none.
bool take_task(Turn& turn, Agent& agent) {
  constexpr int max_passed = 100;  // in one turn
  if (!may_take(turn, agent)) {
    if (!turn.closing()) agent.held.reset();  // what waits now waits after the restart too
    return false;
  }
  for (int passed = 0; passed < max_passed; ++passed) {
    const auto queued = next_task(turn, agent);
    if (!queued) {
      agent.held.reset();
      return false;
    }
    const auto waits = task_waits(turn, agent, *queued);
    const auto step = step_tiers(turn, agent, waits);
    switch (step.choice.what) {
      case failover::Decision::begin:
        agent.held.reset();
        if (!queued->agent) turn.offer(agent.type);  // the others of the pool may wait for nothing now
        begin_attempt(turn, agent, *queued, waits, step.choice);
        return true;
      case failover::Decision::wait:
      case failover::Decision::hold: agent.held = held_by(turn, agent, step.choice); return false;
      case failover::Decision::go_past: go_past(turn, agent, queued->rollout_id, step.choice); break;
    }
  }
  turn.mark_unsettled(agent.name);
  return false;
}

/// A task may end at once, by a container that cannot start.
void work(Turn& turn, const std::string& name) {
  constexpr int max_tasks_in_a_turn = 8;
  for (int i = 0; i < max_tasks_in_a_turn; ++i) {
    auto& agent = turn.touch(name);
    follow_tier(turn, agent);
    hold_back(turn, agent);
    if (!take_task(turn, agent)) return;
  }
  turn.mark_unsettled(name);
}

/// Rank: ready and idle, then starting, then stopped; those whose last start failed come last.
int readiness(const Agent& agent) {
  if (!agent.container) return 0;
  switch (agent.container->phase) {
    case container::Phase::ready: return 0;
    case container::Phase::starting: return 1;
    case container::Phase::stopped:
    case container::Phase::absent: return 2;
    case container::Phase::busy:
    case container::Phase::draining:
    case container::Phase::stopping:
    case container::Phase::removing:
    case container::Phase::unknown: return 3;
    case container::Phase::backoff: return 4;
    case container::Phase::failed: return 5;
  }
  return 5;
}

/// Of a pool: by the tier that the task would run on, then by readiness. None that would only wait.
std::optional<std::string> best_of_pool(Turn& turn, const std::string& type) {
  std::optional<std::string> best;
  std::pair<int, int> best_rank;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (agent->type != type || !may_take(turn, *agent) || stays_paused(turn, *agent) ||
        !serves_pool(turn, *agent))
      continue;
    const auto choice = choice_now(turn, *agent);
    if (choice.what != failover::Decision::begin) continue;
    const std::pair rank{choice.tier, readiness(*agent)};
    if (!best || rank < best_rank) {
      best = name;
      best_rank = rank;
    }
  }
  return best;
}

/// What is left waits with every instance that could take it.
void hold_pool(Turn& turn, const std::string& type) {
  const bool waits = turn.tx().next_queued("", type, turn.now_ms()).has_value();
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (agent->type != type || !may_take(turn, *agent)) continue;
    if (waits != agent->held.has_value()) work(turn, name);
  }
}

void serve_pool(Turn& turn, const std::string& type) {
  while (const auto best = best_of_pool(turn, type)) {
    if (!turn.tx().next_queued("", type, turn.now_ms())) break;
    work(turn, *best);
    if (may_take(turn, *turn.find(*best))) break;  // it found no task
  }
  hold_pool(turn, type);
}

/// Whose turn it is to be asked, among those who wait: for whom the tier is highest in its chain, then whose
/// task is oldest; who opened what is due comes last, for another is the better trial.
struct Place {
  bool opened{false};
  int tier{0};
  std::int64_t position{0};
  std::string name;
  auto operator<=>(const Place&) const = default;
};

std::vector<std::string> in_asking_order(Turn& turn, std::vector<std::string> names) {
  if (turn.health().entries.empty() || names.size() < 2) return names;
  std::vector<Place> places;
  for (auto& name : names) {
    Place place{.tier = std::numeric_limits<int>::max(), .name = std::move(name)};
    const auto* agent = turn.find(place.name);
    if (const auto choice = choice_now(turn, *agent);
        choice.what == failover::Decision::begin && may_take(turn, *agent)) {
      const auto queued = next_task(turn, *agent);
      const auto attempt = attempt_on(turn, *agent, "", queued ? queued->rollout_id : "", choice.tier);
      place.opened = failover::opened_it(turn.health(), attempt, turn.now().wall);
      place.tier = choice.tier;
      if (queued) place.position = queued->position;
    }
    places.push_back(std::move(place));
  }
  std::ranges::sort(places);
  names.clear();
  for (auto& place : places) names.push_back(std::move(place.name));
  return names;
}

bool lets_more_through(const Turn& turn, const failover::EntryKey& key) {
  using enum failover::HealthState;
  const auto* before = turn.before(key);
  const auto now = turn.health().entries.find(key);
  return before && (before->state == open || before->state == trial || before->state == unconfigured) &&
         (now == turn.health().entries.end() || now->second.state == due || now->second.state == ramping ||
          now->second.state == closed);
}

/// Tasks that others went past, when a tier that may serve them came back.
void release_passed(Turn& turn) {
  if (std::ranges::none_of(turn.changed(), [&](const auto& key) { return lets_more_through(turn, key); }))
    return;
  for (const auto& [agent, type] : turn.tx().release_waiting(set_aside_until_ms)) {
    if (agent && turn.find(*agent)) turn.touch(*agent);
    if (!agent && type) turn.offer(*type);
  }
}

/// Those who wait, when what they wait for changed.
void ask_held(Turn& turn) {
  if (turn.changed().empty()) return;
  std::vector<std::string> names;
  for (const auto& name : turn.names())
    if (const auto* agent = turn.find(name); agent->held && may_take(turn, *agent)) names.push_back(name);
  for (const auto& name : in_asking_order(turn, std::move(names))) {
    const auto* agent = turn.find(name);
    const auto choice = choice_now(turn, *agent);
    if (choice.what == failover::Decision::begin || choice.pass == failover::Pass::place ||
        held_by(turn, *agent, choice) != *agent->held)
      work(turn, name);
  }
}

}  // namespace

void settle(Turn& turn) {
  for (const auto& name : turn.unsettled())
    if (turn.find(name)) turn.touch(name);
  const auto warmed = choose_warm(turn);
  move_externals(turn);
  release_passed(turn);
  std::vector<std::string> names;
  for (const auto& [name, agent] : turn.touched())
    if (agent) names.push_back(name);
  std::erase_if(names, [&](const auto& name) { return remove_if_gone(turn, name); });
  for (const auto& name : in_asking_order(turn, std::move(names))) work(turn, name);
  ask_held(turn);
  for (const auto& type : turn.offered()) serve_pool(turn, type);
  for (const auto& name : warmed)
    if (turn.find(name)) step_container(turn, turn.touch(name), container::Ticked{});
}

}  // namespace understudy::daemon::fleet
