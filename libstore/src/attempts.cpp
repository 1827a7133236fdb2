#include "columns.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

std::int64_t Transaction::insert_attempt(const AttemptRow& attempt) {
  return writing([&]() -> std::int64_t {
    auto query = connection_->query(
        "INSERT INTO attempts (rollout_id, attempt_id, sequence_id, start_time, end_time, status, worker_id, "
        "last_heartbeat_time, metadata, managed) VALUES (?1, ?2, "
        "(SELECT coalesce(max(sequence_id), 0) + 1 FROM attempts WHERE rollout_id = ?1), ?3, ?4, ?5, ?6, ?7, "
        "?8, coalesce((SELECT agent IS NOT NULL OR agent_type IS NOT NULL FROM rollouts "
        "WHERE rollout_id = ?1), 0)) RETURNING sequence_id",
        attempt.rollout_id, attempt.attempt_id, attempt.start_time, attempt.end_time, attempt.status,
        attempt.worker_id, attempt.last_heartbeat_time, attempt.metadata);
    const auto sequence = query.next() ? query.integer(0) : 0;
    query.run();
    connection_->counters.add(*connection_, Counter::attempts, 1);
    connection_->run(
        "UPDATE rollouts SET attempt_id = ?, attempts = ?, worker_id = ?, last_heartbeat_time = ? "
        "WHERE rollout_id = ?",
        attempt.attempt_id, sequence, attempt.worker_id, attempt.last_heartbeat_time, attempt.rollout_id);
    return sequence;
  });
}

void Transaction::update_attempt(const std::string& rollout_id, const std::string& attempt_id,
                                 const AttemptChange& change) {
  writing([&] {
    connection_->run(
        "UPDATE attempts SET status = coalesce(?, status), end_time = coalesce(?, end_time), "
        "last_heartbeat_time = coalesce(?, last_heartbeat_time), metadata = coalesce(?, metadata) "
        "WHERE rollout_id = ? AND attempt_id = ?",
        change.status, change.end_time, change.last_heartbeat_time, change.metadata, rollout_id, attempt_id);
    if (!change.last_heartbeat_time) return;
    connection_->run("UPDATE rollouts SET last_heartbeat_time = ? WHERE rollout_id = ? AND attempt_id = ?",
                     change.last_heartbeat_time, rollout_id, attempt_id);
  });
}

bool Transaction::undo_dequeue(const std::string& rollout_id, const std::string& attempt_id, double now) {
  return writing([&] {
    const auto rollout = look_up(*connection_, rollout_id);
    const auto attempt = find_attempt(*connection_, rollout_id, attempt_id);
    if (!rollout || !attempt || rollout->attempt_id != attempt_id) return false;
    if (rollout->status != RolloutStatus::preparing || attempt->status != AttemptStatus::preparing ||
        attempt->last_heartbeat_time || attempt->metadata)
      return false;
    connection_->run("DELETE FROM attempts WHERE rollout_id = ? AND attempt_id = ?", rollout_id, attempt_id);
    connection_->counters.add(*connection_, Counter::attempts, -1);
    const auto before = find_latest_attempt(*connection_, rollout_id).value_or(AttemptRow{.sequence_id = 0});
    const bool tried = before.sequence_id > 0;
    connection_->run(
        "UPDATE rollouts SET status = ?, attempt_id = ?, attempts = ?, worker_id = ?, "
        "last_heartbeat_time = ?, watch_at = NULL WHERE number = ?",
        to_string(tried ? RolloutStatus::requeuing : RolloutStatus::queuing),
        tried ? std::optional(before.attempt_id) : std::nullopt, before.sequence_id, before.worker_id,
        before.last_heartbeat_time, rollout->number);
    if (attempt->worker_id) release_worker(*connection_, *attempt->worker_id, *attempt, now);
    return true;
  });
}

std::optional<AttemptRow> Transaction::attempt(const std::string& rollout_id, const std::string& attempt_id) {
  return guarded([&] { return find_attempt(*connection_, rollout_id, attempt_id); });
}

std::optional<AttemptRow> Transaction::latest_attempt(const std::string& rollout_id) {
  return guarded([&] { return find_latest_attempt(*connection_, rollout_id); });
}

}  // namespace understudy::store
