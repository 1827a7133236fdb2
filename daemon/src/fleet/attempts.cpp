// An attempt's way from the queue to the runtime, and its end when the provider had no part in it.
#include <fmt/format.h>

#include <utility>

#include "fleet/handle.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "wire/ids.hpp"
#include "wire/json_text.hpp"
#include "wire/rollout_json.hpp"

namespace understudy::daemon::fleet {

using namespace std::chrono_literals;

void begin_attempt(Turn& turn, Agent& agent, const store::QueuedRollout& queued) {
  Task task = task_from(queued);
  task.attempt_id = wire::random_id("at-", 8);
  task.tier = agent.tiers.current_tier;
  task.on = agent.tiers.serving;
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
  if (const auto environment = tier_environment(turn, agent); !environment) {
    judge_missing_key(turn, agent, environment.error());
    return;
  }
  if (agent.container)
    step_container(turn, agent, container::Acquire{agent.task->attempt_id, std::nullopt});
  else
    begin_run(turn, agent, "");
}

void begin_run(Turn& turn, Agent& agent, const std::string& container_id) {
  auto& task = *agent.task;
  const auto& type = type_of(turn, agent);
  task.stage = Task::Stage::starting;
  task.container_id = container_id;
  task.tier = agent.tiers.current_tier;
  task.on = agent.tiers.serving;
  task.generation = agent.container ? agent.container->applied.generation : 0;
  turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.metadata = attempt_metadata(task)});
  const auto rollout = turn.tx().rollout(task.rollout_id);
  RunTask run{.agent = agent.name,
              .rollout_id = task.rollout_id,
              .runtime = runtime_of(turn, agent),
              .container_id = container_id,
              .adapter = type.agent.adapter,
              .provider = task.on.provider,
              .max_output = static_cast<std::uint64_t>(type.agent.max_output_bytes)};
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
  turn.tx().update_attempt(task.rollout_id, task.attempt_id,
                           {.status = store::AttemptStatus::running, .last_heartbeat_time = turn.now_s()});
  const auto rollout = turn.tx().rollout(task.rollout_id);
  if (rollout && rollout->status == store::RolloutStatus::preparing)
    turn.tx().set_rollout_status(task.rollout_id, store::RolloutStatus::running, std::nullopt);
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
