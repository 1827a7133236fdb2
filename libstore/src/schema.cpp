#include "schema.hpp"

namespace understudy::store {

namespace {

constexpr const char* schema_v1 = R"sql(
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

-- State: one row an instance, read at boot.
CREATE TABLE agent_provider_state (
  agent TEXT PRIMARY KEY, type TEXT NOT NULL, current_tier INTEGER NOT NULL, last_failover_at INTEGER,
  last_failure_kind TEXT, paused INTEGER NOT NULL, pause_reason TEXT, retry_at INTEGER,
  extra TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE container_state (instance TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE lifecycle_metrics (
  instance TEXT PRIMARY KEY, starts INTEGER NOT NULL, stops INTEGER NOT NULL, start_failures INTEGER NOT NULL,
  stop_failures INTEGER NOT NULL, crashes INTEGER NOT NULL, idle_seconds_total INTEGER NOT NULL,
  cold_start TEXT NOT NULL, last_event TEXT NOT NULL) WITHOUT ROWID;

-- History: appended, never read at boot. AUTOINCREMENT: an id is never used again, also after retention.
CREATE TABLE agent_provider_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, agent TEXT NOT NULL, from_tier INTEGER NOT NULL,
  to_tier INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, rollout_id TEXT, attempt_id TEXT);
CREATE INDEX agent_provider_events_by_agent ON agent_provider_events (agent, ts, id);
CREATE INDEX agent_provider_events_by_ts ON agent_provider_events (ts);
CREATE TABLE event_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, type TEXT NOT NULL, instance TEXT,
  summary TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX event_log_by_instance ON event_log (instance, id);
CREATE INDEX event_log_by_ts ON event_log (ts);
CREATE TABLE lifecycle_events (
  id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, instance TEXT NOT NULL, type TEXT NOT NULL, latency_ms INTEGER,
  idle_seconds INTEGER, summary TEXT NOT NULL, detail TEXT NOT NULL);
CREATE INDEX lifecycle_events_by_instance ON lifecycle_events (instance, ts, id);
CREATE INDEX lifecycle_events_by_ts ON lifecycle_events (ts);
CREATE TABLE usage (
  id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, type TEXT NOT NULL, instance TEXT NOT NULL, tier INTEGER NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
  rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL);
CREATE INDEX usage_by_tier ON usage (type, provider, model, ts, input_tokens, output_tokens);
CREATE INDEX usage_by_ts ON usage (ts);
CREATE TABLE outcomes (
  agent TEXT NOT NULL, task_id TEXT NOT NULL, ts INTEGER NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (agent, task_id)) WITHOUT ROWID;
CREATE INDEX outcomes_by_ts ON outcomes (ts);

-- Tasks. `agent` and `agent_type` are those of a managed task's metadata.
CREATE TABLE rollouts (
  rollout_id TEXT PRIMARY KEY, input TEXT NOT NULL, start_time REAL NOT NULL, end_time REAL, mode TEXT,
  resources_id TEXT, status TEXT NOT NULL, config TEXT NOT NULL, metadata TEXT NOT NULL, agent TEXT,
  agent_type TEXT, not_before_ms INTEGER NOT NULL DEFAULT 0, queue_position INTEGER NOT NULL,
  retry TEXT NOT NULL DEFAULT '{}');
CREATE INDEX rollouts_by_position ON rollouts (queue_position);
CREATE INDEX rollouts_by_start ON rollouts (start_time);
CREATE INDEX rollouts_by_end ON rollouts (end_time) WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_bound ON rollouts (agent, queue_position, not_before_ms, agent_type, start_time)
  WHERE status IN ('queuing', 'requeuing') AND agent IS NOT NULL;
CREATE INDEX rollouts_pooled ON rollouts (agent_type, queue_position, not_before_ms, start_time)
  WHERE status IN ('queuing', 'requeuing') AND agent IS NULL;
CREATE INDEX rollouts_delayed ON rollouts (not_before_ms) WHERE status IN ('queuing', 'requeuing');
CREATE TABLE attempts (
  rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL, sequence_id INTEGER NOT NULL, start_time REAL NOT NULL,
  end_time REAL, status TEXT NOT NULL, worker_id TEXT, last_heartbeat_time REAL, metadata TEXT,
  PRIMARY KEY (rollout_id, attempt_id));
CREATE UNIQUE INDEX attempts_by_sequence ON attempts (rollout_id, sequence_id);
CREATE INDEX attempts_unfinished ON attempts (rollout_id)
  WHERE status IN ('preparing', 'running', 'unresponsive');

CREATE TABLE spans (
  rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL, sequence_id INTEGER NOT NULL, trace_id TEXT NOT NULL,
  span_id TEXT NOT NULL, parent_id TEXT, name TEXT NOT NULL, status TEXT NOT NULL, attributes TEXT NOT NULL,
  events TEXT NOT NULL, links TEXT NOT NULL, start_time REAL, end_time REAL, context TEXT, parent TEXT,
  resource TEXT NOT NULL, PRIMARY KEY (rollout_id, attempt_id, span_id));
CREATE INDEX spans_by_sequence ON spans (rollout_id, attempt_id, sequence_id);
CREATE TABLE resources (
  resources_id TEXT PRIMARY KEY, version INTEGER NOT NULL, create_time REAL NOT NULL, update_time REAL NOT NULL,
  resources TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE workers (
  worker_id TEXT PRIMARY KEY, status TEXT NOT NULL, heartbeat_stats TEXT, last_heartbeat_time REAL,
  last_dequeue_time REAL, last_busy_time REAL, last_idle_time REAL, current_rollout_id TEXT,
  current_attempt_id TEXT) WITHOUT ROWID;
)sql";

// Indexes of orders contain the filters too, and events of providers have their own index.
constexpr const char* schema_v3 = R"sql(
-- Lists of those that have ended rely on it.
UPDATE rollouts SET end_time = start_time
  WHERE end_time IS NULL AND status IN ('failed', 'succeeded', 'cancelled');

-- Some rollouts have hundreds of thousands of spans: a page of them counts none.
ALTER TABLE attempts ADD COLUMN spans INTEGER NOT NULL DEFAULT 0;
UPDATE attempts SET spans = (SELECT count(*) FROM spans s WHERE s.attempt = attempts.number);

-- The status of what has ended hardly changes: it costs no write to keep it here.
DROP INDEX rollouts_by_end;
DROP INDEX rollouts_by_duration;
CREATE INDEX rollouts_by_end ON rollouts (end_time, start_time, status, mode) WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_by_duration ON rollouts (end_time - start_time, start_time, status, mode)
  WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_open ON rollouts (start_time, mode) WHERE end_time IS NULL;

-- Few among the rollouts' events; the dashboard asks for a day of them.
CREATE INDEX event_log_of_providers ON event_log (id) WHERE type >= 'provider.' AND type < 'provider/';
)sql";

// Named tokens and the audit log.
constexpr const char* schema_v4 = R"sql(
-- Named tokens. Of the token itself only its hash is known.
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER, last_used INTEGER) WITHOUT ROWID;

CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, actor TEXT NOT NULL, peer TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, result TEXT NOT NULL);
CREATE INDEX audit_by_ts ON audit (ts);
)sql";

constexpr const char* all[]{schema_v1, schema_v2, schema_v3, schema_v4, schema_v5};

}  // namespace

std::span<const char* const> migrations() {
  return all;
}

}  // namespace understudy::store
