// What each statement costs, as SQLite plans it.
#include <catch2/catch.hpp>
#include <map>
#include <set>

#include "store/rig.hpp"
#include "store/traced.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

void every_statement_of_a_turn(store::Transaction& turn) {
  const auto id = turn.append_event(event("container.lazy_started", "coder-a", 5));
  turn.append_lifecycle_event({.id = id, .ts = 5, .instance = "coder-a", .type = "container.lazy_started"});
  turn.append_ledger(flip("coder-a", 5));
  turn.append_usage({.ts = 5, .type = "coder", .provider = "p", .model = "m", .input_tokens = 50});
  turn.put_provider_state({.agent = "coder-a", .type = "coder"});
  turn.put_container_state({"coder-a", "{}"});
  turn.put_lifecycle_metrics({.instance = "coder-a"});
  turn.put_setting("colour", "green");
  turn.remember_outcome("coder-a", "task-1", 5, "{}");
  turn.past_outcome("coder-a", "task-1");
  turn.tokens_below_at("coder", "p", "m", 100, 10, 20);
  turn.insert_rollout(bound_to("coder-a", "ro-1"));
  turn.next_queued("coder-a", "coder", 0);
  turn.rollout("ro-1");
  turn.set_rollout_status("ro-1", store::RolloutStatus::running, {});
  turn.insert_attempt({.rollout_id = "ro-1", .attempt_id = "at-1"});
  turn.update_attempt("ro-1", "at-1", {.status = store::AttemptStatus::failed});
  turn.attempt("ro-1", "at-1");
  turn.latest_attempt("ro-1");
  turn.requeue("ro-1", true, 0, "{}");
  turn.next_retry_at(0);
  turn.queue_counts();
  turn.put_provider_health({"account", "tier", "m", "", "{}"});
  turn.erase_provider_health("account", "tier", "m", "");
  turn.hold_task("ro-1", 5, "{}");
  turn.release_held("coder-a", "coder");
  turn.start_give_up("ro-1", 5);
  turn.given_up(5, 10);
  turn.next_give_up_at();
  turn.cancel_queued("coder-a", 2);
  turn.erase_instance("coder-a");
}

/// Every way that a client's rollout can go.
void every_statement_of_the_rollout_store(store::Transaction& turn) {
  const std::string watched = R"({"timeout_seconds":5.0,"max_attempts":2,"retry_condition":["timeout"]})";
  turn.put_resources("rs-1", "{}", 1);
  turn.put_resources("rs-1", "{}", 2);
  turn.enqueue({.rollout_id = "ro-a", .config = watched, .metadata = R"({"k":1})"});
  turn.start_rollout({.rollout_id = "ro-b"}, "at-b", "w");
  REQUIRE(turn.start_attempt("ro-b", "at-c", "w", 3));
  for (int i = 0; i < 2; ++i) turn.dequeue({.worker_id = "w", .new_attempt_id = [] { return "at-d"; }}, 4);
  turn.enqueue({.rollout_id = "ro-d"});
  turn.dequeue({.worker_id = "w", .new_attempt_id = [] { return "at-d"; }}, 4);
  REQUIRE(turn.undo_dequeue("ro-d", "at-d", 4));
  REQUIRE(
      turn.report_attempt("ro-b", "latest", {.status = store::AttemptStatus::running, .worker_id = "v"}, 5));
  REQUIRE(turn.change_rollout(
      "ro-a",
      {.input = "1", .mode = "val", .resources_id = "x", .config = watched, .metadata = R"({"agent":"a"})"},
      5));
  turn.change_rollout("ro-a", {.status = store::RolloutStatus::queuing, .metadata = "{}"}, 5).value();
  const store::SpanRow span{.rollout_id = "ro-b", .attempt_id = "at-c", .span_id = "s"};
  turn.add_spans({&span, 1}, 6);
  turn.reserve_sequence_ids("ro-b", 1, 6);
  turn.reserve_sequence_ids("ro-nope", 1, 6);
  turn.heartbeat("w", "{}", 6);
  turn.start_rollout({.rollout_id = "ro-c", .config = watched}, "at-e", "w");
  CHECK(turn.sweep(100, 10).size() == 1);
  turn.mark_stale_workers(100, 10);
  turn.past_answer("k");
  turn.remember_answer("k", {}, 6);
}

void every_read(store::Reader& reader) {
  static_cast<void>(reader.events({}));
  static_cast<void>(reader.events({.instance = "coder-a"}));
  static_cast<void>(reader.events({.types = {"provider.*"}, .instance = "coder-a"}));
  static_cast<void>(reader.oldest_event_id());
  static_cast<void>(reader.ledger("coder-a", 0, 10, {}));
  static_cast<void>(reader.ledger("coder-a", 0, 10, 5));
  static_cast<void>(reader.ledger_window("coder-a", 0));
  static_cast<void>(reader.lifecycle_events("coder-a", 0, 10));
  static_cast<void>(reader.usage(0));
  static_cast<void>(reader.rollout("ro-1"));
  static_cast<void>(reader.attempt("ro-1", "at-1"));
  static_cast<void>(reader.rollout_with_attempt("ro-b"));
  static_cast<void>(reader.poll({"ro-b"}));
  static_cast<void>(reader.find_attempts({.rollout_id = "ro-b"}));
  static_cast<void>(reader.find_spans({.rollout_id = "ro-b", .attempt_id = "latest"}));
  static_cast<void>(reader.find_spans({.rollout_id = "ro-b", .name_contains = "n"}));
  for (const auto sort :
       {store::ResourcesSort::creation, store::ResourcesSort::resources_id, store::ResourcesSort::create_time,
        store::ResourcesSort::update_time, store::ResourcesSort::version})
    static_cast<void>(
        reader.find_resources({.resources_id_contains = "r", .sort = sort, .descending = true}));
  static_cast<void>(reader.resources("rs-1"));
  static_cast<void>(reader.latest_resources());
  static_cast<void>(reader.resources_history("rs-1"));
  static_cast<void>(reader.find_workers({}));
  static_cast<void>(reader.worker("w"));
  static_cast<void>(reader.statistics());
  static_cast<void>(reader.next_deadline());
  static_cast<void>(reader.ended_since(5));
  static_cast<void>(reader.find_rollouts({.sort = store::RolloutSort::end_time, .descending = true}));
  CHECK(reader.take_error().empty());
}

/// Tables that may be read whole: one row an instance, a worker, or a table; and the list in its own order.
const std::set<std::string> small_tables{"sqlite_sequence", "agent_provider_state",
                                         "container_state", "lifecycle_metrics",
                                         "provider_health", "settings",
                                         "workers",         "counters",
                                         "resources"};

bool reads_a_whole_table(const std::string& step) {
  if (!step.starts_with("SCAN ") || step.find(" USING ") != std::string::npos) return false;
  const auto what = step.substr(5);  // not a table, but a value, or a part of the statement
  return what != "CONSTANT ROW" && !what.starts_with("(subquery") &&
         what.find(" VIRTUAL TABLE ") == what.npos && !small_tables.contains(what);
}

/// Sums may group. An order that no index has costs a sort at every call, but for the few equals that are put
/// in the order of creation.
bool sorts(const std::string& step) {
  return step.starts_with("USE TEMP B-TREE FOR ") && step != "USE TEMP B-TREE FOR GROUP BY" &&
         step != "USE TEMP B-TREE FOR RIGHT PART OF ORDER BY";
}

std::vector<std::string> plan_of(SQLite::Database& db, const std::string& sql) {
  std::vector<std::string> steps;
  SQLite::Statement plan(db, "EXPLAIN QUERY PLAN " + sql);
  while (plan.executeStep()) steps.push_back(plan.getColumn(3).getString());
  return steps;
}

bool is_planned(const std::string& sql) {
  return sql.starts_with("SELECT") || sql.starts_with("UPDATE") || sql.starts_with("DELETE") ||
         sql.starts_with("INSERT");
}

/// One instance with its state, and a history of so many rows.
void remember(const Folder& folder, int rows) {
  auto store = open(folder);
  in_turn(store, [&](auto& turn) {
    turn.put_provider_state({.agent = "coder-a", .type = "coder"});
    turn.put_container_state({"coder-a", "{}"});
    turn.put_lifecycle_metrics({.instance = "coder-a"});
    turn.insert_rollout(bound_to("coder-a", "under way"));
    turn.set_rollout_status("under way", store::RolloutStatus::running, {});
    turn.insert_attempt({.rollout_id = "under way", .attempt_id = "at-1", .worker_id = "coder-a"});
    for (int i = 0; i < rows; ++i) {
      auto row = event("container.lazy_started", "coder-a", i);
      row.detail = std::string(1'000, 'x');
      const auto id = turn.append_event(row);
      turn.append_lifecycle_event({.id = id, .ts = i, .instance = "coder-a", .type = row.type});
      turn.append_ledger(flip("coder-a", i));
      turn.append_usage({.ts = i, .type = "coder", .instance = "coder-a"});
      turn.insert_rollout(bound_to("coder-a", std::to_string(i)));
      turn.set_rollout_status(std::to_string(i), store::RolloutStatus::succeeded, i);
      turn.insert_attempt(
          {.rollout_id = std::to_string(i), .attempt_id = "at-1", .status = store::AttemptStatus::succeeded});
    }
  });
}

std::vector<Traced::Ran> boot(const Folder& folder) {
  static_cast<void>(Traced::take());
  auto store = open(folder);
  REQUIRE(store.load_boot_state()->unfinished.size() == 1);
  return Traced::take();
}

}  // namespace

TEST_CASE("no statement reads a whole table or sorts what an index keeps sorted") {
  Folder folder;
  const Traced traced;
  auto store = open(folder);
  static_cast<void>(store.load_boot_state());
  static_cast<void>(Traced::take());
  in_turn(store, every_statement_of_a_turn);
  in_turn(store, every_statement_of_the_rollout_store);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout(for_any("coder", "ro-2"));
    turn.set_rollout_status("ro-2", store::RolloutStatus::failed, 1);
  });
  store.prune(1'000LL * 86'400'000, {}, 1'000);
  static_cast<void>(store.load_boot_state());
  static_cast<void>(store.setting("colour"));
  auto reader = read(folder);
  every_read(reader);
  std::set<std::string> statements;
  for (const auto& ran : Traced::take())
    if (is_planned(ran.sql)) statements.insert(ran.sql);
  CHECK(statements.size() > 100);
  auto db = raw(folder);
  for (const auto& sql : statements)
    for (const auto& step : plan_of(db, sql)) {
      INFO(sql << "\n" << step);
      CHECK_FALSE(reads_a_whole_table(step));
      CHECK_FALSE(sorts(step));
      CHECK_THAT(step, !Catch::Contains("AUTOMATIC"));
    }
}

TEST_CASE("boot reads state only: its statements name no table of the history") {
  Folder folder;
  const Traced traced;
  remember(folder, 1);
  const auto ran = boot(folder);
  CHECK(ran.size() > 5);
  for (const auto& statement : ran) {
    INFO(statement.sql);
    if (statement.sql.starts_with("SELECT seq FROM sqlite_sequence")) continue;
    for (const std::string table :
         {"event_log", "agent_provider_events", "lifecycle_events", "usage", "outcomes"})
      CHECK_THAT(statement.sql, !Catch::Contains(table));
  }
}

TEST_CASE("boot takes the same number of steps after twice the history") {
  Folder young;
  Folder old;
  const Traced traced;
  remember(young, 9'000);
  remember(old, 18'000);
  REQUIRE(std::filesystem::file_size(young.file()) > 8 * 1024 * 1024);  // a small file is checked whole
  const auto little = boot(young);
  const auto much = boot(old);
  REQUIRE(little.size() == much.size());
  for (std::size_t i = 0; i < little.size(); ++i) {
    INFO(little[i].sql);
    CHECK(little[i].steps == much[i].steps);
  }
}

TEST_CASE("handing out a task takes the same number of steps however many wait behind it") {
  Folder folder;
  const Traced traced;
  auto store = open(folder);
  const auto steps_with = [&](int waiting) {
    in_turn(store, [&](auto& turn) {
      for (int i = 0; i < waiting; ++i) {
        const auto id = std::to_string(waiting) + "-" + std::to_string(i);
        turn.insert_rollout(bound_to("coder-a", "bound " + id));
        turn.insert_rollout(for_any("coder", "pooled " + id));
        turn.insert_rollout(for_any("aardvark", "other pool " + id));
      }
    });
    static_cast<void>(Traced::take());
    auto turn = store.begin();
    CHECK(turn.next_queued("coder-a", "coder", 0));
    std::int64_t steps = 0;
    for (const auto& ran : Traced::take()) steps += ran.steps;
    return steps;
  };
  const auto few = steps_with(10);
  CHECK(steps_with(3'000) == few);
}

TEST_CASE("reading what the providers did takes the same number of steps however many rollouts there were") {
  Folder folder;
  const Traced traced;
  auto store = open(folder);
  const auto add = [&](const std::string& type, int rows) {
    in_turn(store, [&](auto& turn) {
      for (int i = 0; i < rows; ++i) turn.append_event(event(type, "coder-a", 5));
    });
  };
  const auto steps_to_read = [&] {
    auto reader = read(folder);
    static_cast<void>(Traced::take());
    CHECK(reader.events({.since_ms = 1, .types = {"provider.*"}}).size() == 2);
    CHECK(reader.events({.types = {"provider.failover"}, .instance = "coder-a"}).size() == 1);
    CHECK(reader.events({.types = {"provider.*"}, .instance = "coder-b"}).empty());
    std::int64_t steps = 0;
    for (const auto& ran : Traced::take()) steps += ran.steps;
    return steps;
  };
  add("provider.failover", 1);
  add("provider.restored", 1);
  add("providers", 1);
  const auto before = steps_to_read();
  add("rollout.finished", 2'000);
  CHECK(steps_to_read() == before);
}

TEST_CASE("reading one instance's history takes the same number of steps however much others have") {
  Folder folder;
  const Traced traced;
  auto store = open(folder);
  const auto add = [&](const std::string& name, int rows) {
    in_turn(store, [&](auto& turn) {
      for (int i = 0; i < rows; ++i) {
        const auto id = turn.append_event(event("container.crashed", name, 5));
        turn.append_lifecycle_event({.id = id, .ts = 5, .instance = name, .type = "container.crashed"});
        turn.append_ledger(flip(name, 5));
      }
    });
  };
  const auto steps_to_read = [&] {
    auto reader = read(folder);
    static_cast<void>(Traced::take());
    CHECK(reader.events({.instance = "coder-a"}).size() == 3);
    CHECK(reader.lifecycle_events("coder-a", 0, 10).size() == 3);
    CHECK(reader.ledger("coder-a", 0, 2, {}).size() == 2);
    CHECK(reader.ledger_window("coder-a", 6).size() == 1);
    std::int64_t steps = 0;
    for (const auto& ran : Traced::take()) steps += ran.steps;
    return steps;
  };
  add("coder-a", 3);
  add("coder-b", 1);
  const auto before = steps_to_read();
  add("coder-b", 2'000);
  CHECK(steps_to_read() == before);
}
