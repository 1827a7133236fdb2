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
constexpr std::string_view old_rollouts =
    "DELETE FROM rollouts WHERE rollout_id IN (SELECT rollout_id FROM rollouts WHERE end_time < ?1 / 1000.0 "
    "AND status IN ('succeeded', 'failed', 'cancelled') ORDER BY end_time LIMIT ?2) RETURNING rollout_id";

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
    if (left > 0) {
      std::vector<std::string> gone;
      {
        auto query = connection.query(old_rollouts);
        query.bind(now_ms - policy.rollouts_days * day_ms, left);
        while (query.next()) gone.push_back(query.text(0));
      }
      for (const auto& id : gone) {
        connection.query("DELETE FROM attempts WHERE rollout_id = ?").bind(id).run();
        connection.query("DELETE FROM spans WHERE rollout_id = ?").bind(id).run();
      }
      left -= static_cast<int>(gone.size());
    }
    transaction.commit();
    return left <= 0;
  } catch (const SQLite::Exception&) {
    return false;  // tried again at the next round
  }
}

}  // namespace understudy::store
