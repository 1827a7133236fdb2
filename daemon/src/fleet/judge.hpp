#pragma once
#include <optional>
#include <span>
#include <string>

#include "fleet/run_end.hpp"
#include "fleet/turn.hpp"

/// What an ended attempt means for its task and its instance.
namespace understudy::daemon::fleet {

inline constexpr std::chrono::milliseconds heartbeat_every{30'000};
/// An instance that died under a task costs it one more try, not its life.
inline constexpr int crash_retries = 1;
/// A task the runtime did not take has not run: it is offered again after this, doubled each time.
inline constexpr int refusal_retries = 4;
inline constexpr std::chrono::milliseconds refusal_delay{1'000};

struct AttemptResult {
  std::optional<store::AttemptStatus> status{};  ///< nothing while it runs
  std::optional<failover::Verdict> verdict{};
  std::optional<std::string> output{};
  std::optional<failover::Usage> usage{};
  std::string error{};  ///< when it was not the provider
  RunEnd end{};
};

/// The tier's key variable is not set: the provider's fault as far as the task is concerned.
void judge_missing_key(Turn& turn, Agent& agent, const std::string& sentence);

/// Rows and event of an attempt that is over.
void finish_attempt(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result);
void finish_rollout(Turn& turn, const Agent& agent, const Task& task, store::RolloutStatus status);
/// Back to its place in the queue.
void put_back_in_queue(Turn& turn, const Agent& agent, const Task& task, std::chrono::milliseconds delay);

/// The calls of a run as spans of its attempt, under the span that finish_attempt() writes.
void add_call_spans(Turn& turn, const Task& task, std::span<const failover::TracedCall> calls);
void add_attempt_span(Turn& turn, const Agent& agent, const Task& task, const AttemptResult& result);

}  // namespace understudy::daemon::fleet
