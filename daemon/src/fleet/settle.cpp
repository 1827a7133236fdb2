// The invariants: env files and generations follow the active tier, free instances work.
#include <fmt/format.h>

#include <algorithm>

#include "environment/render.hpp"
#include "fleet/handle.hpp"
#include "fleet/membership.hpp"
#include "fleet/specs.hpp"
#include "fleet/warmth.hpp"

namespace understudy::daemon::fleet {

void follow_tier(Turn& turn, Agent& agent) {
  const auto environment = tier_environment(turn, agent);
  agent.trouble = environment ? "" : environment.error();
  if (!environment) return;
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

bool is_free(const Turn& turn, const Agent& agent) {
  const bool frozen = agent.container && agent.container->paused;
  return !agent.task && !frozen && !agent.leaving && !agent.tiers.paused() && !turn.closing() &&
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

/// Takes the next waiting task; false when there is none for it.
bool take_task(Turn& turn, Agent& agent) {
  if (!is_free(turn, agent)) return false;
  const auto pool = serves_pool(turn, agent) ? agent.type : std::string();
  const auto queued = turn.tx().next_queued(agent.name, pool, turn.now_ms());
  if (!queued) return false;
  begin_attempt(turn, agent, *queued);
  return true;
}

/// Missing keys fail over at once, so an instance may go through its whole chain in one turn.
void work(Turn& turn, const std::string& name) {
  constexpr int max_moves_in_a_turn = 8;
  for (int i = 0; i < max_moves_in_a_turn; ++i) {
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

std::optional<std::string> best_of_pool(const Turn& turn, const std::string& type) {
  std::optional<std::string> best;
  int best_rank = 0;
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (agent->type != type || !is_free(turn, *agent) || !serves_pool(turn, *agent)) continue;
    const int rank = readiness(*agent);
    if (!best || rank < best_rank) {
      best = name;
      best_rank = rank;
    }
  }
  return best;
}

}  // namespace

void settle(Turn& turn) {
  for (const auto& name : turn.unsettled())
    if (turn.find(name)) turn.touch(name);
  const auto warmed = choose_warm(turn);
  std::vector<std::string> names;
  for (const auto& [name, agent] : turn.touched())
    if (agent) names.push_back(name);
  for (const auto& name : names)
    if (!remove_if_gone(turn, name)) work(turn, name);
  for (const auto& type : turn.offered()) {
    while (const auto best = best_of_pool(turn, type)) {
      if (!turn.tx().next_queued("", type, turn.now_ms())) break;
      work(turn, *best);
      if (is_free(turn, *turn.find(*best))) break;  // it found no task
    }
  }
  for (const auto& name : warmed)
    if (turn.find(name)) step_container(turn, turn.touch(name), container::Ticked{});
}

}  // namespace understudy::daemon::fleet
