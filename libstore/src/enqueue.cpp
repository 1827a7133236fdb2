// Rollouts that are enqueued, and handed out to runners.
#include "columns.hpp"
#include "rollouts.hpp"
#include "writing.hpp"

namespace understudy::store {

namespace {

/// With what the client left open: the agent that its metadata names, the latest resources.
NewRollout with_defaults(Connection& connection, const NewRollout& rollout) {
  auto complete = rollout;
  if (!rollout.agent && !rollout.agent_type) {
    auto binding = binding_of(connection, rollout.metadata);
    complete.agent = std::move(binding.agent);
    complete.agent_type = std::move(binding.agent_type);
  }
  if (!rollout.resources_id) {
    auto query = connection.query("SELECT resources_id FROM resources ORDER BY place DESC LIMIT 1");
    if (query.next()) complete.resources_id = query.text(0);
  }
  return complete;
}

RolloutWithAttempt begin(Connection& connection, RolloutRow row, const std::string& attempt_id,
                         const std::optional<std::string>& worker_id, double now) {
  const Rollout rollout{.number = row.number,
                        .rollout_id = row.rollout_id,
                        .attempts = row.attempts,
                        .managed = row.agent || row.agent_type,
                        .config = row.config};
  auto attempt = begin_attempt(connection, rollout, attempt_id, worker_id, now);
  row.status = RolloutStatus::preparing;
  row.attempts = attempt.sequence_id;
  row.attempt_id = attempt.attempt_id;
  return {std::move(row), std::move(attempt)};
}

std::optional<RolloutRow> first_in_line(Connection& connection) {
  auto query = connection.query(
      "SELECT " UNDERSTUDY_ROLLOUT_COLUMNS " FROM " UNDERSTUDY_ROLLOUT_TABLES
      " WHERE r.number = (SELECT number FROM rollouts INDEXED BY rollouts_pooled WHERE status IN "
      "('queuing', 'requeuing') AND agent IS NULL AND agent_type IS NULL ORDER BY queue_position LIMIT 1)");
  return query.next() ? std::optional(read_rollout(query)) : std::nullopt;
}

}  // namespace

RolloutRow Transaction::enqueue(const NewRollout& rollout) {
  return writing(
      [&] { return insert(*connection_, with_defaults(*connection_, rollout), RolloutStatus::queuing); });
}

RolloutWithAttempt Transaction::start_rollout(const NewRollout& rollout, const std::string& attempt_id,
                                              const std::optional<std::string>& worker_id) {
  return writing([&] {
    auto row = insert(*connection_, with_defaults(*connection_, rollout), RolloutStatus::preparing);
    auto started = begin(*connection_, std::move(row), attempt_id, worker_id, rollout.start_time);
    if (worker_id)
      update_worker(*connection_, *worker_id, *started.attempt, Dequeued::no, rollout.start_time);
    return started;
  });
}

std::expected<RolloutWithAttempt, RolloutError> Transaction::start_attempt(
    const std::string& rollout_id, const std::string& attempt_id, const std::optional<std::string>& worker_id,
    double now) {
  return writing([&]() -> std::expected<RolloutWithAttempt, RolloutError> {
    auto rollout = find_rollout(*connection_, rollout_id);
    if (!rollout) return std::unexpected(RolloutError::no_rollout);
    if (!accepts_attempt(rollout->status)) return std::unexpected(RolloutError::cancelled);
    auto started = begin(*connection_, std::move(*rollout), attempt_id, worker_id, now);
    if (worker_id) update_worker(*connection_, *worker_id, *started.attempt, Dequeued::no, now);
    return started;
  });
}

std::vector<RolloutWithAttempt> Transaction::dequeue(const Dequeue& wanted, double now) {
  if (wanted.limit <= 0) return {};
  return writing([&] {
    std::vector<RolloutWithAttempt> taken;
    std::size_t bytes = 0;
    while (static_cast<std::int64_t>(taken.size()) < wanted.limit && bytes < wanted.max_bytes) {
      auto first = first_in_line(*connection_);
      if (!first) break;
      bytes += first->input.size() + first->metadata.size();
      taken.push_back(begin(*connection_, std::move(*first), wanted.new_attempt_id(), wanted.worker_id, now));
    }
    if (!wanted.worker_id || (taken.empty() && wanted.continued)) return taken;
    if (taken.empty())
      set_worker_idle(*connection_, *wanted.worker_id, now);
    else
      update_worker(*connection_, *wanted.worker_id, *taken.back().attempt, Dequeued::yes, now);
    return taken;
  });
}

}  // namespace understudy::store
