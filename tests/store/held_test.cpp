// Tasks that wait for a provider, and those given up.
#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

constexpr std::int64_t noon = 1'800'000'000'000;
constexpr std::string_view waits = R"({"provider":"anthropic","model":"m","reason":"waits"})";

std::string next_for(store::Store& store, const std::string& agent, std::int64_t now_ms = noon) {
  auto turn = store.begin();
  const auto next = turn.next_queued(agent, "coder", now_ms);
  return next ? next->rollout_id : "nothing";
}

std::optional<std::string> held(const Folder& folder, const std::string& id) {
  return read(folder).rollout(id)->held;
}

void hold(store::Store& store, const std::string& id, std::int64_t until = noon + 5) {
  in_turn(store, [&](auto& turn) { turn.hold_task(id, until, std::string(waits)); });
}

using Texts = std::vector<std::string>;

}  // namespace

TEST_CASE("others of the queue pass a task that is held, until its time") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout(bound_to("coder-a", "first"));
    turn.insert_rollout(bound_to("coder-a", "second"));
  });
  CHECK_FALSE(held(folder, "first"));
  hold(store, "first");
  CHECK(held(folder, "first") == waits);
  CHECK(read(folder).rollout("first")->not_before_ms == noon + 5);
  CHECK(next_for(store, "coder-a") == "second");
  CHECK(next_for(store, "coder-a", noon + 5) == "first");
  CHECK(store.next_retry_at(noon) == noon + 5);
}

TEST_CASE("only what is queued is held") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout(bound_to("coder-a", "runs"));
    turn.set_rollout_status("runs", store::RolloutStatus::running, {});
  });
  hold(store, "runs");
  CHECK_FALSE(held(folder, "runs"));
  CHECK(read(folder).rollout("runs")->not_before_ms == 0);
}

TEST_CASE("a task that is taken, cancelled or ended waits no more") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::string id : {"taken", "started", "ended", "by a client"})
      turn.insert_rollout(for_any("coder", id));
    turn.insert_rollout(bound_to("coder-b", "cancelled"));
  });
  for (const std::string id : {"taken", "started", "ended", "by a client", "cancelled"}) {
    hold(store, id);
    REQUIRE(held(folder, id));
  }
  in_turn(store, [](auto& turn) {
    turn.set_rollout_status("taken", store::RolloutStatus::preparing, {});
    CHECK(turn.start_attempt("started", "at-1", std::nullopt, 5));
    turn.set_rollout_status("ended", store::RolloutStatus::failed, 5);
    CHECK(turn.change_rollout("by a client", {.status = store::RolloutStatus::cancelled}, 5));
    CHECK(turn.cancel_queued("coder-b", 5) == Texts{"cancelled"});
  });
  for (const std::string id : {"taken", "started", "ended", "by a client", "cancelled"})
    CHECK_FALSE(held(folder, id));
  in_turn(store, [](auto& turn) { turn.requeue("taken", true, 0, "{}"); });
  CHECK_FALSE(held(folder, "taken"));
}

TEST_CASE("an instance's held tasks are released at once, with those of its pool and nobody else's") {
  Folder folder;
  auto store = open(folder);
  const Texts ids{"a's", "b's", "pool", "other pool", "unmanaged", "delayed"};
  in_turn(store, [](auto& turn) {
    turn.insert_rollout({.rollout_id = "a's", .agent = "coder-a", .agent_type = "coder"});
    turn.insert_rollout({.rollout_id = "b's", .agent = "coder-b", .agent_type = "coder"});
    turn.insert_rollout(for_any("coder", "pool"));
    turn.insert_rollout(for_any("reviewer", "other pool"));
    turn.insert_rollout({.rollout_id = "unmanaged"});
    turn.insert_rollout(bound_to("coder-a", "delayed"));
  });
  for (const auto& id : ids) hold(store, id);
  in_turn(store, [](auto& turn) {
    turn.set_rollout_status("delayed", store::RolloutStatus::running, {});
    turn.requeue("delayed", true, noon + 7, "{}");  // a retry's own time, not a wait for a provider
    CHECK(turn.release_held("coder-a", "coder") == 2);
    CHECK(turn.release_held("coder-a", "coder") == 0);
  });
  Texts still;
  for (const auto& id : ids)
    if (held(folder, id)) still.push_back(id);
  CHECK(still == Texts{"b's", "other pool", "unmanaged"});
  CHECK(read(folder).rollout("a's")->not_before_ms == 0);
  CHECK(read(folder).rollout("pool")->not_before_ms == 0);
  CHECK(read(folder).rollout("delayed")->not_before_ms == noon + 7);
  in_turn(store, [](auto& turn) { CHECK(turn.release_held("", "reviewer") == 1); });
}

TEST_CASE("a task is given up from its first fault on, once it is queued") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::string id : {"late", "early", "runs", "never"}) turn.insert_rollout(for_any("coder", id));
    CHECK_FALSE(turn.next_give_up_at());
    turn.start_give_up("late", noon + 20);
    turn.start_give_up("late", noon + 5);  // the first time stays
    turn.start_give_up("early", noon + 10);
    turn.start_give_up("runs", noon);
    turn.set_rollout_status("runs", store::RolloutStatus::running, {});
    CHECK(turn.next_give_up_at() == noon + 10);
    CHECK(turn.given_up(noon + 9, 10).empty());
    CHECK(turn.given_up(noon + 20, 10) == Texts{"early", "late"});
    CHECK(turn.given_up(noon + 20, 1) == Texts{"early"});
    turn.requeue("runs", true, 0, "{}");
    CHECK(turn.given_up(noon, 10) == Texts{"runs"});
  });
  CHECK(store.next_give_up_at() == noon);
  CHECK(read(folder).rollout("late")->give_up_at_ms == noon + 20);
  CHECK_FALSE(read(folder).rollout("never")->give_up_at_ms);
}

TEST_CASE("a finished task that is queued again has all its time before it") {
  Folder folder;
  auto store = open(folder);
  const auto given_up_at = [&](store::RolloutStatus status) {
    const std::string id(to_string(status));
    in_turn(store, [&](auto& turn) {
      turn.insert_rollout(for_any("coder", id));
      turn.start_give_up(id, noon);
      turn.set_rollout_status(id, status, {});
      REQUIRE(turn.change_rollout(id, {.status = store::RolloutStatus::requeuing}, 5));
    });
    return read(folder).rollout(id)->give_up_at_ms;
  };
  CHECK_FALSE(given_up_at(store::RolloutStatus::failed));
  CHECK(given_up_at(store::RolloutStatus::running) == noon);
}
