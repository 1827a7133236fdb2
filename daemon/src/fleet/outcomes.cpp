// From an outcome to a verdict, and from there to the tier and the task.
#include <fmt/format.h>

#include <algorithm>

#include "fleet/handle.hpp"
#include "fleet/judge.hpp"
#include "fleet/records.hpp"
#include "fleet/specs.hpp"
#include "understudy/failover/retry.hpp"
#include "wire/json_text.hpp"
#include "wire/verdict_json.hpp"

namespace understudy::daemon::fleet {

using store::AttemptStatus;
using store::RolloutStatus;

namespace {

/// A lost task is noticed before the death of its container, which looks free until then.
constexpr std::chrono::milliseconds death_notice_takes{1'000};

bool ended_by_deadline(const Task& task) {
  return task.ending && task.ending->why == Ending::Why::deadline;
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
  if (ended_by_deadline(task)) {
    const Kind kind = ended.awaiting_provider ? Kind::timeout : Kind::task_error;
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

/// Compares the type's tokens on this tier within the window with its threshold.
void check_budget(Turn& turn, Agent& agent, const failover::TierId& on, const Cause& cause) {
  const auto& type = type_of(turn, agent);
  const auto window = config::to_duration(turn.config().service.usage_window);
  if (!type.usage_threshold_tokens || !window) return;
  const auto since = turn.now_ms() - window->count();
  const auto used = turn.tx().tokens_since(agent.type, on.provider, on.model, since);
  if (used < *type.usage_threshold_tokens) return;
  const auto below = turn.tx().tokens_below_at(agent.type, on.provider, on.model, window->count(),
                                               *type.usage_threshold_tokens, turn.now_ms());
  failover::BudgetExceeded exceeded{.tier = on};
  if (below) exceeded.below_at = failover::Instant{std::chrono::milliseconds{*below}};
  step_tiers(turn, agent, exceeded, cause);
}

void retry_or_fail(Turn& turn, Agent& agent, Task task, const failover::Verdict& verdict) {
  const auto& policy = type_of(turn, agent).failover;
  auto retry = failover::decide_retry(policy, agent.tiers, task.retry, verdict, task.on);
  task.retry = std::move(retry.state);
  switch (retry.kind) {
    case failover::RetryKind::now:
    case failover::RetryKind::wait: return put_back_in_queue(turn, agent, task, {});
    case failover::RetryKind::later: return put_back_in_queue(turn, agent, task, retry.delay);
    case failover::RetryKind::give_up: return finish_rollout(turn, agent, task, RolloutStatus::failed);
  }
}

/// The task's own fault: its configuration decides about another try.
void own_failure(Turn& turn, Agent& agent, Task task, AttemptStatus status) {
  ++task.own_failures;
  const bool again = status == AttemptStatus::timeout ? task.retry_timeout : task.retry_failed;
  if (again && task.own_failures < task.max_attempts) return put_back_in_queue(turn, agent, task, {});
  finish_rollout(turn, agent, task, RolloutStatus::failed);
}

void judge(Turn& turn, Agent& agent, const failover::Verdict& verdict, std::optional<int> status,
           const std::optional<failover::Usage>& usage, const std::optional<std::string>& output,
           const RunEnd& end = {}) {
  const Task task = *std::exchange(agent.task, std::nullopt);
  const Cause cause{task.rollout_id, task.attempt_id};
  count_usage(turn, agent, task, usage);
  const bool moved = step_tiers(turn, agent, failover::OutcomeObserved{verdict, task.on, status}, cause);
  if (!moved && usage) check_budget(turn, agent, task.on, cause);
  agent.decision = in_words(task.rollout_id, verdict);
  agent.decided_at = turn.now().wall;

  const bool succeeded = verdict.kind == failover::Kind::success;
  const auto fault = ended_by_deadline(task) ? AttemptStatus::timeout : AttemptStatus::failed;
  finish_attempt(turn, agent, task,
                 {.status = succeeded ? AttemptStatus::succeeded : fault,
                  .verdict = verdict,
                  .output = output,
                  .usage = usage,
                  .end = end});
  const auto rollout = turn.tx().rollout(task.rollout_id);
  if (rollout && !store::is_finished(rollout->status)) {
    if (succeeded)
      finish_rollout(turn, agent, task, RolloutStatus::succeeded);
    else if (verdict.failover)
      retry_or_fail(turn, agent, task, verdict);
    else
      own_failure(turn, agent, task, fault);
  }
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

/// Counted from 1; a tier that left the chain counts as the first.
int place_in(const config::AgentType& type, const failover::TierId& on) {
  const auto& chain = type.failover.chain;
  const auto place = std::ranges::find(chain, on);
  return place == chain.end() ? 1 : static_cast<int>(place - chain.begin()) + 1;
}

}  // namespace

void judge_missing_key(Turn& turn, Agent& agent, const std::string& sentence) {
  const failover::Verdict verdict{.kind = failover::Kind::auth_error,
                                  .failover = true,
                                  .rule = "provider-key-missing",
                                  .evidence = sentence};
  judge(turn, agent, verdict, std::nullopt, std::nullopt, std::nullopt);
}

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
  judge(turn, agent, verdict, ended.outcome.status, ended.usage, output, end);
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
  bool moved =
      step_tiers(turn, agent, failover::OutcomeObserved{verdict, on, reported.outcome.status}, cause);
  if (reported.outcome.usage) {
    Task external{.rollout_id = cause.rollout_id, .on = on, .tier = place_in(type, on)};
    count_usage(turn, agent, external, reported.outcome.usage);
    if (!moved) {
      const int before = agent.tiers.current_tier;
      check_budget(turn, agent, on, cause);
      moved = agent.tiers.current_tier != before;
    }
  }
  agent.decision = in_words("reported outcome", verdict);
  agent.decided_at = turn.now().wall;
  auto answer = wire::ObjectText{}
                    .raw("verdict", wire::verdict_json(verdict))
                    .raw("provider_state", provider_state_json(agent, type))
                    .flag("moved", moved)
                    .done();
  if (reported.task_id) turn.tx().remember_outcome(reported.agent, *reported.task_id, turn.now_ms(), answer);
  return answer;
}

}  // namespace understudy::daemon::fleet
