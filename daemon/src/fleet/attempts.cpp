// An attempt's way from the queue to the runtime, and its end when the provider had no part in it.
#include <fmt/format.h>

#include <utility>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::fleet {

using namespace std::chrono_literals;

namespace {

const failover::TierId& tier_of(const Turn& turn, const Agent& agent, int tier) {
  return type_of(turn, agent).failover.chain.at(static_cast<std::size_t>(tier) - 1);
}

std::chrono::milliseconds may_start_for(const Turn& turn, const Agent& agent) {
  return agent.container ? type_of(turn, agent).container.start_timeout : failover::Begins{}.may_start_for;
}

}  // namespace

failover::TaskWaits task_waits(const Turn& turn, const Agent& agent, const store::QueuedRollout& queued) {
  return {.attempt = wire::random_id("at-", 8),
          .task = queued.rollout_id,
          .refused = refused_by(queued.retry, type_of(turn, agent).failover.chain),
          .may_start_for = may_start_for(turn, agent)};
}

void begin_attempt(Turn& turn, Agent& agent, const store::QueuedRollout& queued,
                   const failover::TaskWaits& waits, const failover::Choice& choice) {
  Task task = task_from(queued);
  task.attempt_id = waits.attempt;
  task.refused = waits.refused;
  task.chain = type_of(turn, agent).failover.chain;
  task.tier = choice.tier;
  task.on = tier_of(turn, agent, choice.tier);
  task.own_tier = choice.own_tier;
  task.attempt = attempt_on(turn, agent, task.attempt_id, task.rollout_id, choice.tier);
  task.spool_dir = fmt::format("{}/spool/{}", agent_dir(turn.tools().place, agent.name), task.attempt_id);
  const auto sequence = turn.tx().insert_attempt({.rollout_id = task.rollout_id,
                                                  .attempt_id = task.attempt_id,
                                                  .start_time = turn.now_s(),
                                                  .status = store::AttemptStatus::preparing,
                                                  .worker_id = agent.name,
                                                  .metadata = attempt_metadata(task)});
  turn.tx().set_rollout_status(task.rollout_id, store::RolloutStatus::preparing, std::nullopt);
  turn.announce(
      "rollout.attempt_started", agent.name,
      fmt::format("{} takes {} (attempt {}) on {}", agent.name, task.rollout_id, sequence, task.on.model),
      wire::ObjectText{}
          .text("rollout_id", task.rollout_id)
          .text("attempt_id", task.attempt_id)
          .integer("sequence_id", sequence)
          .text("status", "preparing")
          .integer("tier", task.tier)
          .text("provider", task.on.provider)
          .text("model", task.on.model)
          .done());
  agent.task = std::move(task);
  follow_tier(turn, agent);
  if (!agent.trouble.empty())
    return end_attempt(turn, agent, agent.trouble, Afterwards::requeue, trouble_delay);
  if (agent.container)
    step_container(turn, agent, container::Acquire{agent.task->attempt_id, std::nullopt});
  else
    begin_run(turn, agent, "");
}

namespace {

/// The tier, or the account behind it, changed while the task waited for its container.
void follow_change(Turn& turn, Agent& agent) {
  auto& task = *agent.task;
  if (!task.own_tier) task.tier = agent.tiers.current_tier;
  auto now = attempt_on(turn, agent, task.attempt_id, task.rollout_id, task.tier);
  if (now.on == task.attempt.on) return;
  step_health(turn, failover::Released{task.attempt_id});
  task.on = tier_of(turn, agent, task.tier);
  task.attempt = std::move(now);
  step_health(turn, failover::Begins{.attempt = task.attempt, .may_start_for = may_start_for(turn, agent)});
}

}  // namespace

void begin_run(Turn& turn, Agent& agent, const std::string& container_id) {
  auto& task = *agent.task;
  const auto& type = type_of(turn, agent);
  task.stage = Task::Stage::starting;
  task.container_id = container_id;
  follow_change(turn, agent);
  task.generation = agent.container ? agent.container->applied.generation : 0;
  turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.metadata = attempt_metadata(task)});
  const auto rollout = turn.tx().rollout(task.rollout_id);
  RunTask run{.agent = agent.name,
              .rollout_id = task.rollout_id,
              .runtime = runtime_of(turn, agent),
              .container_id = container_id,
              .adapter = type.agent.adapter,
              .provider = task.on.provider,
              .max_output = static_cast<std::uint64_t>(type.agent.max_output_bytes),
              .silence = silence_of(turn, agent, task.on)};
  run.task = {.attempt_id = task.attempt_id,
              .command = type.agent.command,
              .env = task_environment(turn, agent),
              .workdir = task_workdir(turn, agent),
              .input = wire::stdin_text(rollout ? rollout->input : "null"),
              .spool_dir = task.spool_dir};
  turn.want(std::move(run));
}

void task_started(Turn& turn, const TaskStarted& started) {
  const auto* known = turn.find(started.agent);
  if (!known || !known->task || known->task->attempt_id != started.attempt_id) return;
  auto& agent = turn.touch(started.agent);
  auto& task = *agent.task;
  if (task.stage == Task::Stage::running) return;
  task.stage = Task::Stage::running;
  const auto timeout = type_of(turn, agent).agent.timeout;
  if (timeout.count() > 0) task.deadline = turn.now().steady + timeout;
  task.next_heartbeat = turn.now().steady + heartbeat_every;
  step_health(turn, failover::Running{task.attempt_id});
  turn.tx().update_attempt(task.rollout_id, task.attempt_id,
                           {.status = store::AttemptStatus::running, .last_heartbeat_time = turn.now_s()});
  const auto rollout = turn.tx().rollout(task.rollout_id);
  if (rollout && rollout->status == store::RolloutStatus::preparing)
    turn.tx().set_rollout_status(task.rollout_id, store::RolloutStatus::running, std::nullopt);
}

void task_answered(Turn& turn, const TaskAnswered& answered) {
  const auto* known = turn.find(answered.agent);
  if (!known || !known->task || known->task->attempt_id != answered.attempt_id || known->task->answered)
    return;
  auto& task = *turn.touch(answered.agent).task;
  task.answered = true;
  step_health(turn, failover::Answered{task.attempt});
  turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.metadata = attempt_metadata(task)});
}

void task_silent(Turn& turn, const TaskSilent& silent) {
  const auto* known = turn.find(silent.agent);
  if (!known || !known->task || known->task->attempt_id != silent.attempt_id) return;
  if (known->container && known->container->paused) return;
  auto& agent = turn.touch(silent.agent);
  const auto limit = silence_of(turn, agent, agent.task->on);
  const auto& thawed = agent.task->thawed;
  if (limit.count() == 0 || (thawed && turn.now().steady - *thawed < limit)) return;
  want_end(turn, agent, Ending::Why::silent);
}

namespace {

/// The engine was unreachable or refused: nothing began, so the same attempt waits again. EngineDied makes
/// the machine inspect the container before granting it: it may be paused, or have died unnoticed.
void wait_again(Turn& turn, Agent& agent, const std::string& message) {
  auto& task = *agent.task;
  task.stage = Task::Stage::waiting;
  agent.decision = fmt::format("{} waits for its container: {}", task.rollout_id, message);
  agent.decided_at = turn.now().wall;
  step_container(turn, agent, container::EngineDied{{task.container_id, {}}, {}, false, false, {}});
  step_container(turn, agent, container::Release{task.attempt_id});
  step_container(turn, agent, container::Acquire{task.attempt_id, std::nullopt});
}

}  // namespace

void task_not_started(Turn& turn, const TaskNotStarted& refused) {
  const auto* known = turn.find(refused.agent);
  if (!known || !known->task || known->task->attempt_id != refused.attempt_id) return;
  auto& agent = turn.touch(refused.agent);
  const auto message = turn.tools().redact(refused.error.message);
  if (const auto ending = agent.task->ending)
    return end_attempt(turn, agent,
                       ending->reason.empty() ? std::string(to_string(ending->why)) : ending->reason,
                       ending->why == Ending::Why::requeued ? Afterwards::requeue : Afterwards::leave);
  switch (refused.error.kind) {
    case ports::EngineErrorKind::invalid_spec:
    case ports::EngineErrorKind::image_missing:
    case ports::EngineErrorKind::permission: return end_attempt(turn, agent, message, Afterwards::fail);
    case ports::EngineErrorKind::unreachable:
      if (agent.container) return wait_again(turn, agent, message);
      break;
    case ports::EngineErrorKind::conflict:
      if (agent.container && !std::exchange(agent.task->sent_back, true))
        return wait_again(turn, agent, message);
      break;
    case ports::EngineErrorKind::not_found:
    case ports::EngineErrorKind::transient:
    case ports::EngineErrorKind::timeout: break;
  }
  const auto refusals = ++agent.task->refusals;
  const auto container_id = agent.task->container_id;
  const auto afterwards = refusals > refusal_retries ? Afterwards::fail : Afterwards::requeue;
  end_attempt(turn, agent, message, afterwards, refusal_delay * (1 << (refusals - 1)));
  // The container may have died unnoticed: inspect it before granting it again.
  step_container(turn, agent, container::EngineDied{{container_id, {}}, {}, false, false, {}});
}

void end_attempt(Turn& turn, Agent& agent, const std::string& reason, Afterwards afterwards,
                 std::chrono::milliseconds delay, const RunEnd& end) {
  Task task = *std::exchange(agent.task, std::nullopt);
  step_health(turn, failover::Released{task.attempt_id});
  agent.decision = fmt::format("{} ended: {}", task.rollout_id, reason);
  agent.decided_at = turn.now().wall;
  AttemptResult result{.status = store::AttemptStatus::failed, .error = reason, .end = end};
  finish_attempt(turn, agent, task, result);
  const auto rollout = turn.tx().rollout(task.rollout_id);
  const bool open = rollout && !store::is_finished(rollout->status);
  if (agent.container) {
    if (task.stage == Task::Stage::waiting)
      step_container(turn, agent, container::CancelWait{task.attempt_id});
    else
      step_container(turn, agent, container::Release{task.attempt_id});
  }
  if (!open || afterwards == Afterwards::leave) return;
  if (afterwards == Afterwards::requeue_counting_crash && ++task.crashes > crash_retries)
    afterwards = Afterwards::fail;
  if (afterwards == Afterwards::fail) return finish_rollout(turn, agent, task, store::RolloutStatus::failed);
  put_back_in_queue(turn, agent, task, delay);
}

}  // namespace understudy::daemon::fleet
