#include <catch2/catch.hpp>

#include "store/rollouts_rig.hpp"

using namespace understudy;
using namespace understudy::store_test;
using A = store::AttemptStatus;

namespace {

const std::string watched =
    R"({"timeout_seconds":60.0,"unresponsive_seconds":10.0,"max_attempts":2,"retry_condition":["timeout"]})";

}  // namespace

TEST_CASE("the watchdog finds a silent attempt and a late one, and their worker is unknown") {
  Rollouts rollouts;
  const auto silent = rollouts.enqueue_with(watched);
  const auto late = rollouts.enqueue_with(watched);
  const auto silent_attempt = rollouts.dequeue(1, "w1")[0].attempt->attempt_id;
  const auto late_attempt = rollouts.dequeue(1, "w2")[0].attempt->attempt_id;
  CHECK(rollouts.reader().next_deadline() == 1010);
  rollouts.now = 1010;
  CHECK(rollouts.sweep().empty());
  rollouts.now = 1011;
  rollouts.span(late, late_attempt);
  const auto judged = rollouts.sweep();
  REQUIRE(judged.size() == 1);
  CHECK(judged[0].rollout.rollout_id == silent);
  CHECK(judged[0].attempt.attempt_id == silent_attempt);
  CHECK(to_string(judged[0].attempt.status) == "unresponsive");
  CHECK(to_string(judged[0].rollout.status) == "failed");
  CHECK(judged[0].rollout.end_time == 1011);
  CHECK(to_string(rollouts.reader().worker("w1")->status) == "unknown");
  CHECK(to_string(rollouts.reader().worker("w2")->status) == "busy");
  rollouts.now = 1061;
  const auto then = rollouts.sweep();
  REQUIRE(then.size() == 1);
  CHECK(to_string(then[0].attempt.status) == "timeout");
  CHECK(to_string(then[0].rollout.status) == "requeuing");
  CHECK(rollouts.dequeue()[0].attempt->sequence_id == 2);
}

TEST_CASE("an attempt that is heard from is not due, however often") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(watched);
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  for (int i = 0; i < 6; ++i) {
    rollouts.now += 9;
    rollouts.span(id, attempt);
    CHECK(rollouts.sweep().empty());
  }
  CHECK(rollouts.reader().next_deadline() > rollouts.now);
  rollouts.now = 1059;
  rollouts.report(id, {.last_heartbeat_time = 1059});
  CHECK(rollouts.reader().next_deadline() == 1060);
}

TEST_CASE("attempts that were heard from do not hide one that is due behind them") {
  Rollouts rollouts;
  for (int i = 0; i < 5; ++i) rollouts.enqueue_with(watched);
  const auto taken = rollouts.dequeue(5);
  rollouts.now = 1009;
  for (std::size_t i = 0; i < 4; ++i)
    rollouts.span(taken[i].rollout.rollout_id, taken[i].attempt->attempt_id);
  rollouts.now = 1011;
  const auto judged = in_turn(rollouts.store(), [&](auto& turn) { return turn.sweep(1011, 1); });
  REQUIRE(judged.size() == 1);
  CHECK(judged[0].rollout.rollout_id == taken[4].rollout.rollout_id);
  CHECK(rollouts.reader().next_deadline() == 1019);
}

TEST_CASE("a heartbeat at zero exempts from silence until the next sign of life") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(R"({"unresponsive_seconds":10.0})");
  const auto attempt = rollouts.dequeue()[0].attempt->attempt_id;
  rollouts.report(id, {.status = A::running, .last_heartbeat_time = 0});
  CHECK_FALSE(rollouts.reader().next_deadline());
  rollouts.now = 2000;
  CHECK(rollouts.sweep().empty());
  rollouts.span(id, attempt);
  CHECK(rollouts.reader().next_deadline() == 2010);
}

TEST_CASE("the watchdog ignores rollouts without a limit, without an attempt, after their end, or managed") {
  Rollouts rollouts;
  rollouts.enqueue();
  rollouts.dequeue();
  rollouts.enqueue_with(watched);
  const auto ended = rollouts.enqueue_with(watched);
  rollouts.start_attempt(ended);
  rollouts.report(ended, {.status = A::succeeded});
  const auto managed = rollouts.enqueue({.config = watched, .agent = "coder-a"});
  in_turn(rollouts.store(), [&](auto& turn) {
    turn.insert_attempt({.rollout_id = managed, .attempt_id = "at-m"});
    turn.set_rollout_status(managed, store::RolloutStatus::running, {});
  });
  CHECK_FALSE(rollouts.reader().next_deadline());
  rollouts.now = 1e9;
  CHECK(rollouts.sweep().empty());
}

TEST_CASE("a limit given or taken while the attempt runs counts at once") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue();
  rollouts.dequeue();
  rollouts.change(id, {.config = watched});
  CHECK(rollouts.reader().next_deadline() == 1010);
  rollouts.change(id, {.config = "{}"});
  CHECK_FALSE(rollouts.reader().next_deadline());
}

TEST_CASE("a cancelled rollout is not watched any more") {
  Rollouts rollouts;
  const auto id = rollouts.enqueue_with(watched);
  rollouts.dequeue();
  rollouts.change(id, {.status = store::RolloutStatus::cancelled});
  CHECK_FALSE(rollouts.reader().next_deadline());
}

TEST_CASE("a sweep judges at most as many as asked for, the longest due first") {
  Rollouts rollouts;
  for (int i = 0; i < 5; ++i) {
    rollouts.enqueue_with(watched);
    rollouts.dequeue();
    rollouts.now += 1;
  }
  rollouts.now = 2000;
  const auto first = in_turn(rollouts.store(), [&](auto& turn) { return turn.sweep(2000, 2); });
  REQUIRE(first.size() == 2);
  CHECK(first[0].rollout.rollout_id == "ro-1");
  CHECK(rollouts.reader().next_deadline() == 1012);
  CHECK(rollouts.sweep().size() == 3);
  CHECK(rollouts.sweep().size() == 0);
}

TEST_CASE("a worker that fell silent is reported once, until it is heard from again") {
  Rollouts rollouts;
  const auto stale = [&](double since) {
    return in_turn(rollouts.store(), [&](auto& turn) { return turn.mark_stale_workers(since, 10); });
  };
  const auto beat = [&](const std::string& id, std::optional<std::string> stats = {}) {
    return in_turn(rollouts.store(), [&](auto& turn) { return turn.heartbeat(id, stats, rollouts.now); });
  };
  const auto fresh = beat("w1", R"({"cpu": 1.50})");
  CHECK(to_string(fresh.status) == "unknown");
  CHECK(fresh.last_heartbeat_time == 1000);
  rollouts.now = 1050;
  CHECK(beat("w2").heartbeat_stats == std::nullopt);
  CHECK(stale(1000).empty());
  const auto first = stale(1040);
  REQUIRE(first.size() == 1);
  CHECK(first[0].worker_id == "w1");
  CHECK(first[0].stale);
  CHECK(stale(1040).empty());
  const auto back = beat("w1");
  CHECK_FALSE(back.stale);
  CHECK(back.heartbeat_stats == R"({"cpu": 1.50})");
  CHECK(stale(2000).size() == 2);
  rollouts.dequeue(1, "w2");
  CHECK_FALSE(rollouts.reader().worker("w2")->stale);
  CHECK(to_string(rollouts.reader().worker("w2")->status) == "idle");
}

TEST_CASE("an attempt that runs out of time is not a sign of life of its worker") {
  Rollouts rollouts;
  rollouts.enqueue_with(watched);
  rollouts.dequeue();
  rollouts.now = 1100;
  REQUIRE(rollouts.sweep().size() == 1);
  CHECK(in_turn(rollouts.store(), [&](auto& turn) { return turn.mark_stale_workers(1050, 10); }).size() == 1);
}
