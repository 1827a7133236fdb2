#include <catch2/catch.hpp>

#include "store/rollouts_rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

Texts resource_ids(store::Reader& reader, const store::ResourcesQuery& query) {
  Texts ids;
  for (const auto& row : reader.find_resources(query).items) ids.push_back(row.resources_id);
  return ids;
}

Texts worker_ids(store::Reader& reader, const store::WorkerQuery& query) {
  Texts ids;
  for (const auto& row : reader.find_workers(query).items) ids.push_back(row.worker_id);
  return ids;
}

}  // namespace

TEST_CASE("resources have versions: the newest is given, the older ones stay readable") {
  Rollouts rollouts;
  CHECK_FALSE(rollouts.reader().latest_resources());
  in_turn(rollouts.store(), [](auto& turn) {
    CHECK(turn.put_resources("rs-1", R"({"a": 1.0})", 10).version == 1);
    turn.put_resources("rs-2", "{}", 11);
    const auto second = turn.put_resources("rs-1", R"({"a": 2})", 12);
    CHECK(second.version == 2);
    CHECK(second.create_time == 10);
    CHECK(second.update_time == 12);
    CHECK(turn.put_resources("mine", "{}", 12).version == 1);
    turn.put_resources("rs-1", R"({"a": 3})", 12);
  });
  CHECK(rollouts.reader().latest_resources()->resources_id == "rs-1");
  CHECK(rollouts.reader().resources("rs-1")->resources == R"({"a": 3})");
  CHECK_FALSE(rollouts.reader().resources("rs-9"));
  const auto history = rollouts.reader().resources_history("rs-1");
  REQUIRE(history.size() == 3);
  CHECK(history[0].version == 3);
  CHECK(history[2].resources == R"({"a": 1.0})");
  CHECK(history[2].update_time == 10);
  CHECK(rollouts.reader().statistics().total_resources == 3);
}

TEST_CASE("resources are listed in every order, by id or part of it") {
  Rollouts rollouts;
  in_turn(rollouts.store(), [](auto& turn) {
    turn.put_resources("b", "{}", 1);
    turn.put_resources("a", "{}", 2);
    turn.put_resources("ab", "{}", 3);
    turn.put_resources("b", "{}", 4);
  });
  auto& reader = rollouts.reader();
  using S = store::ResourcesSort;
  CHECK(resource_ids(reader, {}) == Texts{"b", "a", "ab"});
  CHECK(resource_ids(reader, {.sort = S::resources_id, .descending = true}) == Texts{"b", "ab", "a"});
  CHECK(resource_ids(reader, {.sort = S::update_time}) == Texts{"a", "ab", "b"});
  CHECK(resource_ids(reader, {.sort = S::create_time, .descending = true}) == Texts{"ab", "a", "b"});
  CHECK(resource_ids(reader, {.sort = S::version, .descending = true}) == Texts{"b", "a", "ab"});
  CHECK(resource_ids(reader, {.resources_id_contains = "b"}) == Texts{"b", "ab"});
  CHECK(resource_ids(reader, {.resources_id = "a", .resources_id_contains = "b"}).empty());
  CHECK(resource_ids(reader, {.limit = 1, .offset = 1}) == Texts{"a"});
  CHECK(reader.find_resources({.limit = 1}).total == 3);
}

TEST_CASE("workers are listed in every order, by status or part of their id") {
  Rollouts rollouts;
  rollouts.enqueue();
  rollouts.dequeue(1, "w-busy");
  rollouts.dequeue(1, "w-idle");
  rollouts.now = 1003;
  in_turn(rollouts.store(), [&](auto& turn) {
    turn.heartbeat("a%", "{}", 1002);
    turn.heartbeat("w-idle", "{}", 1003);
  });
  auto& reader = rollouts.reader();
  using S = store::WorkerSort;
  using W = store::WorkerStatus;
  CHECK(worker_ids(reader, {}) == Texts{"w-busy", "w-idle", "a%"});
  CHECK(worker_ids(reader, {.sort = S::worker_id}) == Texts{"a%", "w-busy", "w-idle"});
  CHECK(worker_ids(reader, {.sort = S::last_heartbeat_time}) == Texts{"a%", "w-idle", "w-busy"});
  CHECK(worker_ids(reader, {.sort = S::last_heartbeat_time, .descending = true}) ==
        Texts{"w-busy", "w-idle", "a%"});
  CHECK(worker_ids(reader, {.sort = S::current_rollout_id}) == Texts{"w-idle", "a%", "w-busy"});
  for (const auto sort :
       {S::status, S::last_dequeue_time, S::last_busy_time, S::last_idle_time, S::current_attempt_id})
    CHECK(worker_ids(reader, {.sort = sort}).size() == 3);
  CHECK(worker_ids(reader, {.status_in = {{W::idle, W::unknown}}}) == Texts{"w-idle", "a%"});
  CHECK(worker_ids(reader, {.status_in = std::vector<W>{}}).empty());
  CHECK(worker_ids(reader, {.worker_id_contains = "%"}) == Texts{"a%"});
  CHECK(worker_ids(reader,
                   {.status_in = {{W::busy}}, .worker_id_contains = "%", .logic = store::Logic::any_of}) ==
        Texts{"w-busy", "a%"});
  CHECK(worker_ids(reader, {.logic = store::Logic::any_of}).size() == 3);
  CHECK(rollouts.reader().statistics().total_workers == 3);
}

TEST_CASE("a rollout's attempts are listed in every order") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.start_attempt(id, "w2");
  rollouts.now = 1001;
  rollouts.start_attempt(id, "w1");
  rollouts.report(id, {.status = store::AttemptStatus::failed, .last_heartbeat_time = 5});
  using S = store::AttemptSort;
  const auto order = [&](S sort, bool descending = false) {
    std::vector<std::int64_t> sequence;
    for (const auto& row :
         rollouts.reader().find_attempts({.rollout_id = id, .sort = sort, .descending = descending}).items)
      sequence.push_back(row.sequence_id);
    return sequence;
  };
  CHECK(order(S::sequence_id) == Ids{1, 2});
  CHECK(order(S::sequence_id, true) == Ids{2, 1});
  CHECK(order(S::worker_id) == Ids{2, 1});
  CHECK(order(S::end_time) == Ids{2, 1});
  CHECK(order(S::last_heartbeat_time, true) == Ids{1, 2});
  for (const auto sort : {S::creation, S::attempt_id, S::start_time, S::status})
    CHECK(order(sort).size() == 2);
  CHECK(rollouts.reader().find_attempts({.rollout_id = "ro-nope"}).total == 0);
  CHECK(rollouts.reader().find_attempts({.rollout_id = id, .limit = 1, .offset = 5}).items.empty());
}
