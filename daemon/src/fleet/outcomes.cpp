// From an outcome to a verdict, and from there to the tier and the task.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "wire/json_text.hpp"
#include "wire/verdict_json.hpp"

namespace understudy::daemon::fleet {

using store::AttemptStatus;
using store::RolloutStatus;

namespace {

/// A lost task is noticed before the death of its container, which looks free until then.
constexpr std::chrono::milliseconds death_notice_takes{1'000};

bool ended_for(const Task& task, Ending::Why why) {
  return task.ending && task.ending->why == why;
}

/// The kernel may kill a child of the task, which then reports it by its own exit code: 137, or any failure.
RunEnd run_end(const Turn& turn, const Agent& agent, const TaskEnded& ended) {
  constexpr int kill = 9;
  constexpr std::chrono::milliseconds notice_takes{10'000};
  RunEnd end{ended.exit_code, ended.signal};
  const bool killed = end.signal == kill || end.exit_code == 128 + kill;
  const bool failed = end.signal || end.exit_code.value_or(0) != 0;
  // The engine's notice is about any process in the container, perhaps an earlier task's.
  const bool noticed = agent.memory_ran_out_at && turn.now().steady - *agent.memory_ran_out_at < notice_takes;
  end.oom = (failed && ended.memory_kills > 0) || (killed && noticed);
  return end;
}

std::string out_of_memory(const config::AgentType& type) {
  const auto limit = type.container.memory_mb;
  return limit > 0 ? fmt::format("out of memory (limit {} MiB)", limit) : "out of memory";
}

failover::Verdict verdict_of(const Turn& turn, const Task& task, const TaskEnded& ended) {
  using failover::Kind;
  if (ended.over_limit)
    return {.kind = Kind::task_error,
            .rule = "output-limit",
            .evidence = "the task wrote more than agent.max_output_mb"};
  if (ended_for(task, Ending::Why::silent))
    return {.kind = Kind::timeout,
            .failover = true,
            .rule = "provider-silent",
            .evidence = "the provider did not answer within silence_s"};
  if (ended_for(task, Ending::Why::deadline)) {
    // Whatever hangs, the second time it is the task that is too long.
    const bool blamed = ended.awaiting_provider && !task.ran_out_of_time;
    const Kind kind = blamed ? Kind::timeout : Kind::task_error;
    return {.kind = kind,
            .failover = failover::is_provider_fault(kind),
            .rule = "task-deadline",
            .evidence = "the task ran longer than agent.timeout_s"};
  }
  if (!ended.spawn_error.empty())
    return {.kind = Kind::task_error,
            .rule = ended.tampered ? "spool-tampered" : "agent-command",
            .evidence = ended.spawn_error};
  // A plain command may succeed silently; classify() takes a silent agent CLI for interrupted.
  const auto& outcome = ended.outcome;
  if (outcome.surface == failover::Surface::cli_text && outcome.exit_code == 0 &&
      outcome.body.find_first_not_of(" \t\r\n") == std::string::npos)
    return {.kind = Kind::success, .rule = "exit-zero"};
  return failover::classify(outcome, turn.now().wall, turn.config().classifier_rules, turn.tools().zones);
}

std::string in_words(const std::string& subject, const failover::Verdict& verdict) {
  auto words = fmt::format("{}: {} by rule {}", subject, failover::to_string(verdict.kind), verdict.rule);
  if (verdict.kind != failover::Kind::success && !verdict.evidence.empty())
    words.append(": ").append(verdict.evidence);
  return words;
}

void count_usage(Turn& turn, const Agent& agent, const Task& task,
                 const std::optional<failover::Usage>& usage) {
  if (!usage) return;
  turn.forget_budgets();
  turn.tx().append_usage({.ts = turn.now_ms(),
                          .type = agent.type,
                          .instance = agent.name,
                          .tier = task.tier,
                          .provider = task.on.provider,
                          .model = task.on.model,
                          .input_tokens = usage->input_tokens,
                          .output_tokens = usage->output_tokens,
                          .rollout_id = task.rollout_id,
                          .attempt_id = task.attempt_id});
}

/// Leaves a tier on which the type used more tokens than it may. True when it moved.
bool check_budget(Turn& turn, Agent& agent, const failover::TierId& on, const Cause& cause) {
  const auto until = turn.over_budget_until(agent.type, type_of(turn, agent), on);
  return until &&
         step_tiers(turn, agent, failover::BudgetExceeded{.tier = on, .below_at = until}, cause).moved;
}

/// The provider's fault: the task waits for a tier that may serve. Only time ends that, where configured.
void try_again(Turn& turn, Agent& agent, Task task, const failover::Verdict& verdict) {
  const auto& policy = type_of(turn, agent).failover;
  if (policy.give_up_after)
    turn.tx().start_give_up(task.rollout_id, turn.now_ms() + policy.give_up_after->count());
  auto retry = failover::decide_retry(policy, seat_now(turn, agent), turn.health(), agent.tiers, task.retry,
                                      verdict, task.on, turn.now().wall);
  task.retry = std::move(retry.state);
  put_back_in_queue(turn, agent, task, retry.delay);
}

/// The task breaks off wherever it runs, and no other task shows whether that is the provider's fault.
void set_aside(Turn& turn, const Agent& agent, const Task& task, const failover::Verdict& verdict) {
  put_back_in_queue(turn, agent, task, {});
  const Held held{
      .on = task.on,
      .kind = verdict.kind,
      .reason =
          "it was answered and broke off again and again: reset the agent's tier to try it again, "
          "or cancel it"};
  turn.tx().hold_task(task.rollout_id, set_aside_until_ms, held_json(held));
}

/// A lower tier cannot serve this request: the others may. False when the request itself is at fault.
bool try_elsewhere(Turn& turn, const Agent& agent, Task task, const failover::Verdict& verdict) {
  using failover::Kind;
  if (verdict.kind != Kind::invalid_request && verdict.kind != Kind::context_length) return false;
  if (task.tier <= 1) return false;
  turn.faults().refused(task.on, verdict, task.rollout_id, turn.now().wall);
  task.refused.push_back(task.on);
  const auto& chain = type_of(turn, agent).failover.chain;
  const auto refused = [&](const auto& tier) {
    return std::ranges::find(task.refused, tier) != task.refused.end();
  };
  if (std::ranges::all_of(chain, refused)) return false;
  put_back_in_queue(turn, agent, task, {});
  return true;
}

/// The task's own fault: its configuration decides about another try.
void own_failure(Turn& turn, Agent& agent, Task task, AttemptStatus status) {
  ++task.own_failures;
  const bool again = status == AttemptStatus::timeout ? task.retry_timeout : task.retry_failed;
  if (again && task.own_failures < task.max_attempts) return put_back_in_queue(turn, agent, task, {});
  finish_rollout(turn, agent, task, RolloutStatus::failed);
}

/// What an ended attempt says about the provider and the task.
struct Judged {
  failover::Verdict verdict{};
  std::optional<int> status{};  ///< HTTP
  bool answered{false};         ///< the provider was seen to answer
  std::optional<failover::Usage> usage{};
  std::optional<std::string> output{};
  RunEnd end{};
};

void decide_task(Turn& turn, Agent& agent, Task task, const failover::Verdict& verdict,
                 failover::TaskFate fate, AttemptStatus fault) {
  const auto rollout = turn.tx().rollout(task.rollout_id);
  if (!rollout || store::is_finished(rollout->status)) return;
  if (verdict.kind == failover::Kind::success)
    return finish_rollout(turn, agent, task, RolloutStatus::succeeded);
  if (!verdict.failover) {
    if (fate != failover::TaskFate::fails && try_elsewhere(turn, agent, task, verdict)) return;
    return own_failure(turn, agent, std::move(task), fault);
  }
  if (rollout->give_up_at_ms && *rollout->give_up_at_ms <= turn.now_ms())
    return give_up(turn, task.rollout_id);
  if (fate == failover::TaskFate::set_aside) return set_aside(turn, agent, task, verdict);
  if (ended_for(task, Ending::Why::deadline)) task.ran_out_of_time = true;
  try_again(turn, agent, std::move(task), verdict);
}

void judge(Turn& turn, Agent& agent, Judged judged) {
  const Task task = *std::exchange(agent.task, std::nullopt);
  const Cause cause{task.rollout_id, task.attempt_id};
  auto& verdict = judged.verdict;
  turn.calls().count(task.on.provider, verdict.kind, turn.now().wall);
  const bool answered = judged.answered || task.answered || (judged.usage && judged.usage->output_tokens > 0);
  const auto step =
      step_tiers(turn, agent, failover::Ended{task.attempt, verdict, answered, judged.status}, cause);
  count_usage(turn, agent, task, judged.usage);  // a fault moves by itself, not by the tokens it used
  if (!step.moved && judged.usage) check_budget(turn, agent, task.on, cause);
  if (verdict.kind == failover::Kind::success) turn.faults().served(task.on);
  if (step.fate == failover::TaskFate::fails) {
    verdict.kind = failover::Kind::task_error;
    verdict.failover = false;
    verdict.rule = failover::fails_this_task;
  }
  agent.decision = in_words(task.rollout_id, verdict);
  agent.decided_at = turn.now().wall;

  const bool late = ended_for(task, Ending::Why::deadline) || ended_for(task, Ending::Why::silent);
  const auto fault = late ? AttemptStatus::timeout : AttemptStatus::failed;
  finish_attempt(turn, agent, task,
                 {.status = verdict.kind == failover::Kind::success ? AttemptStatus::succeeded : fault,
                  .verdict = verdict,
                  .output = judged.output,
                  .usage = judged.usage,
                  .end = judged.end});
  decide_task(turn, agent, task, verdict, step.fate, fault);
  if (agent.container) {
    if (task.stage == Task::Stage::waiting)
      step_container(turn, agent, container::CancelWait{task.attempt_id});
    else
      step_container(turn, agent, container::Release{task.attempt_id});
  }
}

failover::TierId tier_reported(const OutcomeReported& reported, const config::AgentType& type) {
  if (reported.on) return *reported.on;
  const auto& chain = type.failover.chain;
  if (reported.tier && *reported.tier >= 1 && *reported.tier <= static_cast<int>(chain.size()))
    return chain[static_cast<std::size_t>(*reported.tier) - 1];
  return {};
}

/// Counted from 1; 0: not in the chain.
int place_in(const config::AgentType& type, const failover::TierId& on) {
  const auto& chain = type.failover.chain;
  const auto place = std::ranges::find(chain, on);
  return place == chain.end() ? 0 : static_cast<int>(place - chain.begin()) + 1;
}

}  // namespace

void task_ended(Turn& turn, const TaskEnded& ended) {
  const auto* known = turn.find(ended.agent);
  if (!known) return;
  if (!known->task || known->task->attempt_id != ended.attempt_id) {
    // Killed and already recorded, but for its tokens.
    if (const auto task = past_task(turn, ended.rollout_id, ended.attempt_id))
      count_usage(turn, *known, *task, ended.usage);
    return;
  }
  auto& agent = turn.touch(ended.agent);
  add_call_spans(turn, *agent.task, ended.calls);
  const auto end = run_end(turn, agent, ended);
  const auto ending = agent.task->ending;
  if (ending && ending->why == Ending::Why::cancelled) {
    count_usage(turn, agent, *agent.task, ended.usage);
    return end_attempt(turn, agent, "cancelled", Afterwards::leave, {}, end);
  }
  if (ending && ending->why == Ending::Why::requeued) {
    count_usage(turn, agent, *agent.task, ended.usage);
    return end_attempt(turn, agent, ending->reason, Afterwards::requeue, {}, end);
  }
  if (!ending && ended.lost && !ended.over_limit) {
    if (ended.never_began)
      return end_attempt(turn, agent, "the daemon restarted before the task began", Afterwards::requeue);
    count_usage(turn, agent, *agent.task, ended.usage);
    return end_attempt(turn, agent, "instance_crashed: the task disappeared without an exit status",
                       Afterwards::requeue_counting_crash, death_notice_takes);
  }
  auto verdict = verdict_of(turn, *agent.task, ended);
  if (end.oom && verdict.kind == failover::Kind::task_error && !ending)
    verdict.evidence =
        out_of_memory(type_of(turn, agent)) + (verdict.evidence.empty() ? "" : "; " + verdict.evidence);
  verdict.evidence = turn.tools().redact(verdict.evidence);
  const auto output = ended.output ? std::optional(turn.tools().redact(*ended.output)) : std::nullopt;
  judge(turn, agent, {verdict, ended.outcome.status, ended.answered, ended.usage, output, end});
}

Answer report(Turn& turn, const OutcomeReported& reported) {
  if (!turn.find(reported.agent)) return std::unexpected(no_such_agent(reported.agent));
  if (reported.task_id)
    if (auto answered = turn.tx().past_outcome(reported.agent, *reported.task_id)) return *answered;
  auto& agent = turn.touch(reported.agent);
  const auto& type = type_of(turn, agent);
  auto verdict = failover::classify(reported.outcome, turn.now().wall, turn.config().classifier_rules,
                                    turn.tools().zones);
  verdict.evidence = turn.tools().redact(verdict.evidence);
  auto on = tier_reported(reported, type);
  if (on == failover::TierId{}) on = agent.tiers.serving;
  const Cause cause{reported.task_id.value_or(""), ""};
  const int tier = place_in(type, on);
  bool moved = false;
  if (tier > 0) {
    turn.calls().count(on.provider, verdict.kind, turn.now().wall);
    const bool answered = verdict.kind == failover::Kind::success;
    auto attempt = attempt_on(turn, agent, "", cause.rollout_id, tier);
    moved = step_tiers(turn, agent,
                       failover::Ended{std::move(attempt), verdict, answered, reported.outcome.status}, cause)
                .moved;
  }
  if (reported.outcome.usage) {
    const Task external{.rollout_id = cause.rollout_id, .on = on, .tier = std::max(tier, 1)};
    count_usage(turn, agent, external, reported.outcome.usage);
    moved = moved || check_budget(turn, agent, on, cause);
  }
  agent.decision = in_words("reported outcome", verdict);
  agent.decided_at = turn.now().wall;
  auto answer = wire::ObjectText{}
                    .raw("verdict", wire::verdict_json(verdict))
                    .raw("provider_state",
                         provider_state_json(agent, type, turn.accounts(), turn.health(), turn.now().wall))
                    .flag("moved", moved)
                    .done();
  if (reported.task_id) turn.tx().remember_outcome(reported.agent, *reported.task_id, turn.now_ms(), answer);
  return answer;
}

}  // namespace understudy::daemon::fleet
