#pragma once
#include <optional>
#include <span>
#include <string>

#include "fleet/run_end.hpp"
#include "fleet/turn.hpp"

/// What an ended attempt means for its task and its instance.
namespace understudy::daemon::fleet {

inline constexpr std::chrono::milliseconds heartbeat_every{30'000};
/// Further tries of a task whose instance died.
inline constexpr int crash_retries = 1;
/// A task that the runtime refused has not run: it is queued again after a delay that doubles each time.
inline constexpr int refusal_retries = 4;
inline constexpr std::chrono::milliseconds refusal_delay{1'000};

/// The end of the year 9999: until the operator decides.
inline constexpr std::int64_t set_aside_until_ms = 253'402'300'799'000;

struct AttemptResult {
  std::optional<store::AttemptStatus> status{};  ///< none while it runs
  std::optional<failover::Verdict> verdict{};
  std::optional<std::string> output{};
  std::optional<failover::Usage> usage{};
  std::string error{};  ///< when the provider was not the cause
  RunEnd end{};
};

/// No provider served the task for as long as failover.give_up_after_min.
inline constexpr std::string_view gave_up_rule = "gave-up";
/// The environment of a tier could not be rendered: the task is queued again.
inline constexpr std::chrono::milliseconds trouble_delay{1'000};

/// Writes the rows and event of an ended attempt.
void finish_attempt(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result);
void finish_rollout(Turn& turn, const Agent& agent, const Task& task, store::RolloutStatus status);
/// Back to its place in the queue.
void put_back_in_queue(Turn& turn, const Agent& agent, const Task& task, std::chrono::milliseconds delay);

/// Writes calls of a run as spans of its attempt, below the span that finish_attempt() writes.
void add_call_spans(Turn& turn, const Task& task, std::span<const failover::TracedCall> calls);
void add_attempt_span(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result);

}  // namespace understudy::daemon::fleet
