#pragma once
#include <algorithm>

#include "connection.hpp"
#include "understudy/store/rollout_rows.hpp"
#include "understudy/store/rows.hpp"

/// Columns as the queries select them, and how their rows are read.
namespace understudy::store {

#define UNDERSTUDY_ROLLOUT_COLUMNS                                                                        \
  "r.rollout_id, i.input, r.start_time, r.end_time, r.mode, r.resources_id, r.status, r.config, "         \
  "r.metadata, r.agent, r.agent_type, r.not_before_ms, r.queue_position, r.retry, r.number, r.attempts, " \
  "r.attempt_id, r.give_up_at_ms, r.held"
/// CROSS JOIN keeps the rollouts first: they have the index, or the order.
#define UNDERSTUDY_ROLLOUT_TABLES "rollouts r CROSS JOIN rollout_inputs i ON i.number = r.number"
#define UNDERSTUDY_ATTEMPT_COLUMNS                                                               \
  "a.rollout_id, a.attempt_id, a.sequence_id, a.start_time, a.end_time, a.status, a.worker_id, " \
  "a.last_heartbeat_time, a.metadata"
#define UNDERSTUDY_WORKER_COLUMNS                                                                \
  "worker_id, status, heartbeat_stats, last_heartbeat_time, last_dequeue_time, last_busy_time, " \
  "last_idle_time, current_rollout_id, current_attempt_id, stale"
#define UNDERSTUDY_RESOURCES_COLUMNS "resources_id, version, create_time, update_time, resources"
#define UNDERSTUDY_SPAN_COLUMNS                                                                        \
  "s.sequence_id, s.trace_id, s.span_id, s.parent_id, s.name, s.status_code, s.status, s.attributes, " \
  "s.events, s.links, s.start_time, s.end_time, s.context, s.parent, s.resource, s.extra"

constexpr int columns_in(std::string_view list) {
  return 1 + static_cast<int>(std::ranges::count(list, ','));
}
constexpr int rollout_column_count = columns_in(UNDERSTUDY_ROLLOUT_COLUMNS);
constexpr int attempt_column_count = columns_in(UNDERSTUDY_ATTEMPT_COLUMNS);
constexpr int span_column_count = columns_in(UNDERSTUDY_SPAN_COLUMNS);

[[nodiscard]] RolloutRow read_rollout(const Query& row, int first = 0);
[[nodiscard]] AttemptRow read_attempt(const Query& row, int first = 0);
[[nodiscard]] WorkerRow read_worker(const Query& row);
[[nodiscard]] ResourcesRow read_resources(const Query& row);
[[nodiscard]] std::optional<RolloutRow> find_rollout(Connection& connection, const std::string& rollout_id);
[[nodiscard]] std::optional<AttemptRow> find_attempt(Connection& connection, const std::string& rollout_id,
                                                     const std::string& attempt_id);
[[nodiscard]] std::optional<AttemptRow> find_latest_attempt(Connection& connection,
                                                            const std::string& rollout_id);
[[nodiscard]] std::vector<QueueCount> read_queue_counts(Connection& connection);
[[nodiscard]] std::optional<std::int64_t> read_next_retry_at(Connection& connection, std::int64_t after_ms);
[[nodiscard]] std::optional<std::int64_t> read_next_give_up_at(Connection& connection);

}  // namespace understudy::store
