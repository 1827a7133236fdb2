// State: one row an instance, read at boot.
#include "columns.hpp"
#include "understudy/store/store.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::put_provider_state(const ProviderStateRow& row) {
  writing([&] {
    connection_
        ->query(
            "INSERT OR REPLACE INTO agent_provider_state (agent, type, current_tier, last_failover_at, "
            "last_failure_kind, paused, pause_reason, retry_at, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)")
        .bind(row.agent, row.type, row.current_tier, row.last_failover_at, row.last_failure_kind, row.paused,
              row.pause_reason, row.retry_at, row.extra)
        .run();
  });
}

void Transaction::put_container_state(const ContainerStateRow& row) {
  writing([&] {
    connection_->query("INSERT OR REPLACE INTO container_state (instance, state) VALUES (?, ?)")
        .bind(row.instance, row.state)
        .run();
  });
}

void Transaction::put_lifecycle_metrics(const MetricsRow& row) {
  writing([&] {
    connection_
        ->query(
            "INSERT OR REPLACE INTO lifecycle_metrics (instance, starts, stops, start_failures, "
            "stop_failures, crashes, idle_seconds_total, cold_start, last_event) VALUES (?, ?, ?, ?, ?, ?, "
            "?, ?, ?)")
        .bind(row.instance, row.starts, row.stops, row.start_failures, row.stop_failures, row.crashes,
              row.idle_seconds_total, row.cold_start, row.last_event)
        .run();
  });
}

void Transaction::erase_instance(const std::string& instance) {
  writing([&] {
    connection_->query("DELETE FROM agent_provider_state WHERE agent = ?").bind(instance).run();
    connection_->query("DELETE FROM container_state WHERE instance = ?").bind(instance).run();
    connection_->query("DELETE FROM lifecycle_metrics WHERE instance = ?").bind(instance).run();
    connection_->query("DELETE FROM outcomes WHERE agent = ?").bind(instance).run();
    // An account that it has for itself ends with its name.
    connection_
        ->query(
            "DELETE FROM provider_health WHERE (scope = 'agent' AND who = ?1) "
            "OR substr(account, -length(?1) - 1) = ':' || ?1")
        .bind(instance)
        .run();
  });
}

void Transaction::put_setting(const std::string& key, const std::string& value) {
  writing([&] {
    connection_->query("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)").bind(key, value).run();
  });
}

std::optional<std::string> Transaction::past_outcome(const std::string& agent, const std::string& task_id) {
  return guarded([&]() -> std::optional<std::string> {
    auto query = connection_->query("SELECT answer FROM outcomes WHERE agent = ? AND task_id = ?");
    query.bind(agent, task_id);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
  });
}

void Transaction::remember_outcome(const std::string& agent, const std::string& task_id, std::int64_t ts,
                                   const std::string& answer) {
  writing([&] {
    connection_->query("INSERT OR IGNORE INTO outcomes (agent, task_id, ts, answer) VALUES (?, ?, ?, ?)")
        .bind(agent, task_id, ts, answer)
        .run();
  });
}

namespace {

std::vector<ProviderStateRow> provider_states(Connection& connection) {
  std::vector<ProviderStateRow> rows;
  auto query = connection.query(
      "SELECT agent, type, current_tier, last_failover_at, last_failure_kind, paused, pause_reason, "
      "retry_at, extra FROM agent_provider_state");
  while (query.next())
    rows.push_back({.agent = query.text(0),
                    .type = query.text(1),
                    .current_tier = query.integer(2),
                    .last_failover_at = query.maybe_integer(3),
                    .last_failure_kind = query.maybe_text(4),
                    .paused = query.integer(5) != 0,
                    .pause_reason = query.maybe_text(6),
                    .retry_at = query.maybe_integer(7),
                    .extra = query.text(8)});
  return rows;
}

std::vector<MetricsRow> metrics(Connection& connection) {
  std::vector<MetricsRow> rows;
  auto query = connection.query(
      "SELECT instance, starts, stops, start_failures, stop_failures, crashes, idle_seconds_total, "
      "cold_start, last_event FROM lifecycle_metrics");
  while (query.next())
    rows.push_back({.instance = query.text(0),
                    .starts = query.integer(1),
                    .stops = query.integer(2),
                    .start_failures = query.integer(3),
                    .stop_failures = query.integer(4),
                    .crashes = query.integer(5),
                    .idle_seconds_total = query.integer(6),
                    .cold_start = query.text(7),
                    .last_event = query.text(8)});
  return rows;
}

std::vector<ProviderHealthRow> provider_health(Connection& connection) {
  std::vector<ProviderHealthRow> rows;
  auto query = connection.query("SELECT account, scope, model, who, entry FROM provider_health");
  while (query.next())
    rows.push_back({query.text(0), query.text(1), query.text(2), query.text(3), query.text(4)});
  return rows;
}

/// Of managed rollouts only: the daemon looks after those.
std::vector<UnfinishedAttempt> unfinished(Connection& connection) {
  std::vector<UnfinishedAttempt> rows;
  auto query = connection.query(
      "SELECT " UNDERSTUDY_ATTEMPT_COLUMNS ", " UNDERSTUDY_ROLLOUT_COLUMNS
      " FROM attempts a INDEXED BY attempts_unfinished CROSS JOIN rollouts r ON r.rollout_id = a.rollout_id "
      "CROSS JOIN rollout_inputs i ON i.number = r.number "
      "WHERE a.managed = 1 AND a.status IN ('preparing', 'running', 'unresponsive') ORDER BY a.rollout_id");
  while (query.next()) rows.push_back({read_attempt(query), read_rollout(query, attempt_column_count)});
  return rows;
}

}  // namespace

std::expected<BootState, OpenError> Store::load_boot_state() {
  try {
    BootState state{.provider_states = provider_states(*connection_),
                    .provider_health = provider_health(*connection_),
                    .metrics = metrics(*connection_),
                    .unfinished = unfinished(*connection_)};
    auto containers = connection_->query("SELECT instance, state FROM container_state");
    while (containers.next()) state.container_states.push_back({containers.text(0), containers.text(1)});
    auto latest = connection_->query("SELECT seq FROM sqlite_sequence WHERE name = 'event_log'");
    if (latest.next()) state.last_event_id = latest.integer(0);
    return state;
  } catch (const SQLite::Exception& failure) {
    return std::unexpected(open_error(connection_->path, failure));
  }
}

}  // namespace understudy::store
