// Single answers about rollouts.
#include "clause.hpp"
#include "looking.hpp"
#include "rows.hpp"

namespace understudy::store {

std::optional<RolloutWithAttempt> Reader::attempted(const std::string& rollout_id) {
  return guarded([&]() -> std::optional<RolloutWithAttempt> {
    const ReadTransaction moment(*connection_);
    auto rollout = find_rollout(*connection_, rollout_id);
    if (!rollout) return std::nullopt;
    return RolloutWithAttempt{std::move(*rollout), find_latest_attempt(*connection_, rollout_id)};
  });
}

Waited Reader::waited(const std::vector<std::string>& rollout_ids, const Visit<RolloutRow>& visit) {
  return guarded([&] {
    const ReadTransaction moment(*connection_);
    Waited waited;
    for (const auto& id : rollout_ids) {
      std::optional<RolloutStatus> status;
      {
        auto query = connection_->query("SELECT status FROM rollouts WHERE rollout_id = ?");
        query.bind(id);
        if (query.next()) status = rollout_status(query.text(0));
      }
      if (!status) continue;
      if (!is_finished(*status))
        waited.open.push_back(id);
      else if (auto rollout = find_rollout(*connection_, id)) {
        if (!visit)
          waited.finished.push_back(std::move(*rollout));
        else if (!visit(*rollout))
          break;
      }
    }
    return waited;
  });
}

Statistics Reader::statistics() {
  return guarded([&] {
    const ReadTransaction moment(*connection_);
    Statistics statistics;
    for (const auto status : all_rollout_statuses) {
      auto query = connection_->query("SELECT coalesce(sum(count), 0) FROM rollout_counts WHERE status = ?");
      query.bind(to_string(status));
      const auto count = query.next() ? query.integer(0) : 0;
      statistics.rollouts_by_status.emplace_back(to_string(status), count);
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

std::vector<std::pair<std::string, std::int64_t>> Reader::ended_since(double moment) {
  return guarded([&] {
    std::vector<std::pair<std::string, std::int64_t>> counts;
    auto query = connection_->query(
        "SELECT status, count(*) FROM rollouts INDEXED BY rollouts_by_end WHERE end_time >= ? GROUP BY "
        "status");
    query.bind(moment);
    while (query.next()) counts.emplace_back(query.text(0), query.integer(1));
    return counts;
  });
}

std::optional<double> Reader::next_watch() {
  return guarded([&]() -> std::optional<double> {
    auto query = connection_->query(
        "SELECT watch_at FROM rollouts INDEXED BY rollouts_watched WHERE watch_at IS NOT NULL "
        "ORDER BY watch_at LIMIT 1");
    return query.next() ? query.maybe_real(0) : std::nullopt;
  });
}

}  // namespace understudy::store
