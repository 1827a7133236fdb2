#include "understudy/store/rollout_rules.hpp"

#include <algorithm>
#include <array>

namespace understudy::store {

std::string_view to_string(RolloutStatus status) {
  switch (status) {
    case RolloutStatus::queuing: return "queuing";
    case RolloutStatus::preparing: return "preparing";
    case RolloutStatus::running: return "running";
    case RolloutStatus::failed: return "failed";
    case RolloutStatus::succeeded: return "succeeded";
    case RolloutStatus::cancelled: return "cancelled";
    case RolloutStatus::requeuing: return "requeuing";
  }
  return "?";
}

std::string_view to_string(AttemptStatus status) {
  switch (status) {
    case AttemptStatus::preparing: return "preparing";
    case AttemptStatus::running: return "running";
    case AttemptStatus::failed: return "failed";
    case AttemptStatus::succeeded: return "succeeded";
    case AttemptStatus::unresponsive: return "unresponsive";
    case AttemptStatus::timeout: return "timeout";
  }
  return "?";
}

std::string_view to_string(WorkerStatus status) {
  switch (status) {
    case WorkerStatus::unknown: return "unknown";
    case WorkerStatus::idle: return "idle";
    case WorkerStatus::busy: return "busy";
  }
  return "?";
}

std::optional<RolloutStatus> parse_rollout_status(std::string_view text) {
  for (const auto status : all_rollout_statuses)
    if (to_string(status) == text) return status;
  return std::nullopt;
}

std::optional<AttemptStatus> parse_attempt_status(std::string_view text) {
  for (const auto status : all_attempt_statuses)
    if (to_string(status) == text) return status;
  return std::nullopt;
}

std::optional<WorkerStatus> parse_worker_status(std::string_view text) {
  for (const auto status : {WorkerStatus::unknown, WorkerStatus::idle, WorkerStatus::busy})
    if (to_string(status) == text) return status;
  return std::nullopt;
}

bool is_queued(RolloutStatus status) {
  return status == RolloutStatus::queuing || status == RolloutStatus::requeuing;
}

bool is_active(RolloutStatus status) {
  return status == RolloutStatus::preparing || status == RolloutStatus::running;
}

bool is_finished(RolloutStatus status) {
  return !is_queued(status) && !is_active(status);
}

bool is_finished(AttemptStatus status) {
  return status == AttemptStatus::failed || status == AttemptStatus::succeeded;
}

bool accepts_attempt(RolloutStatus status) {
  return status != RolloutStatus::cancelled;
}

RolloutStatus after_report(RolloutStatus rollout, AttemptStatus attempt, std::int64_t sequence_id,
                           const RolloutConfig& config) {
  if (rollout == RolloutStatus::cancelled) return rollout;
  switch (attempt) {
    case AttemptStatus::preparing: return RolloutStatus::preparing;
    case AttemptStatus::running: return RolloutStatus::running;
    case AttemptStatus::succeeded: return RolloutStatus::succeeded;
    case AttemptStatus::failed:
    case AttemptStatus::unresponsive:
    case AttemptStatus::timeout: break;
  }
  const bool tried_again = sequence_id < config.max_attempts &&
                           std::ranges::find(config.retry_condition, attempt) != config.retry_condition.end();
  return tried_again ? RolloutStatus::requeuing : RolloutStatus::failed;
}

Statuses after_span(Statuses before, bool latest_attempt) {
  auto after = before;
  if (before.attempt == AttemptStatus::preparing || before.attempt == AttemptStatus::unresponsive)
    after.attempt = AttemptStatus::running;
  // Late spans of an attempt that ended do not take the rollout away from its next attempt.
  if (latest_attempt && after.attempt == AttemptStatus::running &&
      (before.rollout == RolloutStatus::preparing || before.rollout == RolloutStatus::requeuing))
    after.rollout = RolloutStatus::running;
  return after;
}

namespace {

std::optional<double> silent_at(const WatchedAttempt& attempt, const RolloutConfig& config) {
  if (!config.unresponsive_seconds || attempt.last_heartbeat_time == 0.0) return std::nullopt;
  return attempt.last_heartbeat_time.value_or(attempt.start_time) + *config.unresponsive_seconds;
}

}  // namespace

std::optional<AttemptStatus> watchdog_verdict(const WatchedAttempt& attempt, const RolloutConfig& config,
                                              double now) {
  if (config.timeout_seconds && now > attempt.start_time + *config.timeout_seconds)
    return AttemptStatus::timeout;
  if (const auto at = silent_at(attempt, config); at && now > *at) return AttemptStatus::unresponsive;
  return std::nullopt;
}

std::optional<double> watchdog_deadline(const WatchedAttempt& attempt, const RolloutConfig& config) {
  const auto silent = silent_at(attempt, config);
  if (!config.timeout_seconds) return silent;
  const auto late = attempt.start_time + *config.timeout_seconds;
  return silent ? std::min(late, *silent) : late;
}

WorkerStatus after_attempt(AttemptStatus attempt) {
  switch (attempt) {
    case AttemptStatus::preparing:
    case AttemptStatus::running: return WorkerStatus::busy;
    case AttemptStatus::failed:
    case AttemptStatus::succeeded: return WorkerStatus::idle;
    case AttemptStatus::unresponsive:
    case AttemptStatus::timeout: return WorkerStatus::unknown;
  }
  return WorkerStatus::unknown;
}

std::int64_t counter_after(std::int64_t counter, std::int64_t explicit_sequence_id) {
  return explicit_sequence_id > max_counted_sequence ? counter : std::max(counter, explicit_sequence_id);
}

}  // namespace understudy::store
