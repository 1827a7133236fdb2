// Version 2, for clients of the rollout store: large columns have their own table, each order of a list has
// an index, and counts are maintained by triggers.
#include "schema.hpp"

namespace understudy::store {

extern const char schema_v2[] = R"sql(
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO counters SELECT 'queue_position', coalesce(max(queue_position), 0) FROM rollouts;
INSERT INTO counters SELECT 'attempts', count(*) FROM attempts;
INSERT INTO counters VALUES ('resources_place', 0);

-- `number` is the order of creation. The latest attempt is told here too: lists are sorted by it.
CREATE TABLE new_rollouts (
  number INTEGER PRIMARY KEY, status TEXT NOT NULL, start_time REAL NOT NULL, end_time REAL, mode TEXT,
  resources_id TEXT, agent TEXT, agent_type TEXT, not_before_ms INTEGER NOT NULL DEFAULT 0,
  queue_position INTEGER NOT NULL, attempt_id TEXT, attempts INTEGER NOT NULL DEFAULT 0, worker_id TEXT,
  last_heartbeat_time REAL, watch_at REAL, last_span INTEGER NOT NULL DEFAULT 0,
  rollout_id TEXT NOT NULL UNIQUE, retry TEXT NOT NULL DEFAULT '{}', config TEXT NOT NULL,
  metadata TEXT NOT NULL);
CREATE TABLE rollout_inputs (number INTEGER PRIMARY KEY, input TEXT NOT NULL);
INSERT INTO new_rollouts (number, status, start_time, end_time, mode, resources_id, agent, agent_type,
    not_before_ms, queue_position, attempt_id, attempts, worker_id, last_heartbeat_time, rollout_id, retry,
    config, metadata)
  SELECT r.rowid, r.status, r.start_time, r.end_time, r.mode, r.resources_id, r.agent, r.agent_type,
    r.not_before_ms, r.queue_position, a.attempt_id, coalesce(a.sequence_id, 0), a.worker_id,
    a.last_heartbeat_time, r.rollout_id, r.retry, r.config, r.metadata
  FROM rollouts r LEFT JOIN attempts a ON a.rollout_id = r.rollout_id AND a.sequence_id =
    (SELECT max(sequence_id) FROM attempts WHERE rollout_id = r.rollout_id) ORDER BY r.rowid;
INSERT INTO rollout_inputs SELECT rowid, input FROM rollouts ORDER BY rowid;

CREATE TABLE new_attempts (
  number INTEGER PRIMARY KEY, rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL, sequence_id INTEGER NOT NULL,
  start_time REAL NOT NULL, end_time REAL, status TEXT NOT NULL, worker_id TEXT, last_heartbeat_time REAL,
  managed INTEGER NOT NULL DEFAULT 0, metadata TEXT, UNIQUE (rollout_id, attempt_id));
INSERT INTO new_attempts SELECT a.rowid, a.rollout_id, a.attempt_id, a.sequence_id, a.start_time, a.end_time,
    a.status, a.worker_id, a.last_heartbeat_time,
    coalesce((SELECT r.agent IS NOT NULL OR r.agent_type IS NOT NULL FROM rollouts r
              WHERE r.rollout_id = a.rollout_id), 0), a.metadata
  FROM attempts a ORDER BY a.rowid;

-- Of an attempt: `rollout` and `attempt` are the numbers of theirs.
CREATE TABLE new_spans (
  number INTEGER PRIMARY KEY, rollout INTEGER NOT NULL, attempt INTEGER NOT NULL, sequence_id INTEGER NOT NULL,
  start_time REAL, end_time REAL, status_code TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT,
  trace_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, context TEXT, parent TEXT,
  extra TEXT NOT NULL DEFAULT '', resource TEXT NOT NULL, events TEXT NOT NULL, links TEXT NOT NULL,
  attributes TEXT NOT NULL);
INSERT INTO new_spans SELECT s.rowid, r.rowid, a.rowid, s.sequence_id, s.start_time, s.end_time,
    CASE WHEN json_valid(s.status) THEN coalesce(s.status ->> '$.status_code', 'UNSET') ELSE 'UNSET' END,
    s.span_id, s.parent_id, s.trace_id, s.name, s.status, s.context, s.parent, '', s.resource, s.events,
    s.links, s.attributes
  FROM spans s JOIN rollouts r ON r.rollout_id = s.rollout_id
    JOIN attempts a ON a.rollout_id = s.rollout_id AND a.attempt_id = s.attempt_id ORDER BY s.rowid;
UPDATE new_rollouts SET last_span =
  coalesce((SELECT max(0, max(sequence_id)) FROM spans WHERE rollout_id = new_rollouts.rollout_id), 0);

CREATE TABLE new_resources (
  number INTEGER PRIMARY KEY, resources_id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  create_time REAL NOT NULL, update_time REAL NOT NULL, place INTEGER NOT NULL DEFAULT 0,
  resources TEXT NOT NULL);
INSERT INTO new_resources (resources_id, version, create_time, update_time, resources)
  SELECT resources_id, version, create_time, update_time, resources FROM resources ORDER BY create_time;
CREATE TABLE new_workers (
  number INTEGER PRIMARY KEY, worker_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, heartbeat_stats TEXT,
  last_heartbeat_time REAL, last_dequeue_time REAL, last_busy_time REAL, last_idle_time REAL,
  current_rollout_id TEXT, current_attempt_id TEXT, seen REAL NOT NULL, stale INTEGER NOT NULL DEFAULT 0);
INSERT INTO new_workers (worker_id, status, heartbeat_stats, last_heartbeat_time, last_dequeue_time,
    last_busy_time, last_idle_time, current_rollout_id, current_attempt_id, seen)
  SELECT *, max(coalesce(last_heartbeat_time, 0), coalesce(last_dequeue_time, 0), coalesce(last_busy_time, 0),
    coalesce(last_idle_time, 0)) FROM workers;

DROP TABLE rollouts;
DROP TABLE attempts;
DROP TABLE spans;
DROP TABLE resources;
DROP TABLE workers;
ALTER TABLE new_rollouts RENAME TO rollouts;
ALTER TABLE new_attempts RENAME TO attempts;
ALTER TABLE new_spans RENAME TO spans;
ALTER TABLE new_resources RENAME TO resources;
ALTER TABLE new_workers RENAME TO workers;

-- Every order of the list; a null comes first and keeps the order of creation.
CREATE INDEX rollouts_by_start ON rollouts (start_time);
CREATE INDEX rollouts_by_status ON rollouts (status, start_time, mode);
CREATE INDEX rollouts_by_end ON rollouts (end_time, start_time);
CREATE INDEX rollouts_by_mode ON rollouts (mode, start_time);
CREATE INDEX rollouts_by_resources ON rollouts (resources_id, start_time);
CREATE INDEX rollouts_by_attempt ON rollouts (attempt_id, start_time);
CREATE INDEX rollouts_by_worker ON rollouts (worker_id, start_time);
CREATE INDEX rollouts_by_heartbeat ON rollouts (last_heartbeat_time, start_time);
CREATE INDEX rollouts_by_duration ON rollouts (end_time - start_time, start_time) WHERE end_time IS NOT NULL;
-- The queues, and who is watched.
CREATE INDEX rollouts_bound ON rollouts (agent, queue_position, not_before_ms, agent_type, start_time)
  WHERE status IN ('queuing', 'requeuing') AND agent IS NOT NULL;
CREATE INDEX rollouts_pooled ON rollouts (agent_type, queue_position, not_before_ms, start_time)
  WHERE status IN ('queuing', 'requeuing') AND agent IS NULL;
CREATE INDEX rollouts_delayed ON rollouts (not_before_ms)
  WHERE status IN ('queuing', 'requeuing') AND not_before_ms > 0;
CREATE INDEX rollouts_watched ON rollouts (watch_at) WHERE watch_at IS NOT NULL;

CREATE UNIQUE INDEX attempts_by_sequence ON attempts (rollout_id, sequence_id);
CREATE INDEX attempts_unfinished ON attempts (rollout_id)
  WHERE managed = 1 AND status IN ('preparing', 'running', 'unresponsive');
CREATE UNIQUE INDEX spans_once ON spans (attempt, span_id);
CREATE INDEX spans_in_order ON spans (rollout, sequence_id);
INSERT INTO counters SELECT 'spans', count(*) FROM spans;

CREATE INDEX resources_by_creation ON resources (create_time);
CREATE INDEX resources_by_update ON resources (update_time);
CREATE INDEX resources_by_version ON resources (version);
CREATE INDEX resources_by_place ON resources (place);
CREATE TABLE resource_versions (
  resources_id TEXT NOT NULL, version INTEGER NOT NULL, create_time REAL NOT NULL, update_time REAL NOT NULL,
  superseded REAL NOT NULL, resources TEXT NOT NULL, PRIMARY KEY (resources_id, version));
CREATE INDEX resource_versions_by_age ON resource_versions (superseded);
CREATE INDEX workers_heard ON workers (seen) WHERE stale = 0;
CREATE INDEX workers_by_age ON workers (seen);

-- Sequence ids handed out for a rollout that is not here.
CREATE TABLE stray_sequences (
  rollout_id TEXT PRIMARY KEY, last INTEGER NOT NULL, asked REAL NOT NULL) WITHOUT ROWID;
CREATE INDEX stray_sequences_by_age ON stray_sequences (asked);
CREATE TABLE answers (
  idempotency_key TEXT PRIMARY KEY, given REAL NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
CREATE INDEX answers_by_age ON answers (given);

CREATE TABLE rollout_counts (
  status TEXT NOT NULL, mode TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (status, mode)) WITHOUT ROWID;
INSERT INTO rollout_counts SELECT status, coalesce(mode, ''), count(*) FROM rollouts GROUP BY 1, 2;
CREATE TRIGGER rollouts_counted AFTER INSERT ON rollouts BEGIN
  INSERT INTO rollout_counts VALUES (NEW.status, coalesce(NEW.mode, ''), 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER rollouts_recounted AFTER UPDATE OF status, mode ON rollouts
  WHEN OLD.status <> NEW.status OR OLD.mode IS NOT NEW.mode BEGIN
  UPDATE rollout_counts SET count = count - 1 WHERE status = OLD.status AND mode = coalesce(OLD.mode, '');
  INSERT INTO rollout_counts VALUES (NEW.status, coalesce(NEW.mode, ''), 1)
    ON CONFLICT DO UPDATE SET count = count + 1;
END;
CREATE TRIGGER rollouts_uncounted AFTER DELETE ON rollouts BEGIN
  UPDATE rollout_counts SET count = count - 1 WHERE status = OLD.status AND mode = coalesce(OLD.mode, '');
  DELETE FROM rollout_inputs WHERE number = OLD.number;
END;

-- What a list can be filtered by.
CREATE TABLE rollout_metadata (
  key TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, value, number)) WITHOUT ROWID;
CREATE VIEW metadata_members AS
  SELECT r.number, m.key, substr(CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
      WHEN 'null' THEN 'null' ELSE CAST(m.value AS TEXT) END, 1, 200) AS value
  FROM rollouts r CROSS JOIN json_each(CASE WHEN json_valid(r.metadata) THEN r.metadata ELSE '{}' END) m
  WHERE m.type NOT IN ('object', 'array') AND m.id <= 1000;
INSERT OR IGNORE INTO rollout_metadata SELECT key, value, number FROM metadata_members WHERE key IS NOT NULL;
CREATE TRIGGER metadata_listed AFTER INSERT ON rollouts WHEN NEW.metadata NOT IN ('{}', 'null') BEGIN
  INSERT OR IGNORE INTO rollout_metadata SELECT key, value, number FROM metadata_members
    WHERE number = NEW.number AND key IS NOT NULL;
END;
CREATE TRIGGER metadata_replaced BEFORE UPDATE OF metadata ON rollouts WHEN OLD.metadata <> NEW.metadata BEGIN
  DELETE FROM rollout_metadata WHERE number = OLD.number AND (key, value) IN
    (SELECT key, value FROM metadata_members WHERE number = OLD.number);
END;
CREATE TRIGGER metadata_relisted AFTER UPDATE OF metadata ON rollouts WHEN OLD.metadata <> NEW.metadata BEGIN
  INSERT OR IGNORE INTO rollout_metadata SELECT key, value, number FROM metadata_members
    WHERE number = NEW.number AND key IS NOT NULL;
END;
CREATE TRIGGER metadata_unlisted BEFORE DELETE ON rollouts WHEN OLD.metadata NOT IN ('{}', 'null') BEGIN
  DELETE FROM rollout_metadata WHERE number = OLD.number AND (key, value) IN
    (SELECT key, value FROM metadata_members WHERE number = OLD.number);
END;
)sql";

}  // namespace understudy::store
