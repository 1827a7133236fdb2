// Deletes old history in small steps, so that no turn waits for it.
#include <map>
#include <utility>
#include <vector>

#include "rollouts.hpp"
#include "understudy/store/store.hpp"

namespace understudy::store {

namespace {

constexpr std::int64_t day_ms = 86'400'000;

/// Each deletes at most ?2 rows older than ?1 (Unix milliseconds).
constexpr std::string_view old_events[]{
    "DELETE FROM event_log WHERE id IN (SELECT id FROM event_log WHERE ts < ?1 ORDER BY ts LIMIT ?2)",
    "DELETE FROM lifecycle_events WHERE id IN (SELECT id FROM lifecycle_events WHERE ts < ?1 ORDER BY ts "
    "LIMIT ?2)",
    // An agent's last row tells its tier at the beginning of any later window.
    "DELETE FROM agent_provider_events WHERE id IN (SELECT id FROM agent_provider_events e WHERE ts < ?1 AND "
    "EXISTS (SELECT 1 FROM agent_provider_events later WHERE later.agent = e.agent AND (later.ts, later.id) "
    "> (e.ts, e.id)) ORDER BY ts LIMIT ?2)",
    "DELETE FROM audit WHERE id IN (SELECT id FROM audit WHERE ts < ?1 ORDER BY ts LIMIT ?2)",
    "DELETE FROM outcomes WHERE (agent, task_id) IN (SELECT agent, task_id FROM outcomes WHERE ts < ?1 "
    "LIMIT ?2)",
};
constexpr int longest_usage_window_days = 31;
constexpr std::string_view old_usage =
    "DELETE FROM usage WHERE id IN (SELECT id FROM usage WHERE ts < ?1 ORDER BY ts LIMIT ?2)";
constexpr std::string_view old_rollouts =
    "SELECT number, rollout_id FROM rollouts INDEXED BY rollouts_by_end WHERE end_time < ?1 / 1000.0 "
    "AND status IN ('succeeded', 'failed', 'cancelled') ORDER BY end_time LIMIT ?2";
constexpr std::string_view delete_spans =
    "DELETE FROM spans WHERE number IN (SELECT number FROM spans WHERE rollout = ?1 LIMIT ?2) "
    "RETURNING attempt";
constexpr std::string_view delete_attempts =
    "DELETE FROM attempts WHERE number IN (SELECT number FROM attempts WHERE rollout_id = ?1 LIMIT ?2)";
constexpr std::string_view delete_rollout = "DELETE FROM rollouts WHERE number = ?1";
constexpr std::string_view old_versions_and_workers[]{
    "DELETE FROM resource_versions WHERE rowid IN (SELECT rowid FROM resource_versions "
    "WHERE superseded < ?1 / 1000.0 ORDER BY superseded LIMIT ?2)",
    "DELETE FROM workers WHERE number IN (SELECT number FROM workers WHERE seen < ?1 / 1000.0 ORDER BY seen "
    "LIMIT ?2)",
};
/// Clients repeat requests within a day.
constexpr std::string_view old_requests[]{
    "DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE given < ?1 / 1000.0 ORDER BY given "
    "LIMIT ?2)",
    "DELETE FROM stray_sequences WHERE rollout_id IN (SELECT rollout_id FROM stray_sequences "
    "WHERE asked < ?1 / 1000.0 ORDER BY asked LIMIT ?2)",
};

struct Deleted {
  int spans{0};
  int attempts{0};
  int rollouts{0};
  [[nodiscard]] int rows() const { return spans + attempts + rollouts; }
};

/// Keeps the count of spans in each attempt.
int remove_spans(Connection& connection, std::int64_t rollout, int max_rows) {
  std::map<std::int64_t, int> by_attempt;
  auto spans = connection.query(delete_spans, rollout, max_rows);
  int deleted = 0;
  for (; spans.next(); ++deleted) ++by_attempt[spans.integer(0)];
  for (const auto& [attempt, count] : by_attempt)
    connection.run("UPDATE attempts SET spans = spans - ? WHERE number = ?", count, attempt);
  return deleted;
}

/// One rollout after the other, so that no step searches what an earlier one emptied. What belongs to a
/// rollout is deleted before it, so that a step that stops in between leaves no orphans.
Deleted remove_rollouts(Connection& connection, std::int64_t older_than_ms, int max_rows) {
  if (max_rows <= 0) return {};
  std::vector<std::pair<std::int64_t, std::string>> old;
  {
    auto query = connection.query(old_rollouts, older_than_ms, max_rows);
    while (query.next()) old.emplace_back(query.integer(0), query.text(1));
  }
  Deleted deleted;
  for (const auto& [number, rollout_id] : old) {
    deleted.spans += remove_spans(connection, number, max_rows - deleted.rows());
    if (deleted.rows() < max_rows) {
      connection.run(delete_attempts, rollout_id, max_rows - deleted.rows());
      deleted.attempts += connection.db.getChanges();
    }
    if (deleted.rows() >= max_rows) break;
    connection.run(delete_rollout, number);
    ++deleted.rollouts;
  }
  return deleted;
}

}  // namespace

bool Store::prune(std::int64_t now_ms, const RetentionPolicy& policy, int max_rows) {
  auto& connection = *connection_;
  try {
    SQLite::Transaction transaction(connection.db, SQLite::TransactionBehavior::IMMEDIATE);
    int left = max_rows;
    const auto spend = [&](std::string_view sql, int days) {
      if (left <= 0) return 0;
      connection.run(sql, now_ms - days * day_ms, left);
      const int spent = connection.db.getChanges();
      left -= spent;
      return spent;
    };
    for (const auto sql : old_events) spend(sql, policy.events_days);
    spend(old_usage, std::max(policy.events_days, longest_usage_window_days));
    const auto deleted = remove_rollouts(connection, now_ms - policy.rollouts_days * day_ms, left);
    left -= deleted.rows();
    connection.counters.add(connection, Counter::spans, -deleted.spans);
    connection.counters.add(connection, Counter::attempts, -deleted.attempts);
    for (const auto sql : old_versions_and_workers) spend(sql, policy.rollouts_days);
    for (const auto sql : old_requests) spend(sql, 1);
    connection.counters.write(connection);
    transaction.commit();
    return left <= 0;
  } catch (const SQLite::Exception&) {
    connection.counters.forget();
    return false;  // the next round tries again
  }
}

}  // namespace understudy::store
