// Ends tasks: signals, then stops, until TaskEnded comes.
#include <fmt/format.h>

#include "fleet/handle.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "understudy/container/step.hpp"

namespace understudy::daemon::fleet {

namespace {

EndingPolicy policy_for(const Turn& turn, const Agent& agent) {
  return {.has_container = agent.container.has_value(),
          .dies_with_container = type_of(turn, agent).container.mode == config::Mode::docker};
}

EndingAnswered answer_of(const TaskSignalled& signalled) {
  using Answer = EndingAnswered::Answer;
  EndingAnswered answered{.signal_id = signalled.signal_id};
  if (!signalled.error) return answered;
  answered.trouble = signalled.error->message;
  switch (signalled.error->kind) {
    case ports::EngineErrorKind::unreachable: answered.answer = Answer::unreachable; break;
    case ports::EngineErrorKind::permission: answered.answer = Answer::forbidden; break;
    case ports::EngineErrorKind::not_found:
    case ports::EngineErrorKind::conflict:
    case ports::EngineErrorKind::invalid_spec:
    case ports::EngineErrorKind::image_missing:
    case ports::EngineErrorKind::transient:
    case ports::EngineErrorKind::timeout: answered.answer = Answer::failed; break;
  }
  return answered;
}

void end_task_lost_with_its_container(Turn& turn, const Agent& agent) {
  task_ended(turn, {.agent = agent.name,
                    .rollout_id = agent.task->rollout_id,
                    .attempt_id = agent.task->attempt_id,
                    .lost = true});
}

/// Stores the intent before any signal is sent.
void step_ending(Turn& turn, Agent& agent, const EndingEvent& event) {
  auto& task = *agent.task;
  auto next = step(policy_for(turn, agent), std::move(*task.ending), event, turn.now().steady);
  task.ending = std::move(next.state);
  if (next.action == EndingAction::signal || next.action == EndingAction::stop_container)
    turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.metadata = attempt_metadata(task)});
  switch (next.action) {
    case EndingAction::nothing: return;
    case EndingAction::signal:
      turn.want(EndTask{.agent = agent.name,
                        .attempt_id = task.attempt_id,
                        .runtime = runtime_of(turn, agent),
                        .container_id = task.container_id,
                        .spool_dir = task.spool_dir,
                        .signal = task.ending->means == Ending::Means::terminate
                                      ? ports::TaskSignal::terminate
                                      : ports::TaskSignal::kill,
                        .signal_id = task.ending->signal_id});
      return;
    case EndingAction::stop_container:
      return step_container(turn, agent,
                            container::StopRequested{.force = true, .cause = container::StopCause::task_end});
    case EndingAction::is_over: return end_task_lost_with_its_container(turn, agent);
  }
}

}  // namespace

void want_end(Turn& turn, Agent& agent, Ending::Why why, std::string reason) {
  if (!agent.task || agent.task->stage == Task::Stage::waiting || agent.task->ending) return;
  agent.task->ending = Ending{.why = why, .reason = std::move(reason)};
  step_ending(turn, agent, EndingRequested{});
}

void resume_end(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EndingRequested{});
}

void task_signalled(Turn& turn, const TaskSignalled& signalled) {
  const auto* known = turn.find(signalled.agent);
  if (!known || !known->task || known->task->attempt_id != signalled.attempt_id || !known->task->ending)
    return;
  auto answered = answer_of(signalled);
  answered.trouble = turn.tools().redact(answered.trouble);
  step_ending(turn, turn.touch(signalled.agent), answered);
}

void tick_ending(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EndingTicked{});
}

void retry_end(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EngineBack{});
}

void note_container_gone(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending && agent.container && container::nothing_runs(*agent.container))
    step_ending(turn, agent, ContainerGone{});
}

std::string describe_ending(const Ending& ending) {
  const auto what = ending.why == Ending::Why::deadline ? std::string("it ran longer than agent.timeout_s")
                    : ending.why == Ending::Why::silent
                        ? std::string("its provider did not answer within silence_s")
                    : ending.why == Ending::Why::cancelled ? std::string("it was cancelled")
                                                           : ending.reason;
  if (ending.gone) return what + ": its container is gone; its last output is being read";
  const auto how = ending.means == Ending::Means::terminate ? "TERM"
                   : ending.means == Ending::Means::kill    ? "KILL"
                                                            : "a stop of its container";
  auto words = fmt::format("{}: asked {} time{} to end, last by {}", what, ending.requests,
                           ending.requests == 1 ? "" : "s", how);
  if (ending.pending) words += "; waiting for the answer";
  if (!ending.pending && !ending.trouble.empty()) words += "; " + ending.trouble;
  return words;
}

}  // namespace understudy::daemon::fleet
