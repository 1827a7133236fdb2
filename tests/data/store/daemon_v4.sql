-- The whole database of a version 4 daemon (schema 4), made by it: two agent types, failed-over tiers, an
-- agent paused by the operator, an exhausted one, queued tasks that were tried. It never changes.
PRAGMA user_version = 4;
BEGIN TRANSACTION;
CREATE TABLE agent_provider_events (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, agent TEXT NOT NULL, from_tier INTEGER NOT NULL,
  to_tier INTEGER NOT NULL, kind TEXT NOT NULL, reason TEXT NOT NULL, rollout_id TEXT, attempt_id TEXT);
INSERT INTO "agent_provider_events" VALUES(1,1796052289941,'reviewer-b',1,1,'pause','paused by the operator',NULL,NULL);
INSERT INTO "agent_provider_events" VALUES(2,1796052290193,'reviewer-a',1,2,'quota','402 quota','ro-14ea3ca72aa0','at-e35aec7e');
INSERT INTO "agent_provider_events" VALUES(3,1796052303056,'writer-default',1,2,'server_error','529 server_error','ro-14ea3cd86822','at-b465b87b');
INSERT INTO "agent_provider_events" VALUES(4,1796052304053,'writer-default',2,2,'exhausted','529 server_error','ro-14ea3cd84519','at-a975d454');
CREATE TABLE agent_provider_state (
  agent TEXT PRIMARY KEY, type TEXT NOT NULL, current_tier INTEGER NOT NULL, last_failover_at INTEGER,
  last_failure_kind TEXT, paused INTEGER NOT NULL, pause_reason TEXT, retry_at INTEGER,
  extra TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "agent_provider_state" VALUES('reviewer-a','reviewer',2,1796052290193,'quota',0,NULL,1796055890193,'{"provider":"deepseek","model":"deepseek-v4","streak":0,"half_open":false,"multiplier":1,"wrapped":false,"not_before":[{"provider":"anthropic","model":"claude-sonnet","at":1796055890193}],"over_budget_until":[]}');
INSERT INTO "agent_provider_state" VALUES('reviewer-b','reviewer',1,NULL,NULL,1,'operator',NULL,'{"provider":"anthropic","model":"claude-sonnet","streak":0,"half_open":false,"multiplier":1,"wrapped":false,"not_before":[],"over_budget_until":[]}');
INSERT INTO "agent_provider_state" VALUES('writer-default','writer',2,1796052303056,'server_error',1,'exhausted',1796055003056,'{"provider":"deepseek","model":"deepseek-v4","streak":0,"half_open":false,"multiplier":1,"wrapped":false,"not_before":[{"provider":"anthropic","model":"claude-sonnet","at":1796055003056},{"provider":"deepseek","model":"deepseek-v4","at":1796055004053}],"over_budget_until":[]}');
CREATE TABLE answers (
  idempotency_key TEXT PRIMARY KEY, given REAL NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TABLE "attempts" (
  number INTEGER PRIMARY KEY, rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL, sequence_id INTEGER NOT NULL,
  start_time REAL NOT NULL, end_time REAL, status TEXT NOT NULL, worker_id TEXT, last_heartbeat_time REAL,
  managed INTEGER NOT NULL DEFAULT 0, metadata TEXT, spans INTEGER NOT NULL DEFAULT 0, UNIQUE (rollout_id, attempt_id));
INSERT INTO "attempts" VALUES(1,'ro-14ea3ca72aa0','at-e35aec7e',1,1796052289.964,1796052290.193,'failed','reviewer-a',1796052290.193,1,'{"tier":1,"provider":"anthropic","model":"claude-sonnet","generation":1,"container_id":"reviewer-a.0cb76d74421e","exit_code":1,"verdict":{"kind":"quota","failover":true,"rule":"credit-balance","evidence":"API Error: 402 Your credit balance is too low to access the API"}}',1);
INSERT INTO "attempts" VALUES(2,'ro-14ea3ca72aa0','at-aeb82a92',2,1796052290.212,1796052290.464,'succeeded','reviewer-a',1796052290.464,1,'{"tier":2,"provider":"deepseek","model":"deepseek-v4","generation":2,"container_id":"reviewer-a.e4e40bb4dca9","exit_code":0,"verdict":{"kind":"success","failover":false,"rule":"exit-zero","evidence":""},"output":"done"}',1);
INSERT INTO "attempts" VALUES(3,'ro-14ea3cd84519','at-a125efd1',1,1796052302.836,1796052302.978,'failed','writer-default',1796052302.978,1,'{"tier":1,"provider":"anthropic","model":"claude-sonnet","generation":1,"container_id":"writer-default.686b763eef8e","exit_code":1,"verdict":{"kind":"server_error","failover":true,"rule":"overloaded","evidence":"API Error: 529 Overloaded"}}',1);
INSERT INTO "attempts" VALUES(4,'ro-14ea3cd86822','at-b465b87b',1,1796052302.988,1796052303.056,'failed','writer-default',1796052303.056,1,'{"tier":1,"provider":"anthropic","model":"claude-sonnet","generation":1,"container_id":"writer-default.686b763eef8e","exit_code":1,"verdict":{"kind":"server_error","failover":true,"rule":"overloaded","evidence":"API Error: 529 Overloaded"}}',1);
INSERT INTO "attempts" VALUES(5,'ro-14ea3cd86822','at-65248360',2,1796052303.072,1796052303.268,'failed','writer-default',1796052303.268,1,'{"tier":2,"provider":"deepseek","model":"deepseek-v4","generation":2,"container_id":"writer-default.e770ca0685ab","exit_code":1,"verdict":{"kind":"server_error","failover":true,"rule":"overloaded","evidence":"API Error: 529 Overloaded"}}',1);
INSERT INTO "attempts" VALUES(6,'ro-14ea3cd84519','at-a975d454',2,1796052303.978,1796052304.053,'failed','writer-default',1796052304.053,1,'{"tier":2,"provider":"deepseek","model":"deepseek-v4","generation":2,"container_id":"writer-default.e770ca0685ab","exit_code":1,"verdict":{"kind":"server_error","failover":true,"rule":"overloaded","evidence":"API Error: 529 Overloaded"}}',1);
CREATE TABLE audit (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, actor TEXT NOT NULL, peer TEXT NOT NULL,
  action TEXT NOT NULL, subject TEXT NOT NULL, result TEXT NOT NULL);
INSERT INTO "audit" VALUES(7,1796052302900,'operator','127.0.0.1','POST /agents/{name}/tasks','writer-default','201 Created');
CREATE TABLE container_state (instance TEXT PRIMARY KEY, state TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "container_state" VALUES('reviewer-a','{"desired":{"generation":2,"hash":"43900d800e3eff4f5dadea5700760a41"},"applied":{"generation":2,"hash":"43900d800e3eff4f5dadea5700760a41"},"container_id":"reviewer-a.e4e40bb4dca9","used":false,"live_since":null,"quarantined_id":"","last_used_at":1796052290464,"fail_streak":0,"crash_streak":0,"retry_delay_ms":0,"next_retry_at":null,"last_error":"","frozen":false,"retired":false,"leases":[]}');
INSERT INTO "container_state" VALUES('reviewer-b','{"desired":{"generation":1,"hash":"f311e0181bb04fa9eff3248501e791d9"},"applied":{"generation":0,"hash":""},"container_id":"","used":false,"live_since":null,"quarantined_id":"","last_used_at":null,"fail_streak":0,"crash_streak":0,"retry_delay_ms":0,"next_retry_at":null,"last_error":"","frozen":false,"retired":false,"leases":[]}');
INSERT INTO "container_state" VALUES('writer-default','{"desired":{"generation":2,"hash":"14612f69f15deac2f1d4234dd70eaf44"},"applied":{"generation":2,"hash":"14612f69f15deac2f1d4234dd70eaf44"},"container_id":"writer-default.e770ca0685ab","used":false,"live_since":null,"quarantined_id":"","last_used_at":1796052304053,"fail_streak":0,"crash_streak":0,"retry_delay_ms":0,"next_retry_at":null,"last_error":"","frozen":false,"retired":false,"leases":[]}');
CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO "counters" VALUES('attempts',6);
INSERT INTO "counters" VALUES('queue_position',4);
INSERT INTO "counters" VALUES('resources_place',0);
INSERT INTO "counters" VALUES('spans',6);
CREATE TABLE event_log (
  id INTEGER PRIMARY KEY AUTOINCREMENT, ts INTEGER NOT NULL, type TEXT NOT NULL, instance TEXT,
  summary TEXT NOT NULL, detail TEXT NOT NULL);
INSERT INTO "event_log" VALUES(31,1796052327440,'container.lazy_stopped','writer-default','writer-default stopped with the daemon','{"idle_seconds":23.324,"reason":"shutdown","uptime_s":24.238,"generation":2,"container_id":"writer-default.e770ca0685ab","state_from":"stopping","state_to":"stopping"}');
CREATE TABLE lifecycle_events (
  id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, instance TEXT NOT NULL, type TEXT NOT NULL, latency_ms INTEGER,
  idle_seconds INTEGER, summary TEXT NOT NULL, detail TEXT NOT NULL);
INSERT INTO "lifecycle_events" VALUES(31,1796052327440,'writer-default','container.lazy_stopped',NULL,23,'writer-default stopped with the daemon','{"idle_seconds":23.324,"reason":"shutdown","uptime_s":24.238,"generation":2,"container_id":"writer-default.e770ca0685ab","state_from":"stopping","state_to":"stopping"}');
CREATE TABLE lifecycle_metrics (
  instance TEXT PRIMARY KEY, starts INTEGER NOT NULL, stops INTEGER NOT NULL, start_failures INTEGER NOT NULL,
  stop_failures INTEGER NOT NULL, crashes INTEGER NOT NULL, idle_seconds_total INTEGER NOT NULL,
  cold_start TEXT NOT NULL, last_event TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "lifecycle_metrics" VALUES('reviewer-a',2,2,0,0,0,36,'[[2,276,176,176,0,0,0,0,1,1,0,0,0,0,0,0,0,0,0],[2,173,148,148,0,0,1,0,1,0,0,0,0,0,0,0,0,0,0],[2,16,16,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0],[2,52,27,25,0,0,2,0,0,0,0,0,0,0,0,0,0,0,0],[2,35,32,3,1,0,1,0,0,0,0,0,0,0,0,0,0,0,0]]','{"id":30,"type":"container.lazy_stopped","instance":"reviewer-a","ts":1796052327419,"summary":"reviewer-a stopped with the daemon","detail":{"idle_seconds":36.912,"reason":"shutdown","uptime_s":37.031,"generation":2,"container_id":"reviewer-a.e4e40bb4dca9","state_from":"stopping","state_to":"stopping"}}');
INSERT INTO "lifecycle_metrics" VALUES('writer-default',2,2,0,0,0,23,'[[2,202,130,130,0,0,0,1,1,0,0,0,0,0,0,0,0,0,0],[2,116,96,96,0,1,0,0,1,0,0,0,0,0,0,0,0,0,0],[2,16,16,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0,0],[2,45,32,13,0,1,1,0,0,0,0,0,0,0,0,0,0,0,0],[2,25,21,21,1,0,1,0,0,0,0,0,0,0,0,0,0,0,0]]','{"id":31,"type":"container.lazy_stopped","instance":"writer-default","ts":1796052327440,"summary":"writer-default stopped with the daemon","detail":{"idle_seconds":23.324,"reason":"shutdown","uptime_s":24.238,"generation":2,"container_id":"writer-default.e770ca0685ab","state_from":"stopping","state_to":"stopping"}}');
CREATE TABLE outcomes (
  agent TEXT NOT NULL, task_id TEXT NOT NULL, ts INTEGER NOT NULL, answer TEXT NOT NULL,
  PRIMARY KEY (agent, task_id)) WITHOUT ROWID;
CREATE TABLE resource_versions (
  resources_id TEXT NOT NULL, version INTEGER NOT NULL, create_time REAL NOT NULL, update_time REAL NOT NULL,
  superseded REAL NOT NULL, resources TEXT NOT NULL, PRIMARY KEY (resources_id, version));
CREATE TABLE "resources" (
  number INTEGER PRIMARY KEY, resources_id TEXT NOT NULL UNIQUE, version INTEGER NOT NULL,
  create_time REAL NOT NULL, update_time REAL NOT NULL, place INTEGER NOT NULL DEFAULT 0,
  resources TEXT NOT NULL);
CREATE TABLE rollout_counts (
  status TEXT NOT NULL, mode TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (status, mode)) WITHOUT ROWID;
INSERT INTO "rollout_counts" VALUES('preparing','',0);
INSERT INTO "rollout_counts" VALUES('queuing','',1);
INSERT INTO "rollout_counts" VALUES('requeuing','',2);
INSERT INTO "rollout_counts" VALUES('running','',0);
INSERT INTO "rollout_counts" VALUES('succeeded','',1);
CREATE TABLE rollout_inputs (number INTEGER PRIMARY KEY, input TEXT NOT NULL);
INSERT INTO "rollout_inputs" VALUES(1,'"first"');
INSERT INTO "rollout_inputs" VALUES(2,'"waits for the operator"');
INSERT INTO "rollout_inputs" VALUES(3,'"one"');
INSERT INTO "rollout_inputs" VALUES(4,'"two"');
CREATE TABLE rollout_metadata (
  key TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (key, value, number)) WITHOUT ROWID;
INSERT INTO "rollout_metadata" VALUES('agent','reviewer-a',1);
INSERT INTO "rollout_metadata" VALUES('agent','reviewer-b',2);
INSERT INTO "rollout_metadata" VALUES('agent','writer-default',3);
INSERT INTO "rollout_metadata" VALUES('agent','writer-default',4);
CREATE TABLE "rollouts" (
  number INTEGER PRIMARY KEY, status TEXT NOT NULL, start_time REAL NOT NULL, end_time REAL, mode TEXT,
  resources_id TEXT, agent TEXT, agent_type TEXT, not_before_ms INTEGER NOT NULL DEFAULT 0,
  queue_position INTEGER NOT NULL, attempt_id TEXT, attempts INTEGER NOT NULL DEFAULT 0, worker_id TEXT,
  last_heartbeat_time REAL, watch_at REAL, last_span INTEGER NOT NULL DEFAULT 0,
  rollout_id TEXT NOT NULL UNIQUE, retry TEXT NOT NULL DEFAULT '{}', config TEXT NOT NULL,
  metadata TEXT NOT NULL);
INSERT INTO "rollouts" VALUES(1,'succeeded',1796052289.964,1796052290.464,NULL,NULL,'reviewer-a',NULL,0,1,'at-aeb82a92',2,'reviewer-a',1796052290.464,NULL,2,'ro-14ea3ca72aa0','{"passes":0,"own_failures":0,"crashes":0,"refusals":0,"tries":[{"provider":"anthropic","model":"claude-sonnet","count":1}]}','{"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]}','{"agent":"reviewer-a"}');
INSERT INTO "rollouts" VALUES(2,'queuing',1796052289.998,NULL,NULL,NULL,'reviewer-b',NULL,0,2,NULL,0,NULL,NULL,NULL,0,'ro-14ea3ca74b38','{}','{"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]}','{"agent":"reviewer-b"}');
INSERT INTO "rollouts" VALUES(3,'requeuing',1796052302.836,NULL,NULL,NULL,'writer-default',NULL,0,3,'at-a975d454',2,'writer-default',1796052304.053,NULL,2,'ro-14ea3cd84519','{"passes":1,"own_failures":0,"crashes":0,"refusals":0,"tries":[]}','{"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]}','{"agent":"writer-default"}');
INSERT INTO "rollouts" VALUES(4,'requeuing',1796052302.872,NULL,NULL,NULL,'writer-default',NULL,1796052304268,4,'at-65248360',2,'writer-default',1796052303.268,NULL,2,'ro-14ea3cd86822','{"passes":0,"own_failures":0,"crashes":0,"refusals":0,"tries":[{"provider":"anthropic","model":"claude-sonnet","count":1},{"provider":"deepseek","model":"deepseek-v4","count":1}]}','{"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]}','{"agent":"writer-default"}');
CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "settings" VALUES('owner','22daabc06c60');
CREATE TABLE "spans" (
  number INTEGER PRIMARY KEY, rollout INTEGER NOT NULL, attempt INTEGER NOT NULL, sequence_id INTEGER NOT NULL,
  start_time REAL, end_time REAL, status_code TEXT NOT NULL, span_id TEXT NOT NULL, parent_id TEXT,
  trace_id TEXT NOT NULL, name TEXT NOT NULL, status TEXT NOT NULL, context TEXT, parent TEXT,
  extra TEXT NOT NULL DEFAULT '', resource TEXT NOT NULL, events TEXT NOT NULL, links TEXT NOT NULL,
  attributes TEXT NOT NULL);
INSERT INTO "spans" VALUES(1,1,1,1,1796052289.964,1796052290.193,'ERROR','e35aec7e00000000',NULL,'14ea3ca72aa0000000000000e35aec7e','agent.task','{"status_code":"ERROR","description":"API Error: 402 Your credit balance is too low to access the API"}','{"trace_id":"14ea3ca72aa0000000000000e35aec7e","span_id":"e35aec7e00000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"reviewer-a","understudy.tier":1,"understudy.provider":"anthropic","understudy.model":"claude-sonnet","understudy.verdict.kind":"quota","understudy.verdict.rule":"credit-balance"}');
INSERT INTO "spans" VALUES(2,1,2,2,1796052290.212,1796052290.464,'OK','aeb82a9200000000',NULL,'14ea3ca72aa0000000000000aeb82a92','agent.task','{"status_code":"OK","description":null}','{"trace_id":"14ea3ca72aa0000000000000aeb82a92","span_id":"aeb82a9200000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"reviewer-a","understudy.tier":2,"understudy.provider":"deepseek","understudy.model":"deepseek-v4","understudy.verdict.kind":"success","understudy.verdict.rule":"exit-zero"}');
INSERT INTO "spans" VALUES(3,3,3,1,1796052302.836,1796052302.978,'ERROR','a125efd100000000',NULL,'14ea3cd84519000000000000a125efd1','agent.task','{"status_code":"ERROR","description":"API Error: 529 Overloaded"}','{"trace_id":"14ea3cd84519000000000000a125efd1","span_id":"a125efd100000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"writer-default","understudy.tier":1,"understudy.provider":"anthropic","understudy.model":"claude-sonnet","understudy.verdict.kind":"server_error","understudy.verdict.rule":"overloaded"}');
INSERT INTO "spans" VALUES(4,4,4,1,1796052302.988,1796052303.056,'ERROR','b465b87b00000000',NULL,'14ea3cd86822000000000000b465b87b','agent.task','{"status_code":"ERROR","description":"API Error: 529 Overloaded"}','{"trace_id":"14ea3cd86822000000000000b465b87b","span_id":"b465b87b00000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"writer-default","understudy.tier":1,"understudy.provider":"anthropic","understudy.model":"claude-sonnet","understudy.verdict.kind":"server_error","understudy.verdict.rule":"overloaded"}');
INSERT INTO "spans" VALUES(5,4,5,2,1796052303.072,1796052303.268,'ERROR','6524836000000000',NULL,'14ea3cd8682200000000000065248360','agent.task','{"status_code":"ERROR","description":"API Error: 529 Overloaded"}','{"trace_id":"14ea3cd8682200000000000065248360","span_id":"6524836000000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"writer-default","understudy.tier":2,"understudy.provider":"deepseek","understudy.model":"deepseek-v4","understudy.verdict.kind":"server_error","understudy.verdict.rule":"overloaded"}');
INSERT INTO "spans" VALUES(6,3,6,2,1796052303.978,1796052304.053,'ERROR','a975d45400000000',NULL,'14ea3cd84519000000000000a975d454','agent.task','{"status_code":"ERROR","description":"API Error: 529 Overloaded"}','{"trace_id":"14ea3cd84519000000000000a975d454","span_id":"a975d45400000000","is_remote":false,"trace_state":{}}',NULL,'','{"attributes":{},"schema_url":""}','[]','[]','{"gen_ai.operation.name":"invoke_agent","gen_ai.agent.name":"writer-default","understudy.tier":2,"understudy.provider":"deepseek","understudy.model":"deepseek-v4","understudy.verdict.kind":"server_error","understudy.verdict.rule":"overloaded"}');
CREATE TABLE stray_sequences (
  rollout_id TEXT PRIMARY KEY, last INTEGER NOT NULL, asked REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE tokens (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, hash TEXT NOT NULL, created INTEGER NOT NULL,
  expires INTEGER, last_used INTEGER) WITHOUT ROWID;
CREATE TABLE usage (
  id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, type TEXT NOT NULL, instance TEXT NOT NULL, tier INTEGER NOT NULL,
  provider TEXT NOT NULL, model TEXT NOT NULL, input_tokens INTEGER, output_tokens INTEGER,
  rollout_id TEXT NOT NULL, attempt_id TEXT NOT NULL);
CREATE TABLE "workers" (
  number INTEGER PRIMARY KEY, worker_id TEXT NOT NULL UNIQUE, status TEXT NOT NULL, heartbeat_stats TEXT,
  last_heartbeat_time REAL, last_dequeue_time REAL, last_busy_time REAL, last_idle_time REAL,
  current_rollout_id TEXT, current_attempt_id TEXT, seen REAL NOT NULL, stale INTEGER NOT NULL DEFAULT 0);
CREATE INDEX agent_provider_events_by_agent ON agent_provider_events (agent, ts, id);
CREATE INDEX agent_provider_events_by_ts ON agent_provider_events (ts);
CREATE INDEX event_log_by_instance ON event_log (instance, id);
CREATE INDEX event_log_by_ts ON event_log (ts);
CREATE INDEX lifecycle_events_by_instance ON lifecycle_events (instance, ts, id);
CREATE INDEX lifecycle_events_by_ts ON lifecycle_events (ts);
CREATE INDEX usage_by_tier ON usage (type, provider, model, ts, input_tokens, output_tokens);
CREATE INDEX usage_by_ts ON usage (ts);
CREATE INDEX outcomes_by_ts ON outcomes (ts);
CREATE INDEX rollouts_by_start ON rollouts (start_time);
CREATE INDEX rollouts_by_status ON rollouts (status, start_time, mode);
CREATE INDEX rollouts_by_mode ON rollouts (mode, start_time);
CREATE INDEX rollouts_by_resources ON rollouts (resources_id, start_time);
CREATE INDEX rollouts_by_attempt ON rollouts (attempt_id, start_time);
CREATE INDEX rollouts_by_worker ON rollouts (worker_id, start_time);
CREATE INDEX rollouts_by_heartbeat ON rollouts (last_heartbeat_time, start_time);
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
CREATE INDEX resources_by_creation ON resources (create_time);
CREATE INDEX resources_by_update ON resources (update_time);
CREATE INDEX resources_by_version ON resources (version);
CREATE INDEX resources_by_place ON resources (place);
CREATE INDEX resource_versions_by_age ON resource_versions (superseded);
CREATE INDEX workers_heard ON workers (seen) WHERE stale = 0;
CREATE INDEX workers_by_age ON workers (seen);
CREATE INDEX stray_sequences_by_age ON stray_sequences (asked);
CREATE INDEX answers_by_age ON answers (given);
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
CREATE VIEW metadata_members AS
  SELECT r.number, m.key, substr(CASE m.type WHEN 'true' THEN 'true' WHEN 'false' THEN 'false'
      WHEN 'null' THEN 'null' ELSE CAST(m.value AS TEXT) END, 1, 200) AS value
  FROM rollouts r CROSS JOIN json_each(CASE WHEN json_valid(r.metadata) THEN r.metadata ELSE '{}' END) m
  WHERE m.type NOT IN ('object', 'array') AND m.id <= 1000;
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
CREATE INDEX rollouts_by_end ON rollouts (end_time, start_time, status, mode) WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_by_duration ON rollouts (end_time - start_time, start_time, status, mode)
  WHERE end_time IS NOT NULL;
CREATE INDEX rollouts_open ON rollouts (start_time, mode) WHERE end_time IS NULL;
CREATE INDEX event_log_of_providers ON event_log (id) WHERE type >= 'provider.' AND type < 'provider/';
CREATE INDEX audit_by_ts ON audit (ts);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('agent_provider_events',4);
INSERT INTO "sqlite_sequence" VALUES('event_log',31);
INSERT INTO "sqlite_sequence" VALUES('audit',7);
COMMIT;
