// Workers of the rollout store, and when each was last heard from.
#include "columns.hpp"
#include "reading.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

void update_worker(Connection& connection, const std::string& worker_id, const AttemptRow& attempt,
                   Dequeued dequeued, double now) {
  const auto status = after_attempt(attempt.status);
  const bool busy = status == WorkerStatus::busy;
  const auto when = [now](bool applies) { return applies ? std::optional(now) : std::nullopt; };
  // The watchdog ended the attempt: the worker was not heard from.
  const bool heard = status != WorkerStatus::unknown;
  connection.run(
      "INSERT INTO workers (worker_id, status, last_dequeue_time, last_busy_time, last_idle_time, "
      "current_rollout_id, current_attempt_id, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
      "ON CONFLICT (worker_id) DO UPDATE SET status = ?2, "
      "last_dequeue_time = coalesce(?3, last_dequeue_time), last_busy_time = coalesce(?4, last_busy_time), "
      "last_idle_time = coalesce(?5, last_idle_time), current_rollout_id = ?6, "
      "current_attempt_id = ?7, seen = CASE WHEN ?9 THEN ?8 ELSE seen END, stale = CASE WHEN ?9 THEN 0 ELSE "
      "stale END",
      worker_id, status, when(dequeued == Dequeued::yes), when(busy), when(!busy),
      busy ? std::optional(attempt.rollout_id) : std::nullopt,
      busy ? std::optional(attempt.attempt_id) : std::nullopt, now, heard);
}

void set_worker_idle(Connection& connection, const std::string& worker_id, double now) {
  connection.run(
      "INSERT INTO workers (worker_id, status, last_dequeue_time, last_idle_time, seen) "
      "VALUES (?1, 'idle', ?2, ?2, ?2) ON CONFLICT (worker_id) DO UPDATE SET "
      "last_idle_time = CASE status WHEN 'idle' THEN last_idle_time ELSE ?2 END, status = 'idle', "
      "last_dequeue_time = ?2, seen = ?2, stale = 0",
      worker_id, now);
}

void release_worker(Connection& connection, const std::string& worker_id, const AttemptRow& attempt,
                    double now) {
  connection.run(
      "UPDATE workers SET status = 'idle', last_idle_time = ?, current_rollout_id = NULL, "
      "current_attempt_id = NULL WHERE worker_id = ? AND current_rollout_id = ? AND current_attempt_id = ?",
      now, worker_id, attempt.rollout_id, attempt.attempt_id);
}

WorkerRow read_worker(const Query& row) {
  return {.worker_id = row.text(0),
          .status = parse_worker_status(row.text(1)).value_or(WorkerStatus::unknown),
          .heartbeat_stats = row.maybe_text(2),
          .last_heartbeat_time = row.maybe_real(3),
          .last_dequeue_time = row.maybe_real(4),
          .last_busy_time = row.maybe_real(5),
          .last_idle_time = row.maybe_real(6),
          .current_rollout_id = row.maybe_text(7),
          .current_attempt_id = row.maybe_text(8),
          .stale = row.integer(9) != 0};
}

WorkerRow Transaction::heartbeat(const std::string& worker_id, const std::optional<std::string>& stats,
                                 double now) {
  return writing([&] {
    auto query = connection_->query(
        "INSERT INTO workers (worker_id, status, heartbeat_stats, last_heartbeat_time, seen) "
        "VALUES (?1, 'unknown', ?2, ?3, ?3) ON CONFLICT (worker_id) DO UPDATE SET "
        "heartbeat_stats = coalesce(?2, heartbeat_stats), last_heartbeat_time = ?3, seen = ?3, stale = 0 "
        "RETURNING " UNDERSTUDY_WORKER_COLUMNS,
        worker_id, stats, now);
    auto worker = query.next() ? read_worker(query) : WorkerRow{};
    query.run();
    return worker;
  });
}

std::vector<WorkerRow> Transaction::mark_stale_workers(double silent_since, std::int64_t limit) {
  return writing([&] {
    auto query = connection_->query(
        "UPDATE workers SET stale = 1 WHERE number IN (SELECT number FROM workers INDEXED BY workers_heard "
        "WHERE stale = 0 AND seen < ? ORDER BY seen LIMIT ?) RETURNING " UNDERSTUDY_WORKER_COLUMNS,
        silent_since, limit);
    return query.all(read_worker);
  });
}

std::optional<WorkerRow> Reader::worker(const std::string& worker_id) {
  return guarded([&]() -> std::optional<WorkerRow> {
    auto query = connection_->query("SELECT " UNDERSTUDY_WORKER_COLUMNS " FROM workers WHERE worker_id = ?",
                                    worker_id);
    return query.next() ? std::optional(read_worker(query)) : std::nullopt;
  });
}

}  // namespace understudy::store
