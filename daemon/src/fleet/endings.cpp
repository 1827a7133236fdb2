// Endings on the line: what the fleet wants ended, and what it does until that is so.
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

EndingAnswered answer_of(const TaskEndAsked& asked) {
  using Answer = EndingAnswered::Answer;
  EndingAnswered answered{.ask = asked.ask};
  if (!asked.error) return answered;
  answered.trouble = asked.error->message;
  switch (asked.error->kind) {
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

/// The intent is on disk before anybody is asked.
void step_ending(Turn& turn, Agent& agent, const EndingEvent& event) {
  auto& task = *agent.task;
  auto next = step(policy_for(turn, agent), std::move(*task.ending), event, turn.now().steady);
  task.ending = std::move(next.state);
  if (next.wish == EndingWish::signal || next.wish == EndingWish::stop_container)
    turn.tx().update_attempt(task.rollout_id, task.attempt_id, {.metadata = attempt_metadata(task)});
  switch (next.wish) {
    case EndingWish::nothing: return;
    case EndingWish::signal:
      turn.want(EndTask{.agent = agent.name,
                        .attempt_id = task.attempt_id,
                        .runtime = runtime_of(turn, agent),
                        .container_id = task.container_id,
                        .spool_dir = task.spool_dir,
                        .signal = task.ending->means == Ending::Means::terminate
                                      ? ports::TaskSignal::terminate
                                      : ports::TaskSignal::kill,
                        .ask = task.ending->ask});
      return;
    case EndingWish::stop_container:
      return step_container(turn, agent,
                            container::StopRequested{.force = true, .cause = container::StopCause::task_end});
    case EndingWish::is_over: return end_task_lost_with_its_container(turn, agent);
  }
}

}  // namespace

void want_end(Turn& turn, Agent& agent, Ending::Why why, std::string reason) {
  if (!agent.task || agent.task->stage == Task::Stage::waiting || agent.task->ending) return;
  agent.task->ending = Ending{.why = why, .reason = std::move(reason)};
  step_ending(turn, agent, EndingWanted{});
}

void resume_end(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EndingWanted{});
}

void task_end_asked(Turn& turn, const TaskEndAsked& asked) {
  const auto* known = turn.find(asked.agent);
  if (!known || !known->task || known->task->attempt_id != asked.attempt_id || !known->task->ending) return;
  auto answered = answer_of(asked);
  answered.trouble = turn.tools().redact(answered.trouble);
  step_ending(turn, turn.touch(asked.agent), answered);
}

void tick_ending(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EndingTicked{});
}

void end_again(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending) step_ending(turn, agent, EngineBack{});
}

void note_whether_gone(Turn& turn, Agent& agent) {
  if (agent.task && agent.task->ending && agent.container && container::nothing_runs(*agent.container))
    step_ending(turn, agent, ContainerGone{});
}

std::string ending_in_words(const Ending& ending) {
  const auto what = ending.why == Ending::Why::deadline    ? std::string("its time (agent.timeout_s) is over")
                    : ending.why == Ending::Why::cancelled ? std::string("it was cancelled")
                                                           : ending.reason;
  if (ending.gone) return what + ": its container is gone, and its last words are read";
  const auto how = ending.means == Ending::Means::terminate ? "TERM"
                   : ending.means == Ending::Means::kill    ? "KILL"
                                                            : "a stop of its container";
  auto words = fmt::format("{}: asked {} time{} to end, last by {}", what, ending.asked,
                           ending.asked == 1 ? "" : "s", how);
  if (ending.asking) words += "; the answer is awaited";
  if (!ending.asking && !ending.trouble.empty()) words += "; " + ending.trouble;
  return words;
}

}  // namespace understudy::daemon::fleet
