// Old history goes in small steps, so that no turn waits for it.
#include "connection.hpp"
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
constexpr std::string_view old_rollouts[]{
    "DELETE FROM spans WHERE rowid IN (SELECT s.rowid FROM rollouts r CROSS JOIN spans s ON s.rollout_id = "
    "r.rollout_id WHERE r.end_time < ?1 / 1000.0 AND r.status IN ('succeeded', 'failed', 'cancelled') LIMIT "
    "?2)",
    "DELETE FROM attempts WHERE rowid IN (SELECT a.rowid FROM rollouts r CROSS JOIN attempts a ON "
    "a.rollout_id "
    "= r.rollout_id WHERE r.end_time < ?1 / 1000.0 AND r.status IN ('succeeded', 'failed', 'cancelled') "
    "LIMIT "
    "?2)",
    "DELETE FROM rollouts WHERE rollout_id IN (SELECT rollout_id FROM rollouts WHERE end_time < ?1 / 1000.0 "
    "AND status IN ('succeeded', 'failed', 'cancelled') ORDER BY end_time LIMIT ?2)",
};

}  // namespace

bool Store::retain(std::int64_t now_ms, const RetentionPolicy& policy, int max_rows) {
  auto& connection = *connection_;
  try {
    SQLite::Transaction transaction(connection.db, SQLite::TransactionBehavior::IMMEDIATE);
    int left = max_rows;
    const auto spend = [&](std::string_view sql, int days) {
      if (left <= 0) return;
      const auto before = connection.db.getTotalChanges();
      connection.query(sql).bind(now_ms - days * day_ms, left).run();
      left -= connection.db.getTotalChanges() - before;
    };
    for (const auto sql : old_events) spend(sql, policy.events_days);
    spend(old_usage, std::max(policy.events_days, 31));
    for (const auto sql : old_rollouts) spend(sql, policy.rollouts_days);
    transaction.commit();
    return left <= 0;
  } catch (const SQLite::Exception&) {
    return false;  // tried again at the next round
  }
}

}  // namespace understudy::store
