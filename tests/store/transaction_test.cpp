#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

void everything_a_turn_writes(store::Transaction& turn) {
  const auto id = turn.append_event(event("container.lazy_started", "coder-a", 5));
  turn.append_lifecycle_event({.id = id, .ts = 5, .instance = "coder-a", .type = "container.lazy_started"});
  turn.append_ledger(flip("coder-a", 5));
  turn.append_usage({.ts = 5, .type = "coder", .instance = "coder-a", .provider = "p", .model = "m"});
  turn.put_provider_state({.agent = "coder-a", .type = "coder", .current_tier = 2});
  turn.put_container_state({"coder-a", "{}"});
  turn.put_lifecycle_metrics({.instance = "coder-a", .starts = 1});
  turn.put_setting("colour", "green");
  turn.remember_outcome("coder-a", "task-1", 5, "{}");
  turn.insert_rollout(bound_to("coder-a", "ro-1"));
  turn.insert_attempt({.rollout_id = "ro-1", .attempt_id = "at-1"});
}

const std::vector<std::string> written_tables{"event_log",
                                              "lifecycle_events",
                                              "agent_provider_events",
                                              "usage",
                                              "agent_provider_state",
                                              "container_state",
                                              "settings",
                                              "rollouts",
                                              "lifecycle_metrics",
                                              "outcomes",
                                              "attempts"};

std::int64_t rows_in_all(const Folder& folder) {
  std::int64_t rows = 0;
  for (const auto& table : written_tables) rows += count(folder, table);
  return rows;
}

}  // namespace

TEST_CASE("a turn's writes are there together after the commit, and not a moment before") {
  Folder folder;
  auto store = open(folder);
  auto turn = store.begin();
  everything_a_turn_writes(turn);
  CHECK(rows_in_all(folder) == 0);
  REQUIRE(turn.commit());
  for (const auto& table : written_tables) {
    INFO(table);
    CHECK(count(folder, table) == 1);
  }
}

TEST_CASE("a turn that is given up leaves nothing") {
  Folder folder;
  auto store = open(folder);
  { everything_a_turn_writes(*std::make_unique<store::Transaction>(store.begin())); }
  CHECK(rows_in_all(folder) == 0);
  in_turn(store, everything_a_turn_writes);
  CHECK(rows_in_all(folder) == static_cast<std::int64_t>(written_tables.size()));
}

TEST_CASE("what was committed is there after closing and opening again") {
  Folder folder;
  {
    auto store = open(folder);
    in_turn(store, everything_a_turn_writes);
  }
  auto store = open(folder);
  CHECK(store.setting("colour") == "green");
  CHECK(rows_in_all(folder) == static_cast<std::int64_t>(written_tables.size()));
}

TEST_CASE("a turn reads what it wrote before") {
  Folder folder;
  auto store = open(folder);
  auto turn = store.begin();
  everything_a_turn_writes(turn);
  CHECK(turn.past_outcome("coder-a", "task-1") == "{}");
  CHECK(to_string(turn.rollout("ro-1")->status) == "queuing");
  CHECK(turn.attempt("ro-1", "at-1")->sequence_id == 1);
  CHECK(turn.latest_attempt("ro-1")->attempt_id == "at-1");
  CHECK(turn.next_queued("coder-a", "coder", 0)->rollout_id == "ro-1");
  CHECK(turn.queue_counts().size() == 1);
  turn.set_rollout_status("ro-1", store::RolloutStatus::running, {});
  CHECK_FALSE(turn.next_queued("coder-a", "coder", 0));
}

TEST_CASE("a turn without writes commits, also while another writes") {
  Folder folder;
  auto store = open(folder);
  auto other = raw(folder);
  other.exec("BEGIN IMMEDIATE");
  auto turn = store.begin();
  CHECK_FALSE(turn.rollout("ro-1"));
  CHECK(turn.commit());
}

TEST_CASE("a turn passed on commits once, where it went") {
  Folder folder;
  auto store = open(folder);
  auto begun = store.begin();
  begun.put_setting("colour", "green");
  {
    auto turn = std::move(begun);
    REQUIRE(turn.commit());
  }
  CHECK(store.setting("colour") == "green");
}

TEST_CASE("the first write that fails decides: the rest does nothing, reads find nothing, commit says why") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.insert_rollout(bound_to("coder-a", "ro-1")); });
  auto turn = store.begin();
  turn.put_setting("colour", "green");
  turn.insert_rollout(bound_to("coder-a", "ro-1"));  // its name is taken
  CHECK(turn.append_event(event("x", "coder-a")) == 0);
  CHECK_FALSE(turn.rollout("ro-1"));
  for (int again = 0; again < 2; ++again) {
    const auto committed = turn.commit();
    REQUIRE_FALSE(committed);
    CHECK(committed.error().kind == store::CommitErrorKind::other);
    CHECK_THAT(committed.error().message, Catch::Contains("rollouts.rollout_id"));
    CHECK_THAT(committed.error().message, Catch::Contains(folder.file()));
  }
  CHECK_FALSE(store.setting("colour"));
  CHECK(count(folder, "event_log") == 0);
}

TEST_CASE("a commit that failed has undone its turn before the next one begins") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.insert_rollout(bound_to("coder-a", "ro-1")); });
  auto failed = store.begin();
  failed.put_setting("colour", "green");
  failed.insert_rollout(bound_to("coder-a", "ro-1"));
  REQUIRE_FALSE(failed.commit());
  in_turn(store, [](auto& turn) { turn.put_setting("shape", "round"); });  // while the failed one still lives
  CHECK_FALSE(store.setting("colour"));
  CHECK(store.setting("shape") == "round");
}

TEST_CASE("any text comes back as it went in") {
  Folder folder;
  auto store = open(folder);
  const auto text = GENERATE(std::string(), std::string("'; DROP TABLE usage; --"),
                             std::string("① → ②\n\t\"\\"), std::string("nul \0 within", 12),
                             std::string("\xff\xfe not utf-8"), std::string(300'000, 'x'));
  in_turn(store, [&](auto& turn) { turn.put_setting("text", text); });
  CHECK(store.setting("text") == text);
}
