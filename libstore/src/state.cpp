// State: one row an instance, read at boot.
#include "columns.hpp"
#include "understudy/store/store.hpp"
#include "writing.hpp"

namespace understudy::store {

void Transaction::put_provider_state(const ProviderStateRow& row) {
  write(
      "INSERT OR REPLACE INTO agent_provider_state (agent, type, current_tier, last_failover_at, "
      "last_failure_kind, paused, pause_reason, retry_at, extra) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
      row.agent, row.type, row.current_tier, row.last_failover_at, row.last_failure_kind, row.paused,
      row.pause_reason, row.retry_at, row.extra);
}

void Transaction::put_container_state(const ContainerStateRow& row) {
  write("INSERT OR REPLACE INTO container_state (instance, state) VALUES (?, ?)", row.instance, row.state);
}

void Transaction::put_lifecycle_metrics(const MetricsRow& row) {
  write(
      "INSERT OR REPLACE INTO lifecycle_metrics (instance, starts, stops, start_failures, "
      "stop_failures, crashes, idle_seconds_total, cold_start, last_event) VALUES (?, ?, ?, ?, ?, ?, ?, ?, "
      "?)",
      row.instance, row.starts, row.stops, row.start_failures, row.stop_failures, row.crashes,
      row.idle_seconds_total, row.cold_start, row.last_event);
}

void Transaction::erase_instance(const std::string& instance) {
  writing([&] {
    connection_->run("DELETE FROM agent_provider_state WHERE agent = ?", instance);
    connection_->run("DELETE FROM container_state WHERE instance = ?", instance);
    connection_->run("DELETE FROM lifecycle_metrics WHERE instance = ?", instance);
    connection_->run("DELETE FROM outcomes WHERE agent = ?", instance);
    // An account that it has for itself ends with its name.
    connection_->run(
        "DELETE FROM provider_health WHERE (scope = 'agent' AND who = ?1) "
        "OR substr(account, -length(?1) - 1) = ':' || ?1",
        instance);
  });
}

void Transaction::put_setting(const std::string& key, const std::string& value) {
  write("INSERT OR REPLACE INTO settings (key, value) VALUES (?, ?)", key, value);
}

std::optional<std::string> Transaction::past_outcome(const std::string& agent, const std::string& task_id) {
  return guarded([&]() -> std::optional<std::string> {
    auto query =
        connection_->query("SELECT answer FROM outcomes WHERE agent = ? AND task_id = ?", agent, task_id);
    return query.next() ? std::optional(query.text(0)) : std::nullopt;
  });
}

void Transaction::remember_outcome(const std::string& agent, const std::string& task_id, std::int64_t ts,
                                   const std::string& answer) {
  write("INSERT OR IGNORE INTO outcomes (agent, task_id, ts, answer) VALUES (?, ?, ?, ?)", agent, task_id, ts,
        answer);
}

std::optional<PastAnswer> Transaction::past_answer(const std::string& idempotency_key) {
  return guarded([&]() -> std::optional<PastAnswer> {
    auto query =
        connection_->query("SELECT request, answer FROM answers WHERE idempotency_key = ?", idempotency_key);
    return query.next() ? std::optional(PastAnswer{query.text(0), query.text(1)}) : std::nullopt;
  });
}

void Transaction::remember_answer(const std::string& idempotency_key, const PastAnswer& answer, double now) {
  write("INSERT OR IGNORE INTO answers (idempotency_key, given, request, answer) VALUES (?, ?, ?, ?)",
        idempotency_key, now, answer.request, answer.answer);
}

namespace {

std::vector<ProviderStateRow> provider_states(Connection& connection) {
  auto query = connection.query(
      "SELECT agent, type, current_tier, last_failover_at, last_failure_kind, paused, pause_reason, "
      "retry_at, extra FROM agent_provider_state");
  return query.all([](const Query& row) {
    return ProviderStateRow{.agent = row.text(0),
                            .type = row.text(1),
                            .current_tier = row.integer(2),
                            .last_failover_at = row.maybe_integer(3),
                            .last_failure_kind = row.maybe_text(4),
                            .paused = row.integer(5) != 0,
                            .pause_reason = row.maybe_text(6),
                            .retry_at = row.maybe_integer(7),
                            .extra = row.text(8)};
  });
}

std::vector<MetricsRow> metrics(Connection& connection) {
  auto query = connection.query(
      "SELECT instance, starts, stops, start_failures, stop_failures, crashes, idle_seconds_total, "
      "cold_start, last_event FROM lifecycle_metrics");
  return query.all([](const Query& row) {
    return MetricsRow{.instance = row.text(0),
                      .starts = row.integer(1),
                      .stops = row.integer(2),
                      .start_failures = row.integer(3),
                      .stop_failures = row.integer(4),
                      .crashes = row.integer(5),
                      .idle_seconds_total = row.integer(6),
                      .cold_start = row.text(7),
                      .last_event = row.text(8)};
  });
}

std::vector<ProviderHealthRow> provider_health(Connection& connection) {
  return connection.query("SELECT account, scope, model, who, entry FROM provider_health")
      .all([](const Query& row) {
        return ProviderHealthRow{row.text(0), row.text(1), row.text(2), row.text(3), row.text(4)};
      });
}

/// Of managed rollouts only: the daemon looks after those.
std::vector<UnfinishedAttempt> unfinished(Connection& connection) {
  auto query = connection.query(
      "SELECT " UNDERSTUDY_ATTEMPT_COLUMNS ", " UNDERSTUDY_ROLLOUT_COLUMNS
      " FROM attempts a INDEXED BY attempts_unfinished CROSS JOIN rollouts r ON r.rollout_id = a.rollout_id "
      "CROSS JOIN rollout_inputs i ON i.number = r.number "
      "WHERE a.managed = 1 AND a.status IN ('preparing', 'running', 'unresponsive') ORDER BY a.rollout_id");
  return query.all([](const Query& row) {
    return UnfinishedAttempt{read_attempt(row), read_rollout(row, attempt_column_count)};
  });
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
