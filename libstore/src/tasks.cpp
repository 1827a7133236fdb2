// Managed rollouts and their queue.
#include "columns.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::insert_rollout(const NewRollout& rollout) {
  writing([&] { static_cast<void>(insert(*connection_, rollout, RolloutStatus::queuing)); });
}

std::optional<RolloutRow> Transaction::rollout(const std::string& rollout_id) {
  return guarded([&] { return find_rollout(*connection_, rollout_id); });
}

std::optional<bool> Transaction::is_managed(const std::string& rollout_id) {
  return guarded([&]() -> std::optional<bool> {
    auto query = connection_->query(
        "SELECT agent IS NOT NULL OR agent_type IS NOT NULL FROM rollouts WHERE rollout_id = ?", rollout_id);
    if (!query.next()) return std::nullopt;
    return query.integer(0) != 0;
  });
}

void Transaction::set_rollout_status(const std::string& rollout_id, RolloutStatus status,
                                     std::optional<double> end_time) {
  write("UPDATE rollouts SET status = ?, end_time = coalesce(?, end_time), held = NULL WHERE rollout_id = ?",
        to_string(status), end_time, rollout_id);
}

void Transaction::requeue(const std::string& rollout_id, bool keep_position, std::int64_t not_before_ms,
                          const std::string& retry) {
  writing([&] {
    const auto end_of_line =
        keep_position ? std::nullopt
                      : std::optional(connection_->counters.next(*connection_, Counter::queue_position));
    connection_->run(
        "UPDATE rollouts SET status = 'requeuing', not_before_ms = ?, retry = ?, "
        "queue_position = coalesce(?, queue_position) WHERE rollout_id = ?",
        not_before_ms, retry, end_of_line, rollout_id);
  });
}

namespace {

std::optional<QueuedRollout> first_queued(Query& query) {
  if (!query.next()) return std::nullopt;
  return QueuedRollout{.rollout_id = query.text(0),
                       .config = query.text(1),
                       .retry = query.text(2),
                       .agent = query.maybe_text(3),
                       .agent_type = query.maybe_text(4),
                       .position = query.integer(5)};
}

}  // namespace

std::optional<QueuedRollout> Transaction::next_queued(const std::string& agent, const std::string& agent_type,
                                                      std::int64_t now_ms) {
  return guarded([&]() -> std::optional<QueuedRollout> {
    std::optional<QueuedRollout> bound;
    if (!agent.empty()) {
      auto query = connection_->query(
          "SELECT rollout_id, config, retry, agent, agent_type, queue_position "
          "FROM rollouts INDEXED BY rollouts_bound WHERE status IN ('queuing', 'requeuing') AND agent = ? "
          "AND not_before_ms <= ? ORDER BY queue_position LIMIT 1",
          agent, now_ms);
      bound = first_queued(query);
    }
    auto query = connection_->query(
        "SELECT rollout_id, config, retry, agent, agent_type, queue_position "
        "FROM rollouts INDEXED BY rollouts_pooled WHERE status IN ('queuing', 'requeuing') AND agent IS NULL "
        "AND agent_type = ? AND not_before_ms <= ? ORDER BY queue_position LIMIT 1",
        agent_type, now_ms);
    auto pooled = first_queued(query);
    return bound && (!pooled || bound->position < pooled->position) ? bound : pooled;
  });
}

std::optional<std::int64_t> Transaction::next_retry_at(std::int64_t after_ms) {
  return guarded([&] { return read_next_retry_at(*connection_, after_ms); });
}

std::vector<QueueCount> Transaction::queue_counts() {
  return guarded([&] { return read_queue_counts(*connection_); });
}

std::vector<std::string> Transaction::cancel_queued(const std::string& agent, double end_time) {
  return writing([&] {
    auto query = connection_->query(
        "UPDATE rollouts SET status = 'cancelled', end_time = ?, held = NULL "
        "WHERE status IN ('queuing', 'requeuing') AND agent = ? RETURNING rollout_id",
        end_time, agent);
    return query.all([](const Query& row) { return row.text(0); });
  });
}

}  // namespace understudy::store
