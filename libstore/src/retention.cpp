// Old history goes in small steps, so that no turn waits for it.
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
    // The last row of an agent tells its tier at the beginning of any later window.
    "DELETE FROM agent_provider_events WHERE id IN (SELECT id FROM agent_provider_events e WHERE ts < ?1 AND "
    "EXISTS "
    "(SELECT 1 FROM agent_provider_events later WHERE later.agent = e.agent AND (later.ts, later.id) > "
    "(e.ts, e.id)) "
    "ORDER BY ts LIMIT ?2)",
    "DELETE FROM outcomes WHERE (agent, task_id) IN (SELECT agent, task_id FROM outcomes WHERE ts < ?1 LIMIT "
    "?2)",
};
/// The longest usage window is a month.
constexpr std::string_view old_usage =
    "DELETE FROM usage WHERE id IN (SELECT id FROM usage WHERE ts < ?1 ORDER BY ts LIMIT ?2)";
/// What belongs to a rollout goes before it, so that a step that stops in between leaves nothing orphaned.
constexpr std::string_view old_spans =
    "DELETE FROM spans WHERE number IN (SELECT s.number FROM rollouts r INDEXED BY rollouts_by_end "
    "CROSS JOIN spans s ON s.rollout = r.number WHERE r.end_time < ?1 / 1000.0 "
    "AND r.status IN ('succeeded', 'failed', 'cancelled') LIMIT ?2)";
constexpr std::string_view old_attempts =
    "DELETE FROM attempts WHERE number IN (SELECT a.number FROM rollouts r INDEXED BY rollouts_by_end "
    "CROSS JOIN attempts a ON a.rollout_id = r.rollout_id WHERE r.end_time < ?1 / 1000.0 "
    "AND r.status IN ('succeeded', 'failed', 'cancelled') LIMIT ?2)";
constexpr std::string_view old_rollouts[]{
    "DELETE FROM rollouts WHERE number IN (SELECT number FROM rollouts INDEXED BY rollouts_by_end "
    "WHERE end_time < ?1 / 1000.0 AND status IN ('succeeded', 'failed', 'cancelled') ORDER BY end_time "
    "LIMIT ?2)",
    "DELETE FROM resource_versions WHERE rowid IN (SELECT rowid FROM resource_versions "
    "WHERE superseded < ?1 / 1000.0 ORDER BY superseded LIMIT ?2)",
    "DELETE FROM workers WHERE number IN (SELECT number FROM workers WHERE seen < ?1 / 1000.0 ORDER BY seen "
    "LIMIT ?2)",
};
/// Nobody asks again after a day.
constexpr std::string_view old_requests[]{
    "DELETE FROM answers WHERE rowid IN (SELECT rowid FROM answers WHERE given < ?1 / 1000.0 ORDER BY given "
    "LIMIT ?2)",
    "DELETE FROM stray_sequences WHERE rollout_id IN (SELECT rollout_id FROM stray_sequences "
    "WHERE asked < ?1 / 1000.0 ORDER BY asked LIMIT ?2)",
};

}  // namespace

bool Store::retain(std::int64_t now_ms, const RetentionPolicy& policy, int max_rows) {
  auto& connection = *connection_;
  try {
    SQLite::Transaction transaction(connection.db, SQLite::TransactionBehavior::IMMEDIATE);
    int left = max_rows;
    const auto spend = [&](std::string_view sql, int days) {
      if (left <= 0) return 0;
      connection.query(sql).bind(now_ms - days * day_ms, left).run();
      const int spent = connection.db.getChanges();
      left -= spent;
      return spent;
    };
    for (const auto sql : old_events) spend(sql, policy.events_days);
    spend(old_usage, std::max(policy.events_days, 31));
    count(connection, "spans", -spend(old_spans, policy.rollouts_days));
    count(connection, "attempts", -spend(old_attempts, policy.rollouts_days));
    for (const auto sql : old_rollouts) spend(sql, policy.rollouts_days);
    for (const auto sql : old_requests) spend(sql, 1);
    transaction.commit();
    return left <= 0;
  } catch (const SQLite::Exception&) {
    return false;  // tried again at the next round
  }
}

}  // namespace understudy::store
