// Restart: restores the state from the store and takes over tasks that still run.
#include <fmt/format.h>

#include "fleet/fleet.hpp"
#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/health_json.hpp"
#include "fleet/judge.hpp"
#include "fleet/membership.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"

namespace understudy::daemon::fleet {

namespace {

const config::AgentType* type_for(const State& state, const std::string& name, std::string& type_name) {
  for (const auto& [candidate, type] : state.config->agent_types)
    for (const auto& instance : type.instances)
      if (candidate + "-" + instance == name) {
        type_name = candidate;
        return &type;
      }
  return nullptr;
}

bool was_granted(const Agent& agent, const std::string& attempt_id) {
  if (!agent.container) return true;  // on the host: nothing to wait for
  for (const auto& lease : agent.container->leases)
    if (lease.id == attempt_id) return true;
  return false;
}

/// Follows a task that may have reached the runtime; puts any other back in the queue.
void take_over(Turn& turn, const store::UnfinishedAttempt& unfinished) {
  const auto name = unfinished.attempt.worker_id.value_or("");
  Task task = task_from(unfinished);
  if (!turn.find(name)) {
    turn.tx().update_attempt(task.rollout_id, task.attempt_id,
                             {.status = store::AttemptStatus::failed, .end_time = turn.now_s()});
    if (!store::is_finished(unfinished.rollout.status))
      turn.tx().requeue(task.rollout_id, true, 0, retry_json(task));
    return;
  }
  auto& agent = turn.touch(name);
  task.spool_dir = fmt::format("{}/spool/{}", agent_dir(turn.tools().place, name), task.attempt_id);
  const auto& type = type_of(turn, agent);
  // A task that was being ended may have lost its lease, but not its processes.
  if (!task.ending && !was_granted(agent, task.attempt_id)) {
    agent.task = std::move(task);
    end_attempt(turn, agent, "the daemon restarted before the task began", Afterwards::requeue);
    return;
  }
  task.stage = Task::Stage::running;
  task.attempt.agent = name;
  task.chain = type.failover.chain;
  task.refused = refused_by(unfinished.rollout.retry, task.chain);
  if (unfinished.rollout.status == store::RolloutStatus::cancelled && !task.ending)
    task.ending = Ending{.why = Ending::Why::cancelled};
  if (type.agent.timeout.count() > 0) {
    const auto ran = std::chrono::milliseconds{
        turn.now_ms() - static_cast<std::int64_t>(unfinished.attempt.start_time * 1000)};
    task.deadline = turn.now().steady + std::max(type.agent.timeout - ran, std::chrono::milliseconds{0});
  }
  task.next_heartbeat = turn.now().steady;
  turn.want(FollowTask{.agent = name,
                       .rollout_id = task.rollout_id,
                       .attempt_id = task.attempt_id,
                       .runtime = runtime_of(turn, agent),
                       .container_id = agent.container ? agent.container->container_id : "",
                       .adapter = type.agent.adapter,
                       .provider = task.on.provider,
                       .spool_dir = task.spool_dir,
                       .max_output = static_cast<std::uint64_t>(type.agent.max_output_bytes),
                       .silence = silence_of(turn, agent, task.on),
                       .answered = task.answered,
                       .began = unfinished.attempt.status != store::AttemptStatus::preparing});
  agent.task = std::move(task);
}

/// What an earlier daemon knew of its providers.
failover::Health known_health(const store::BootState& remembered) {
  failover::Health health;
  for (const auto& row : remembered.provider_health)
    if (auto known = health_from(row)) health.entries.insert(std::move(*known));
  for (const auto& row : remembered.provider_states)
    if (was_sent(row)) health.sent.insert(row.agent);
  return health;
}

/// In the first edition each agent kept the times of its tiers for itself.
void take_former_times(Turn& turn) {
  for (const auto& name : turn.names()) {
    const auto& chain = type_of(turn, *turn.find(name)).failover.chain;
    const auto former = turn.find(name)->tiers.not_before;
    if (former.empty()) continue;
    auto& agent = turn.touch(name);
    agent.tiers.not_before.clear();
    for (int tier = 1; tier <= static_cast<int>(chain.size()); ++tier) {
      const auto at = former.find(chain[static_cast<std::size_t>(tier) - 1]);
      if (at == former.end()) continue;
      step_health(turn, failover::Remembered{.agent = name,
                                             .on = attempt_on(turn, agent, "", "", tier).on,
                                             .until = at->second,
                                             .kind = agent.tiers.last_failure_kind});
    }
  }
}

/// Trials go on with attempts that outlived the daemon, and end with the others.
void adopt_attempts(Turn& turn) {
  failover::Restarted restarted;
  for (const auto& name : turn.names())
    if (const auto& task = turn.find(name)->task) restarted.adopted.insert(task->attempt_id);
  step_health(turn, restarted);
}

/// Instances that left the configuration while the daemon was down.
void forget_strangers(Turn& turn, const store::BootState& remembered) {
  std::set<std::string> names;
  for (const auto& row : remembered.provider_states) names.insert(row.agent);
  for (const auto& row : remembered.container_states) names.insert(row.instance);
  for (const auto& name : names)
    if (!turn.find(name)) forget_instance(turn, name);
}

}  // namespace

std::expected<void, std::string> Fleet::boot() {
  const auto loaded = ports_.store.load_boot_state();
  if (!loaded) return std::unexpected(loaded.error().message);
  const auto& remembered = *loaded;
  state_.last_event_id = remembered.last_event_id;
  state_.health = known_health(remembered);
  const Tools tools{place_, ports_.keys, ports_.zones, ports_.redact};
  auto transaction = ports_.store.begin();
  Turn turn(state_, tools, transaction, now());
  for (const auto& row : remembered.provider_states) {
    std::string type_name;
    const auto* type = type_for(state_, row.agent, type_name);
    if (!type) continue;
    auto agent = new_agent(row.agent, type_name, *type);
    agent.tiers = tiers_from(row);
    turn.add(std::move(agent));
  }
  for (const auto& row : remembered.container_states)
    if (turn.find(row.instance) && turn.find(row.instance)->container) {
      auto& kept = *turn.touch(row.instance).container;
      static_cast<container::Persisted&>(kept) = kept_from(row.state);
      if (kept.retired)
        turn.touch(row.instance).leaving = true;  // if configured, it is added again once it is gone
    }
  for (const auto& row : remembered.metrics)
    if (turn.find(row.instance)) {
      auto& agent = turn.touch(row.instance);
      agent.metrics = metrics_from(row);
      agent.last_lifecycle_event = row.last_event;
    }
  follow_config(turn);
  take_former_times(turn);
  for (const auto& unfinished : remembered.unfinished) take_over(turn, unfinished);
  for (const auto& row : remembered.container_states)
    if (const auto* agent = turn.find(row.instance); agent && agent->container)
      step_container(turn, turn.touch(row.instance), container::Restarted{});
  // A signal sent before the restart may not have arrived.
  for (const auto& name : turn.names())
    if (turn.find(name)->task) resume_end(turn, turn.touch(name));
  adopt_attempts(turn);
  forget_strangers(turn, remembered);
  turn.tx().release_waiting(
      set_aside_until_ms);  // their chain may have been edited meanwhile: they ask again
  settle(turn);
  save_health(turn);
  save_touched(turn);
  if (const auto committed = transaction.commit(); !committed)
    return std::unexpected(committed.error().message);
  turn.swap_into(state_);
  next_retry_ms_ = next_task_due(ports_.store, state_.retries_offered_ms);
  for (const auto& event : turn.events()) ports_.announcer.announce(event);
  for (auto& effect : turn.effects()) ports_.edge.carry_out(std::move(effect));
  return {};
}

}  // namespace understudy::daemon::fleet
