#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

void under_way(store::Transaction& turn, const std::string& id, store::AttemptStatus attempt_status) {
  turn.insert_attempt(
      {.rollout_id = id, .attempt_id = "at " + id, .status = attempt_status, .worker_id = "coder-a"});
}

}  // namespace

TEST_CASE("a new store boots with nothing") {
  Folder folder;
  auto store = open(folder);
  const auto boot = store.load_boot_state();
  REQUIRE(boot);
  CHECK(boot->provider_states.empty());
  CHECK(boot->container_states.empty());
  CHECK(boot->metrics.empty());
  CHECK(boot->unfinished.empty());
  CHECK(boot->last_event_id == 0);
}

TEST_CASE("boot brings back each instance's last state, whole") {
  Folder folder;
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) {
      turn.put_provider_state({.agent = "coder-a", .type = "coder"});
      turn.put_provider_state({.agent = "coder-a",
                               .type = "coder",
                               .current_tier = 2,
                               .last_failover_at = 5,
                               .last_failure_kind = "quota",
                               .paused = true,
                               .pause_reason = "operator",
                               .retry_at = 9,
                               .extra = R"({"streak":2})"});
      turn.put_container_state({"coder-a", "old"});
      turn.put_container_state({"coder-a", R"({"phase":"ready"})"});
      turn.put_lifecycle_metrics({.instance = "coder-a",
                                  .starts = 1,
                                  .stops = 2,
                                  .start_failures = 3,
                                  .stop_failures = 4,
                                  .crashes = 5,
                                  .idle_seconds_total = 6,
                                  .cold_start = "7",
                                  .last_event = "8"});
      turn.put_provider_health({"0123", "tier", "m", "", "old"});
      turn.put_provider_health({"0123", "tier", "m", "", R"({"state":"open"})"});
      turn.append_event(event("x", "coder-a"));
      turn.append_event(event("x", "coder-a"));
    });
  }
  auto store = open(folder);
  const auto boot = *store.load_boot_state();
  REQUIRE(boot.provider_states.size() == 1);
  const auto& tier = boot.provider_states[0];
  CHECK(tier.agent == "coder-a");
  CHECK(tier.type == "coder");
  CHECK(tier.current_tier == 2);
  CHECK(tier.last_failover_at == 5);
  CHECK(tier.last_failure_kind == "quota");
  CHECK(tier.paused);
  CHECK(tier.pause_reason == "operator");
  CHECK(tier.retry_at == 9);
  CHECK(tier.extra == R"({"streak":2})");
  REQUIRE(boot.container_states.size() == 1);
  CHECK(boot.container_states[0].state == R"({"phase":"ready"})");
  REQUIRE(boot.metrics.size() == 1);
  const auto& m = boot.metrics[0];
  CHECK(Ids{m.starts, m.stops, m.start_failures, m.stop_failures, m.crashes, m.idle_seconds_total} ==
        Ids{1, 2, 3, 4, 5, 6});
  CHECK(m.cold_start == "7");
  CHECK(m.last_event == "8");
  REQUIRE(boot.provider_health.size() == 1);
  const auto& health = boot.provider_health[0];
  CHECK(health.account == "0123");
  CHECK(health.scope == "tier");
  CHECK(health.model == "m");
  CHECK(health.who.empty());
  CHECK(health.entry == R"({"state":"open"})");
  CHECK(boot.last_event_id == 2);
}

TEST_CASE("what an instance never had comes back as nothing, not as zero") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.put_provider_state({.agent = "coder-a", .type = "coder"}); });
  const auto row = store.load_boot_state()->provider_states.at(0);
  CHECK_FALSE(row.last_failover_at);
  CHECK_FALSE(row.last_failure_kind);
  CHECK_FALSE(row.paused);
  CHECK_FALSE(row.pause_reason);
  CHECK_FALSE(row.retry_at);
}

TEST_CASE("boot brings back the managed attempts that were under way, with their rollouts") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const auto status : store::all_attempt_statuses) {
      const std::string id(to_string(status));
      turn.insert_rollout({.rollout_id = id, .input = "\"do it\"", .agent = "coder-a"});
      under_way(turn, id, status);
    }
    turn.insert_rollout(for_any("coder", "pool"));
    under_way(turn, "pool", store::AttemptStatus::running);
    turn.insert_rollout({.rollout_id = "somebody else's"});
    under_way(turn, "somebody else's", store::AttemptStatus::running);
  });
  std::vector<std::string> found;
  const auto boot = *store.load_boot_state();
  for (const auto& [attempt, rollout] : boot.unfinished) {
    CHECK(attempt.rollout_id == rollout.rollout_id);
    CHECK(attempt.attempt_id == "at " + rollout.rollout_id);
    CHECK(attempt.worker_id == "coder-a");
    found.push_back(rollout.rollout_id);
  }
  CHECK_THAT(found, Catch::UnorderedEquals(
                        std::vector<std::string>{"preparing", "running", "unresponsive", "pool"}));
}

TEST_CASE("an instance that is erased starts from zero; its history stays") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::string name : {"coder-a", "coder-b"}) {
      turn.put_provider_state({.agent = name, .type = "coder"});
      turn.put_container_state({name, "{}"});
      turn.put_lifecycle_metrics({.instance = name});
      turn.remember_outcome(name, "task-1", 1, "{}");
      turn.append_ledger(flip(name, 1));
      turn.append_event(event("x", name));
    }
    turn.erase_instance("coder-a");
    CHECK_FALSE(turn.past_outcome("coder-a", "task-1"));
    CHECK(turn.past_outcome("coder-b", "task-1"));
  });
  const auto boot = *store.load_boot_state();
  REQUIRE(boot.provider_states.size() == 1);
  CHECK(boot.provider_states[0].agent == "coder-b");
  CHECK(boot.container_states.size() == 1);
  CHECK(boot.metrics.size() == 1);
  CHECK(read(folder).ledger("coder-a", 0, 10, {}).size() == 1);
  CHECK(read(folder).events({.instance = "coder-a"}).size() == 1);
}

TEST_CASE(
    "what is known of a provider is one row by account, scope, model and who, and goes when it is erased") {
  Folder folder;
  auto store = open(folder);
  const std::vector<store::ProviderHealthRow> rows{{"one", "account", "", "", "1"},
                                                   {"one", "tier", "m", "", "2"},
                                                   {"one", "tier", "n", "", "3"},
                                                   {"one", "agent", "m", "coder-a", "4"},
                                                   {"two", "tier", "m", "", "5"}};
  const auto kept = [&store] {
    std::string entries;
    const auto boot = *store.load_boot_state();
    for (const auto& row : boot.provider_health) entries += row.entry;
    std::ranges::sort(entries);
    return entries;
  };
  in_turn(store, [&](auto& turn) {
    for (const auto& row : rows) turn.put_provider_health(row);
  });
  CHECK(kept() == "12345");
  for (std::string left = "12345"; const auto& row : rows) {
    in_turn(store,
            [&](auto& turn) { turn.erase_provider_health(row.account, row.scope, row.model, row.who); });
    left.erase(0, 1);
    CHECK(kept() == left);
  }
}

TEST_CASE("with an instance goes what was known of providers for it alone") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.put_provider_health({"one", "agent", "m", "coder-a", "its own"});
    turn.put_provider_health({"one:coder-a", "tier", "m", "", "its own login"});
    turn.put_provider_health({"one", "agent", "m", "coder-a-b", "of another"});
    turn.put_provider_health({"one:big-coder-a", "tier", "m", "", "of another"});
    turn.put_provider_health({"one", "tier", "m", "", "of all"});
    turn.put_provider_health({"one", "host", "", "coder-a", "of a host with its name"});
    turn.erase_instance("coder-a");
  });
  std::vector<std::string> kept;
  const auto boot = *store.load_boot_state();
  for (const auto& row : boot.provider_health) kept.push_back(row.entry);
  CHECK_THAT(kept, Catch::UnorderedEquals(std::vector<std::string>{"of another", "of another", "of all",
                                                                   "of a host with its name"}));
}

TEST_CASE("an outcome reported twice gets the first answer, for each agent on its own") {
  Folder folder;
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) {
      CHECK_FALSE(turn.past_outcome("coder-a", "task-1"));
      turn.remember_outcome("coder-a", "task-1", 5, R"({"moved":true})");
      turn.remember_outcome("coder-b", "task-1", 5, R"({"moved":false})");
      turn.remember_outcome("coder-a", "task-1", 6, "a second answer");
    });
  }
  auto store = open(folder);
  auto turn = store.begin();
  CHECK(turn.past_outcome("coder-a", "task-1") == R"({"moved":true})");
  CHECK(turn.past_outcome("coder-b", "task-1") == R"({"moved":false})");
  CHECK_FALSE(turn.past_outcome("coder-a", "task-2"));
}

TEST_CASE("a setting is what it was set to last") {
  Folder folder;
  auto store = open(folder);
  CHECK_FALSE(store.setting("colour"));
  in_turn(store, [](auto& turn) { turn.put_setting("colour", "green"); });
  in_turn(store, [](auto& turn) { turn.put_setting("colour", ""); });
  CHECK(store.setting("colour") == "");
}
