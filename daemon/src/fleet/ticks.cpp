// Timers, and shutdown.
#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/specs.hpp"
#include "fleet/warmth.hpp"
#include "understudy/container/step.hpp"

namespace understudy::daemon::fleet {

namespace {

using container::Steady;

/// When an agent's next timer is due, on the steady clock.
std::optional<Steady> agent_deadline(const Agent& agent, const config::AgentType& type, container::Now now) {
  std::optional<Steady> first;
  const auto consider = [&first](std::optional<Steady> at) {
    if (at) first = std::min(first.value_or(*at), *at);
  };
  // Not settled since the daemon started: its env file may be of another tier, and tasks may wait.
  if (agent.env_hash.empty() && agent.trouble.empty()) consider(now.steady);
  if (agent.held && agent.held->until) consider(now.steady + (*agent.held->until - now.wall));
  if (agent.container) consider(container::next_deadline(container_policy(type, agent), *agent.container));
  if (agent.task && agent.task->stage == Task::Stage::running) {
    if (!agent.task->ending) consider(agent.task->deadline);
    consider(agent.task->next_heartbeat);
  }
  if (agent.task && agent.task->ending) consider(agent.task->ending->due);
  return first;
}

/// Offers tasks whose delay is over to their instance or pool.
void offer_due_retries(Turn& turn) {
  const auto due = turn.tx().next_retry_at(turn.retries_offered_ms());
  if (!due || *due > turn.now_ms()) return;
  turn.set_retries_offered_ms(turn.now_ms());
  for (const auto& queue : turn.tx().queue_counts()) {
    if (queue.agent && turn.find(*queue.agent))
      turn.touch(*queue.agent);
    else if (!queue.agent && queue.agent_type)
      turn.offer(*queue.agent_type);
  }
}

void tick_task(Turn& turn, Agent& agent) {
  tick_ending(turn, agent);
  if (!agent.task || agent.task->stage != Task::Stage::running) return;
  auto& task = *agent.task;
  if (task.deadline && *task.deadline <= turn.now().steady) want_end(turn, agent, Ending::Why::deadline);
  if (task.next_heartbeat <= turn.now().steady) {
    task.next_heartbeat = turn.now().steady + heartbeat_every;
    turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.last_heartbeat_time = turn.now_s()});
    step_container(turn, agent, container::Heartbeat{task.attempt_id});
  }
}

}  // namespace

void tick(Turn& turn) {
  offer_due_retries(turn);
  give_up_what_is_due(turn);
  if (const auto due = failover::next_deadline(turn.health(), turn.now().wall);
      due && *due <= turn.now().wall)
    step_health(turn, failover::Ticked{});
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    const auto due = agent_deadline(*agent, type_of(turn, *agent), turn.now());
    if (!due || *due > turn.now().steady) continue;
    auto& working = turn.touch(name);
    tick_task(turn, working);
    step_container(turn, working, container::Ticked{});
  }
}

std::optional<Steady> earliest_deadline(const State& state, container::Now now,
                                        std::optional<std::int64_t> next_retry_ms) {
  std::optional<Steady> first;
  for (const auto& [name, agent] : state.agents) {
    const auto type = state.config->agent_types.find(agent.type);
    if (type == state.config->agent_types.end()) continue;
    if (const auto due = agent_deadline(agent, type->second, now))
      first = std::min(first.value_or(*due), *due);
  }
  if (const auto due = failover::next_deadline(state.health, now.wall)) {
    const Steady at = now.steady + (*due - now.wall);
    first = std::min(first.value_or(at), at);
  }
  if (const auto due = warmth_deadline(state, now)) first = std::min(first.value_or(*due), *due);
  const auto now_ms = now.wall.time_since_epoch().count();
  if (next_retry_ms) {
    const Steady at = now.steady + std::chrono::milliseconds{*next_retry_ms - now_ms};
    first = std::min(first.value_or(at), at);
  }
  return first;
}

void shut_down(Turn& turn) {
  turn.close();
  for (const auto& name : turn.names()) {
    const auto* agent = turn.find(name);
    if (agent->container)
      step_container(turn, turn.touch(name), container::ShutDown{turn.config().service.shutdown_policy});
  }
}

}  // namespace understudy::daemon::fleet
