// A file of the first release: its rows stay, and the rollout store finds them.
#include <catch2/catch.hpp>
#include <fstream>
#include <sstream>

#include "store/rollouts_rig.hpp"
#include "store/traced.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

std::string script(const std::string& name) {
  std::ifstream file(std::string(UNDERSTUDY_TEST_DATA) + "/store/" + name);
  std::stringstream text;
  text << file.rdbuf();
  REQUIRE(text.str().size() > 1'000);
  return text.str();
}

void fill(const Folder& folder) {
  auto db = raw(folder);
  db.exec(script("schema_v1.sql"));
  db.exec(R"sql(
    PRAGMA user_version = 1;
    INSERT INTO settings VALUES ('colour', 'green');
    INSERT INTO event_log (ts, type, summary, detail) VALUES (5, 'x', 'it happened', '{}');
    INSERT INTO rollouts (rollout_id, input, start_time, end_time, mode, status, config, metadata, agent,
        queue_position) VALUES
      ('ro-1', '{"n": 1.10}', 1.5, 9.5, NULL, 'succeeded', '{"max_attempts":2}', '{"agent":"coder-a","n":5}',
       'coder-a', 1),
      ('ro-2', '"two"', 2.5, NULL, 'train', 'running', '{}', '{"agent":"coder-a"}', 'coder-a', 2);
    INSERT INTO rollouts (rollout_id, input, start_time, status, config, metadata, agent_type, not_before_ms,
        queue_position, retry) VALUES
      ('ro-3', 'null', 3.5, 'requeuing', '{}', '{"agent_type":"coder"}', 'coder', 77, 9, '{"passes":1}');
    INSERT INTO attempts VALUES
      ('ro-1', 'at-1', 1, 1.5, 2, 'failed', 'coder-a', 1.9, NULL),
      ('ro-1', 'at-2', 2, 3, 9.5, 'succeeded', 'coder-a', 9.4, '{"tier":1}'),
      ('ro-2', 'at-3', 1, 2.5, NULL, 'running', 'coder-a', 2.9, '{}');
    INSERT INTO spans VALUES
      ('ro-1', 'at-2', 4, 't', 's', NULL, 'chat', '{"status_code":"OK","description":null}', '{"a":1.0}', '[]',
       '[]', 1, 2, NULL, NULL, '{}');
    INSERT INTO resources VALUES ('rs-1', 3, 1, 2, '{"m":1}');
    INSERT INTO workers VALUES ('w-1', 'idle', '{"cpu":1.0}', 5, 6, NULL, 7, NULL, NULL);
  )sql");
}

}  // namespace

TEST_CASE("a database of the first version opens, keeps its rows and finds them by the new queries") {
  Folder folder;
  fill(folder);
  auto store = open(folder);
  auto reader = read(folder);
  CHECK(raw(folder).execAndGet("PRAGMA user_version").getInt64() == 5);
  CHECK(raw(folder).execAndGet("PRAGMA integrity_check").getString() == std::string("ok"));
  CHECK(std::filesystem::exists(folder.file() + ".v1.backup"));
  CHECK(store.setting("colour") == "green");
  CHECK(reader.events({}).size() == 1);

  const auto first = reader.rollout_with_attempt("ro-1");
  REQUIRE(first);
  CHECK(first->rollout.input == R"({"n": 1.10})");
  CHECK(first->rollout.metadata == R"({"agent":"coder-a","n":5})");
  CHECK(first->rollout.end_time == 9.5);
  CHECK(first->attempt->attempt_id == "at-2");
  CHECK(reader.find_attempts({.rollout_id = "ro-1"}).total == 2);
  const auto third = reader.rollout("ro-3");
  CHECK(third->not_before_ms == 77);
  CHECK(third->retry == R"({"passes":1})");

  CHECK(ids_of(reader.find_rollouts({.metadata = {{"n", "5"}}})) == Texts{"ro-1"});
  CHECK(ids_of(reader.find_rollouts({.sort = store::RolloutSort::last_heartbeat_time})) ==
        Texts{"ro-2", "ro-1", "ro-3"});
  CHECK(ids_of(reader.find_rollouts({.mode_in = {{"train"}}})) == Texts{"ro-2"});
  const auto spans = reader.find_spans({.rollout_id = "ro-1"});
  REQUIRE(spans.items.size() == 1);
  CHECK(spans.items[0].status_code == "OK");
  CHECK(spans.items[0].attributes == R"({"a":1.0})");
  CHECK(reader.latest_resources()->version == 3);
  CHECK(reader.worker("w-1")->heartbeat_stats == R"({"cpu":1.0})");
  const auto statistics = reader.statistics();
  CHECK(statistics.total_rollouts == 3);
  CHECK(statistics.total_attempts == 3);
  CHECK(statistics.total_spans == 1);
  CHECK(statistics.queued == 0);
}

TEST_CASE("the daemon goes on where the first version stopped") {
  Folder folder;
  fill(folder);
  auto store = open(folder);
  const auto state = store.load_boot_state();
  REQUIRE(state->unfinished.size() == 1);
  CHECK(state->unfinished[0].attempt.attempt_id == "at-3");
  CHECK(state->unfinished[0].rollout.input == R"("two")");
  in_turn(store, [](auto& turn) {
    CHECK_FALSE(turn.next_queued("coder-b", "coder", 76));
    CHECK(turn.next_queued("coder-b", "coder", 77)->rollout_id == "ro-3");
    turn.insert_rollout(for_any("coder", "ro-4"));
    CHECK(turn.rollout("ro-4")->queue_position == 10);
    CHECK(turn.insert_attempt({.rollout_id = "ro-1", .attempt_id = "at-9"}) == 3);
    CHECK(turn.reserve_sequence_ids("ro-1", 1, 0) == 5);
  });
}

TEST_CASE(
    "a database of the second version gets the third's indexes, an end for all that has ended, and counts of "
    "spans") {
  Folder folder;
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) {
      turn.enqueue({.rollout_id = "ro-1", .start_time = 5});
      turn.enqueue({.rollout_id = "ro-2", .start_time = 6});
      REQUIRE(turn.start_attempt("ro-1", "at-1", std::nullopt, 7));
      const std::vector<store::SpanRow> spans{{.rollout_id = "ro-1", .attempt_id = "at-1", .span_id = "a"},
                                              {.rollout_id = "ro-1", .attempt_id = "at-1", .span_id = "b"}};
      turn.add_spans(spans, 8);
    });
  }
  raw(folder).exec(R"sql(
    DROP TABLE tokens; DROP TABLE audit; DROP TABLE provider_health;
    DROP INDEX rollouts_given_up; DROP INDEX rollouts_held;
    ALTER TABLE rollouts DROP COLUMN give_up_at_ms; ALTER TABLE rollouts DROP COLUMN held;
    ALTER TABLE attempts DROP COLUMN spans;
    DROP INDEX rollouts_by_end; DROP INDEX rollouts_by_duration; DROP INDEX rollouts_open;
    DROP INDEX event_log_of_providers;
    CREATE INDEX rollouts_by_end ON rollouts (end_time, start_time);
    CREATE INDEX rollouts_by_duration ON rollouts (end_time - start_time, start_time) WHERE end_time IS NOT NULL;
    UPDATE rollouts SET status = 'succeeded' WHERE rollout_id = 'ro-2';
    PRAGMA user_version = 2;
  )sql");
  const auto store = open(folder);
  auto reader = read(folder);
  CHECK(ids_of(reader.find_rollouts({.sort = store::RolloutSort::end_time})) == Texts{"ro-2", "ro-1"});
  CHECK(reader.rollout("ro-2")->end_time == 6.0);
  CHECK(reader.ended_since(6).size() == 1);
  CHECK(reader.find_spans({.rollout_id = "ro-1"}).total == 2);
  CHECK(reader.take_error().empty());
}

TEST_CASE("a database that a daemon of the fourth version left keeps its fleet and its queue") {
  Folder folder;
  raw(folder).exec(script("daemon_v4.sql"));
  auto store = open(folder);
  CHECK(raw(folder).execAndGet("PRAGMA user_version").getInt64() == 5);
  CHECK(raw(folder).execAndGet("PRAGMA integrity_check").getString() == std::string("ok"));
  CHECK(std::filesystem::exists(folder.file() + ".v4.backup"));

  const auto boot = *store.load_boot_state();
  CHECK(boot.provider_health.empty());
  REQUIRE(boot.provider_states.size() == 3);
  const auto& exhausted = boot.provider_states[2];
  CHECK(exhausted.agent == "writer-default");
  CHECK(exhausted.current_tier == 2);
  CHECK(exhausted.pause_reason == "exhausted");
  CHECK_THAT(exhausted.extra,
             Catch::Contains(R"({"provider":"deepseek","model":"deepseek-v4","at":1796055004053})"));
  CHECK(boot.provider_states[1].pause_reason == "operator");

  in_turn(store, [](auto& turn) {
    CHECK(turn.next_queued("reviewer-b", "reviewer", 0)->rollout_id == "ro-14ea3ca74b38");
    CHECK(turn.next_queued("writer-default", "writer", 0)->retry ==
          R"({"passes":1,"own_failures":0,"crashes":0,"refusals":0,"tries":[]})");
    const auto tried = *turn.rollout("ro-14ea3cd86822");
    CHECK(tried.not_before_ms == 1'796'052'304'268);
    CHECK_FALSE(tried.held);
    CHECK_FALSE(tried.give_up_at_ms);
    CHECK_FALSE(turn.next_give_up_at());
    turn.hold_task(tried.rollout_id, 5, "{}");
    CHECK(turn.release_held("writer-default", "writer") == 1);
    turn.put_provider_health({"account", "tier", "deepseek-v4", "", "{}"});
  });
  CHECK(store.load_boot_state()->provider_health.size() == 1);
}

TEST_CASE("a database that came from an older version is as a new one") {
  const auto schema_of = [](const Folder& folder) {
    std::vector<std::string> made;
    auto db = raw(folder);
    SQLite::Statement query(db, "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema");
    while (query.executeStep()) made.push_back(query.getColumn(0).getString());
    return made;
  };
  Folder fresh;
  static_cast<void>(open(fresh));
  const auto today = schema_of(fresh);
  CHECK(today.size() > 50);
  Folder older;
  raw(older).exec(script("daemon_v4.sql"));
  static_cast<void>(open(older));
  CHECK_THAT(schema_of(older), Catch::UnorderedEquals(today));
}

TEST_CASE("what one client left unfinished costs boot nothing") {
  const Traced traced;
  const auto steps_of_boot = [](int abandoned) {
    Rollouts rollouts;
    in_turn(rollouts.store(), [&](auto& turn) {
      for (int i = 0; i < abandoned; ++i)
        turn.start_rollout({.rollout_id = std::to_string(i)}, std::to_string(i), "w");
    });
    static_cast<void>(Traced::take());
    CHECK(rollouts.store().load_boot_state()->unfinished.empty());
    std::int64_t steps = 0;
    for (const auto& ran : Traced::take()) steps += ran.steps;
    return steps;
  };
  CHECK(steps_of_boot(500) == steps_of_boot(1));
}
