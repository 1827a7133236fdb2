#include "columns.hpp"

#include <algorithm>

namespace understudy::store {

RolloutRow read_rollout(const Query& row, int first) {
  return {.rollout_id = row.text(first),
          .input = row.text(first + 1),
          .start_time = row.real(first + 2),
          .end_time = row.maybe_real(first + 3),
          .mode = row.maybe_text(first + 4),
          .resources_id = row.maybe_text(first + 5),
          .status = parse_rollout_status(row.text(first + 6)).value_or(RolloutStatus::failed),
          .config = row.text(first + 7),
          .metadata = row.text(first + 8),
          .agent = row.maybe_text(first + 9),
          .agent_type = row.maybe_text(first + 10),
          .not_before_ms = row.integer(first + 11),
          .queue_position = row.integer(first + 12),
          .retry = row.text(first + 13),
          .number = row.integer(first + 14),
          .attempts = row.integer(first + 15),
          .attempt_id = row.maybe_text(first + 16),
          .give_up_at_ms = row.maybe_integer(first + 17),
          .held = row.maybe_text(first + 18)};
}

AttemptRow read_attempt(const Query& row, int first) {
  return {.rollout_id = row.text(first),
          .attempt_id = row.text(first + 1),
          .sequence_id = row.integer(first + 2),
          .start_time = row.real(first + 3),
          .end_time = row.maybe_real(first + 4),
          .status = parse_attempt_status(row.text(first + 5)).value_or(AttemptStatus::failed),
          .worker_id = row.maybe_text(first + 6),
          .last_heartbeat_time = row.maybe_real(first + 7),
          .metadata = row.maybe_text(first + 8)};
}

std::optional<RolloutRow> find_rollout(Connection& connection, const std::string& rollout_id) {
  auto query = connection.query("SELECT " UNDERSTUDY_ROLLOUT_COLUMNS " FROM " UNDERSTUDY_ROLLOUT_TABLES
                                " WHERE r.rollout_id = ?");
  query.bind(rollout_id);
  return query.next() ? std::optional(read_rollout(query)) : std::nullopt;
}

std::optional<AttemptRow> find_attempt(Connection& connection, const std::string& rollout_id,
                                       const std::string& attempt_id) {
  auto query = connection.query("SELECT " UNDERSTUDY_ATTEMPT_COLUMNS
                                " FROM attempts a WHERE rollout_id = ? AND attempt_id = ?");
  query.bind(rollout_id, attempt_id);
  return query.next() ? std::optional(read_attempt(query)) : std::nullopt;
}

std::optional<AttemptRow> find_latest_attempt(Connection& connection, const std::string& rollout_id) {
  auto query = connection.query("SELECT " UNDERSTUDY_ATTEMPT_COLUMNS
                                " FROM attempts a WHERE rollout_id = ? ORDER BY sequence_id DESC LIMIT 1");
  query.bind(rollout_id);
  return query.next() ? std::optional(read_attempt(query)) : std::nullopt;
}

std::vector<QueueCount> read_queue_counts(Connection& connection) {
  std::vector<QueueCount> counts;
  auto query = connection.query(
      "SELECT agent, agent_type, count(*), min(start_time) FROM rollouts INDEXED BY rollouts_bound "
      "WHERE status IN ('queuing', 'requeuing') AND agent IS NOT NULL GROUP BY agent, agent_type "
      "UNION ALL SELECT NULL, agent_type, count(*), min(start_time) FROM rollouts INDEXED BY rollouts_pooled "
      "WHERE status IN ('queuing', 'requeuing') AND agent IS NULL AND agent_type IS NOT NULL "
      "GROUP BY agent_type");
  while (query.next())
    counts.push_back({.agent = query.maybe_text(0),
                      .agent_type = query.maybe_text(1),
                      .count = query.integer(2),
                      .oldest_start_time = query.real(3)});
  auto held = connection.query(
      "SELECT agent, agent_type, count(*) FROM rollouts INDEXED BY rollouts_held "
      "WHERE status IN ('queuing', 'requeuing') AND held IS NOT NULL GROUP BY agent, agent_type");
  while (held.next()) {
    const auto is_its = [agent = held.maybe_text(0), type = held.maybe_text(1)](const QueueCount& queue) {
      return queue.agent == agent && queue.agent_type == type;
    };
    if (const auto queue = std::ranges::find_if(counts, is_its); queue != counts.end())
      queue->held = held.integer(2);
  }
  return counts;
}

std::optional<std::int64_t> read_next_retry_at(Connection& connection, std::int64_t after_ms) {
  auto query = connection.query(
      "SELECT min(not_before_ms) FROM rollouts INDEXED BY rollouts_delayed "
      "WHERE status IN ('queuing', 'requeuing') AND not_before_ms > max(0, ?) AND not_before_ms > 0");
  query.bind(after_ms);
  return query.next() ? query.maybe_integer(0) : std::nullopt;
}

std::optional<std::int64_t> read_next_give_up_at(Connection& connection) {
  auto query = connection.query(
      "SELECT min(give_up_at_ms) FROM rollouts INDEXED BY rollouts_given_up "
      "WHERE status IN ('queuing', 'requeuing') AND give_up_at_ms IS NOT NULL");
  return query.next() ? query.maybe_integer(0) : std::nullopt;
}

}  // namespace understudy::store
