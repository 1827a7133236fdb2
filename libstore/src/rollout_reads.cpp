// Reads of single rollouts and of sums.
#include "clause.hpp"
#include "columns.hpp"
#include "reading.hpp"

namespace understudy::store {

std::optional<RolloutWithAttempt> Reader::rollout_with_attempt(const std::string& rollout_id) {
  return guarded([&]() -> std::optional<RolloutWithAttempt> {
    const ReadTransaction snapshot(*connection_);
    auto rollout = find_rollout(*connection_, rollout_id);
    if (!rollout) return std::nullopt;
    return RolloutWithAttempt{std::move(*rollout), find_latest_attempt(*connection_, rollout_id)};
  });
}

PollResult Reader::poll(const std::vector<std::string>& rollout_ids, const Visit<RolloutRow>& visit) {
  return guarded([&] {
    const ReadTransaction snapshot(*connection_);
    PollResult result;
    for (const auto& id : rollout_ids) {
      std::optional<RolloutStatus> status;
      {
        auto query = connection_->query("SELECT status FROM rollouts WHERE rollout_id = ?", id);
        if (query.next()) status = parse_rollout_status(query.text(0));
      }
      if (!status) continue;
      if (!is_finished(*status))
        result.open.push_back(id);
      else if (auto rollout = find_rollout(*connection_, id);
               rollout && !deliver(std::move(*rollout), result.finished, visit))
        break;
    }
    return result;
  });
}

Statistics Reader::statistics() {
  return guarded([&] {
    const ReadTransaction snapshot(*connection_);
    Statistics statistics;
    for (const auto status : all_rollout_statuses) {
      auto query = connection_->query("SELECT coalesce(sum(count), 0) FROM rollout_counts WHERE status = ?",
                                      to_string(status));
      const auto count = query.next() ? query.integer(0) : 0;
      statistics.rollouts_by_status.emplace_back(status, count);
      statistics.total_rollouts += count;
      if (is_queued(status)) statistics.queued += count;
    }
    for (const auto& managed : read_queue_counts(*connection_)) statistics.queued -= managed.count;
    auto counters = connection_->query("SELECT name, value FROM counters");
    while (counters.next()) {
      if (counters.text(0) == "attempts") statistics.total_attempts = counters.integer(1);
      if (counters.text(0) == "spans") statistics.total_spans = counters.integer(1);
    }
    auto few = connection_->query("SELECT (SELECT count(*) FROM resources), (SELECT count(*) FROM workers)");
    if (few.next()) {
      statistics.total_resources = few.integer(0);
      statistics.total_workers = few.integer(1);
    }
    auto oldest = connection_->query(
        "SELECT start_time FROM rollouts INDEXED BY rollouts_pooled WHERE status IN ('queuing', 'requeuing') "
        "AND agent IS NULL AND agent_type IS NULL ORDER BY queue_position LIMIT 1");
    if (oldest.next()) statistics.oldest_queued_at = oldest.real(0);
    return statistics;
  });
}

std::map<RolloutStatus, std::int64_t> Reader::ended_since(double since) {
  return guarded([&] {
    std::map<RolloutStatus, std::int64_t> counts;
    auto query = connection_->query(
        "SELECT status, count(*) FROM rollouts INDEXED BY rollouts_by_end WHERE end_time >= ? "
        "GROUP BY status",
        since);
    while (query.next())
      if (const auto status = parse_rollout_status(query.text(0))) counts[*status] = query.integer(1);
    return counts;
  });
}

std::optional<double> Reader::next_deadline() {
  return guarded([&]() -> std::optional<double> {
    auto query = connection_->query(
        "SELECT watch_at FROM rollouts INDEXED BY rollouts_watched WHERE watch_at IS NOT NULL "
        "ORDER BY watch_at LIMIT 1");
    return query.next() ? query.maybe_real(0) : std::nullopt;
  });
}

}  // namespace understudy::store
