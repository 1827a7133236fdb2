#pragma once
#include "connection.hpp"
#include "understudy/store/rows.hpp"

/// How a row is read, for every query that selects those columns in that order.
namespace understudy::store {

#define UNDERSTUDY_ROLLOUT_COLUMNS                                                                 \
  "rollout_id, input, start_time, end_time, mode, resources_id, status, config, metadata, agent, " \
  "agent_type, "                                                                                   \
  "not_before_ms, queue_position, retry"
#define UNDERSTUDY_ATTEMPT_COLUMNS                                                                      \
  "rollout_id, attempt_id, sequence_id, start_time, end_time, status, worker_id, last_heartbeat_time, " \
  "metadata"

[[nodiscard]] RolloutRow read_rollout(const Query& row, int first = 0);
[[nodiscard]] AttemptRow read_attempt(const Query& row, int first = 0);
[[nodiscard]] std::optional<RolloutRow> find_rollout(Connection& connection, const std::string& rollout_id);
[[nodiscard]] std::optional<AttemptRow> find_attempt(Connection& connection, const std::string& rollout_id,
                                                     const std::string& attempt_id);
[[nodiscard]] std::optional<AttemptRow> find_latest_attempt(Connection& connection,
                                                            const std::string& rollout_id);
[[nodiscard]] std::vector<QueueCount> read_queue_counts(Connection& connection);
[[nodiscard]] std::optional<std::int64_t> read_next_not_before(Connection& connection, std::int64_t after_ms);

}  // namespace understudy::store
