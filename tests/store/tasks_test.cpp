#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

std::string next_for(store::Store& store, const std::string& agent, const std::string& type,
                     std::int64_t now_ms = 0) {
  auto turn = store.begin();
  const auto next = turn.next_queued(agent, type, now_ms);
  return next ? next->rollout_id : "nothing";
}

/// The order in which an instance of the type coder would be given what is queued.
std::vector<std::string> order_for(store::Store& store, const std::string& agent, std::int64_t now_ms = 0) {
  std::vector<std::string> order;
  auto turn = store.begin();
  while (const auto next = turn.next_queued(agent, "coder", now_ms)) {
    order.push_back(next->rollout_id);
    turn.set_rollout_status(next->rollout_id, store::RolloutStatus::running, {});
  }
  return order;
}

using Order = std::vector<std::string>;

}  // namespace

TEST_CASE("a rollout comes back as it was enqueued") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout({.rollout_id = "ro-1",
                         .input = R"({"n": 1.10e400})",
                         .start_time = 1.25,
                         .mode = "train",
                         .resources_id = "rs-1",
                         .config = R"({"a":1})",
                         .metadata = R"({"b":2})",
                         .agent = "coder-a",
                         .agent_type = "coder"});
    turn.insert_rollout({.rollout_id = "ro-2"});
  });
  auto reader = read(folder);
  const auto full = *reader.rollout("ro-1");
  CHECK(full.input == R"({"n": 1.10e400})");
  CHECK(full.start_time == 1.25);
  CHECK_FALSE(full.end_time);
  CHECK(full.mode == "train");
  CHECK(full.resources_id == "rs-1");
  CHECK(to_string(full.status) == "queuing");
  CHECK(full.config == R"({"a":1})");
  CHECK(full.metadata == R"({"b":2})");
  CHECK(full.agent == "coder-a");
  CHECK(full.agent_type == "coder");
  CHECK(full.not_before_ms == 0);
  CHECK(full.retry == "{}");
  const auto bare = *reader.rollout("ro-2");
  CHECK(bare.input == "null");
  CHECK_FALSE(bare.mode);
  CHECK_FALSE(bare.agent);
  CHECK_FALSE(reader.rollout("ro-3"));
}

TEST_CASE("an instance is given what is bound to it and what is for its type, first come first served") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout(for_any("coder", "pool 1"));
    turn.insert_rollout(bound_to("coder-a", "a 2"));
    turn.insert_rollout(bound_to("coder-b", "b 3"));
    turn.insert_rollout(for_any("reviewer", "reviewers 4"));
    turn.insert_rollout(bound_to("coder-a", "a 5"));
    turn.insert_rollout(for_any("coder", "pool 6"));
    turn.insert_rollout({.rollout_id = "unmanaged 7"});
  });
  CHECK(order_for(store, "coder-a") == Order{"pool 1", "a 2", "a 5", "pool 6"});
  CHECK(order_for(store, "coder-b") == Order{"pool 1", "b 3", "pool 6"});
  CHECK(order_for(store, "") == Order{"pool 1", "pool 6"});
  CHECK(next_for(store, "", "reviewer") == "reviewers 4");
  CHECK(next_for(store, "nobody", "") == "nothing");
}

TEST_CASE("a task bound to an instance is not for the rest of its type") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout({.rollout_id = "a's", .agent = "coder-a", .agent_type = "coder"});
  });
  CHECK(next_for(store, "coder-b", "coder") == "nothing");
  CHECK(next_for(store, "", "coder") == "nothing");
  CHECK(next_for(store, "coder-a", "coder") == "a's");
}

TEST_CASE("a retry waits until its time, and others go before it meanwhile") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout(bound_to("coder-a", "first"));
    turn.insert_rollout(bound_to("coder-a", "second"));
    turn.requeue("first", true, 5'000, R"({"tries":1})");
  });
  CHECK(next_for(store, "coder-a", "coder", 4'999) == "second");
  CHECK(next_for(store, "coder-a", "coder", 5'000) == "first");
  CHECK(store.next_retry_at(0) == 5'000);
  CHECK(store.next_retry_at(4'999) == 5'000);
  CHECK_FALSE(store.next_retry_at(5'000));
  const auto row = *read(folder).rollout("first");
  CHECK(to_string(row.status) == "requeuing");
  CHECK(row.retry == R"({"tries":1})");
  CHECK(row.not_before_ms == 5'000);
  in_turn(store, [](auto& turn) { turn.set_rollout_status("first", store::RolloutStatus::running, {}); });
  CHECK_FALSE(store.next_retry_at(0));
}

TEST_CASE("a task that keeps its place is first again; one that does not goes to the end") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::string id : {"1", "2", "3"}) turn.insert_rollout(for_any("coder", id));
    turn.set_rollout_status("1", store::RolloutStatus::running, {});
    turn.set_rollout_status("2", store::RolloutStatus::running, {});
    turn.requeue("1", false, 0, "{}");
    turn.requeue("2", true, 0, "{}");
    turn.insert_rollout(for_any("coder", "4"));
  });
  CHECK(order_for(store, "") == Order{"2", "3", "1", "4"});
}

TEST_CASE("what is queued says what dispatch needs") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.insert_rollout({.rollout_id = "ro-1", .config = R"({"max_attempts":2})", .agent_type = "coder"});
    turn.requeue("ro-1", true, 0, R"({"passes":1})");
  });
  auto turn = store.begin();
  const auto next = turn.next_queued("coder-a", "coder", 0);
  REQUIRE(next);
  CHECK(next->config == R"({"max_attempts":2})");
  CHECK(next->retry == R"({"passes":1})");
  CHECK_FALSE(next->agent);
  CHECK(next->agent_type == "coder");
}

TEST_CASE("the queue is counted by instance and by pool, with its oldest") {
  Folder folder;
  auto store = open(folder);
  auto reader = read(folder);
  CHECK(reader.queue_counts().empty());
  in_turn(store, [](auto& turn) {
    for (const double start : {30.0, 10.0, 20.0})
      turn.insert_rollout({.rollout_id = std::to_string(start), .start_time = start, .agent = "coder-a"});
    turn.insert_rollout({.rollout_id = "pool", .start_time = 5, .agent_type = "coder"});
    turn.insert_rollout({.rollout_id = "running", .start_time = 1, .agent_type = "coder"});
    turn.set_rollout_status("running", store::RolloutStatus::running, {});
    turn.requeue("pool", true, 99'000, "{}");
    turn.hold_task(std::to_string(20.0), 99'000, "{}");
  });
  auto counts = reader.queue_counts();
  std::ranges::sort(counts, {}, &store::QueueCount::count);
  REQUIRE(counts.size() == 2);
  CHECK_FALSE(counts[0].agent);
  CHECK(counts[0].agent_type == "coder");
  CHECK(counts[0].count == 1);
  CHECK(counts[0].oldest_start_time == 5);
  CHECK(counts[1].agent == "coder-a");
  CHECK(counts[1].count == 3);
  CHECK(counts[1].oldest_start_time == 10);
  CHECK(counts[0].held == 0);
  CHECK(counts[1].held == 1);
}

TEST_CASE("cancelling what waits for an instance leaves what runs, the pool and the others") {
  Folder folder;
  auto store = open(folder);
  const auto cancelled = in_turn(store, [](auto& turn) {
    for (const std::string id : {"queued", "retried", "runs"}) turn.insert_rollout(bound_to("coder-a", id));
    turn.requeue("retried", true, 99'000, "{}");
    turn.set_rollout_status("runs", store::RolloutStatus::running, {});
    turn.insert_rollout(for_any("coder", "pool"));
    turn.insert_rollout(bound_to("coder-b", "other"));
    return turn.cancel_queued("coder-a", 12.5);
  });
  CHECK_THAT(cancelled, Catch::UnorderedEquals(Order{"queued", "retried"}));
  auto reader = read(folder);
  CHECK(to_string(reader.rollout("queued")->status) == "cancelled");
  CHECK(reader.rollout("retried")->end_time == 12.5);
  CHECK(to_string(reader.rollout("runs")->status) == "running");
  CHECK(order_for(store, "coder-b") == Order{"pool", "other"});
  CHECK_FALSE(store.next_retry_at(0));
}

TEST_CASE("an end time, once set, stays until it is set again") {
  Folder folder;
  auto store = open(folder);
  const auto end_after = [&](store::RolloutStatus status, std::optional<double> end) {
    in_turn(store, [&](auto& turn) { turn.set_rollout_status("ro-1", status, end); });
    return read(folder).rollout("ro-1")->end_time;
  };
  in_turn(store, [](auto& turn) { turn.insert_rollout(bound_to("coder-a", "ro-1")); });
  CHECK_FALSE(end_after(store::RolloutStatus::running, {}));
  CHECK(end_after(store::RolloutStatus::failed, 7.5) == 7.5);
  CHECK(end_after(store::RolloutStatus::cancelled, {}) == 7.5);
  CHECK(end_after(store::RolloutStatus::succeeded, 8.5) == 8.5);
}

TEST_CASE("attempts are numbered from one within their rollout") {
  Folder folder;
  auto store = open(folder);
  const auto numbers = in_turn(store, [](auto& turn) {
    const auto insert = [&](const std::string& rollout, const std::string& attempt) {
      return turn.insert_attempt({.rollout_id = rollout, .attempt_id = attempt, .start_time = 2});
    };
    return Ids{insert("ro-1", "at-1"), insert("ro-1", "at-0"), insert("ro-2", "at-1"),
               insert("ro-1", "at-2")};
  });
  CHECK(numbers == Ids{1, 2, 1, 3});
  auto reader = read(folder);
  const auto rows = reader.find_attempts({.rollout_id = "ro-1"}).items;
  REQUIRE(rows.size() == 3);
  CHECK(rows[0].attempt_id == "at-1");
  CHECK(rows[1].attempt_id == "at-0");
  CHECK(rows[2].sequence_id == 3);
  auto turn = store.begin();
  CHECK(turn.latest_attempt("ro-1")->attempt_id == "at-2");
  CHECK(reader.attempt("ro-2", "at-1")->sequence_id == 1);
  CHECK_FALSE(reader.attempt("ro-2", "at-2"));
  CHECK_FALSE(turn.latest_attempt("ro-3"));
}

TEST_CASE("a change of an attempt touches only what it names") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::string id : {"at-1", "at-2"})
      turn.insert_attempt({.rollout_id = "ro-1", .attempt_id = id, .start_time = 2, .worker_id = "coder-a"});
    turn.update_attempt("ro-1", "at-1", {.last_heartbeat_time = 3.5});
    turn.update_attempt("ro-1", "at-1",
                        {.status = store::AttemptStatus::failed, .end_time = 4.5, .metadata = R"({"e":1})"});
    turn.update_attempt("ro-1", "nobody", {.status = store::AttemptStatus::failed});
  });
  auto reader = read(folder);
  const auto row = *reader.attempt("ro-1", "at-1");
  CHECK(to_string(row.status) == "failed");
  CHECK(row.end_time == 4.5);
  CHECK(row.last_heartbeat_time == 3.5);
  CHECK(row.metadata == R"({"e":1})");
  CHECK(row.worker_id == "coder-a");
  CHECK(row.start_time == 2);
  const auto other = *reader.attempt("ro-1", "at-2");
  CHECK(to_string(other.status) == "preparing");
  CHECK_FALSE(other.end_time);
  CHECK_FALSE(other.last_heartbeat_time);
  CHECK_FALSE(other.metadata);
}
