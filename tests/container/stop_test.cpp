#include "rig.hpp"

using namespace rig;

TEST_CASE("the idle window is measured from the last release and ends in a stop with its intent",
          "[container]") {
  Rig rig = ready();
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady + 10min);
  rig.tick_after(10min - 1ms);
  CHECK(rig.effects.empty());
  rig.tick_after(1ms);
  REQUIRE(rig.find<Stop>());
  CHECK(rig.find<Stop>()->container_id == "c1");
  CHECK(rig.find<Stop>()->grace == 10s);
  REQUIRE(rig.it.stop_intent);
  CHECK(rig.it.stop_intent->incarnation == Incarnation{"c1", "s1"});
  rig.answer(Answer::ok);
  const Fact* stopped = rig.fact(FactType::lazy_stopped);
  REQUIRE(stopped);
  CHECK(stopped->idle == 10min);
  CHECK(stopped->reason == FactReason{StopCause::idle});
  CHECK(summary(*stopped, "designer-default") == "designer-default stopped after 10 min idle");
  CHECK(rig.it.phase == Phase::stopped);
  CHECK_FALSE(rig.it.stop_intent);
  CHECK_FALSE(next_deadline(rig.policy, rig.it));
}

TEST_CASE("an idle window of nought never stops, and min_up keeps a short window from thrashing",
          "[container]") {
  Rig never = ready({.idle_window = 0ms});
  never.tick_after(1000h);
  CHECK(never.it.phase == Phase::ready);

  Rig brief = ready({.idle_window = 3s});
  brief.tick_after(3s);
  CHECK(brief.it.phase == Phase::ready);
  brief.tick_after(57s);
  CHECK(brief.it.phase == Phase::stopping);
}

TEST_CASE("an instance with a lease is never stopped for idleness, whatever its timers say", "[container]") {
  Rig rig = ready();
  rig.pass(10min);
  rig.send(Acquire{.id = "late"});  // in the same moment the window is over
  REQUIRE(rig.find<Grant>());
  rig.send(Heartbeat{"late"});
  rig.send(Ticked{});
  CHECK(rig.it.phase == Phase::busy);
  CHECK_FALSE(rig.find<Stop>());
}

TEST_CASE("once the intent is written a caller waits for the next life", "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  rig.send(Acquire{.id = "b"});
  CHECK(rig.effects.empty());
  CHECK(rig.it.phase == Phase::stopping);
  rig.pass(300ms);
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Start>());
  rig.come_up("c1", "s2");
  REQUIRE(rig.find<Grant>());
  CHECK(rig.find<Grant>()->incarnation.stamp == "s2");
  CHECK(rig.fact(FactType::lazy_started)->latency->queued == 300ms);
}

TEST_CASE("a stop that is not resolved quarantines the container: look, kill, remove, make it again",
          "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady + 20s);
  rig.tick_after(20s);
  REQUIRE(rig.fact(FactType::lazy_stop_failed));
  CHECK(summary(*rig.fact(FactType::lazy_stop_failed), "a") ==
        "a could not be stopped: no answer to stop in time");
  CHECK(rig.it.quarantined_id == "c1");
  CHECK(rig.it.phase == Phase::unknown);
  REQUIRE(rig.find<Inspect>());
  rig.send(Acquire{.id = "b"});
  rig.inspected(rig.running("s1"));
  REQUIRE(rig.find<Kill>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.exited(137));
  CHECK(rig.fact(FactType::lazy_stopped));
  REQUIRE(rig.find<Remove>());
  CHECK(rig.find<Remove>()->container_id == "c1");
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Create>());
  CHECK(rig.it.quarantined_id.empty());
  rig.come_up("c2", "s1");
  CHECK(rig.find<Grant>());
}

TEST_CASE("a container that is gone when it should be stopped is stopped", "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  rig.answer(Answer::not_found);
  CHECK(rig.it.phase == Phase::absent);
  CHECK(rig.fact(FactType::lazy_stopped));
}

TEST_CASE("only a forced stop by the operator waits for nobody", "[container]") {
  Rig rig = busy();
  CHECK(in_use(rig.it));
  rig.send(StopRequested{});
  CHECK(rig.effects.empty());
  rig.send(StopRequested{.force = true});
  REQUIRE(rig.find<Revoke>());
  CHECK(rig.find<Revoke>()->cause == RevokeCause::stopped);
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  CHECK(rig.fact(FactType::lazy_stopped)->reason == FactReason{StopCause::manual});
}

TEST_CASE("a stop that is to end a task is told as such", "[container]") {
  Rig rig = busy();
  rig.send(StopRequested{.force = true, .cause = StopCause::task_end});
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  REQUIRE(rig.fact(FactType::lazy_stopped));
  CHECK(rig.fact(FactType::lazy_stopped)->reason == FactReason{StopCause::task_end});
  CHECK(summary(*rig.fact(FactType::lazy_stopped), "coder-a") == "coder-a stopped to end its task");
}

TEST_CASE("a stop by the operator while it starts takes effect as soon as the engine has answered",
          "[container]") {
  Rig rig;
  rig.send(StartRequested{});
  rig.created("c1");
  rig.send(StopRequested{});
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  CHECK(rig.it.phase == Phase::stopped);
  CHECK_FALSE(rig.find<Start>());
}

TEST_CASE("a deleted instance lets its task finish, then nothing of it is left", "[container]") {
  Rig rig = busy();
  rig.send(Acquire{.id = "b"});
  rig.send(Deleted{});
  CHECK(rig.it.phase == Phase::draining);
  CHECK(rig.fact(FactType::draining));
  rig.send(Acquire{.id = "c"});
  CHECK(rig.find<Refuse>()->reason == RefuseReason::deleted);
  rig.send(Release{"b"});
  CHECK_FALSE(rig.find<Stop>());
  rig.send(Release{"task"});
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Remove>());
  CHECK_FALSE(is_gone(rig.it));
  rig.answer(Answer::ok);
  CHECK(is_gone(rig.it));
}

TEST_CASE("forced deletion revokes the lease", "[container]") {
  Rig rig = busy();
  rig.send(Deleted{.force = true});
  CHECK(rig.find<Revoke>()->cause == RevokeCause::deleted);
  CHECK(rig.find<Stop>());
}

TEST_CASE("a shutdown stops the idle and leaves the busy, unless told otherwise", "[container]") {
  Rig idle = ready();
  idle.send(ShutDown{});
  CHECK(idle.find<Stop>());
  idle.answer(Answer::ok);
  CHECK(idle.fact(FactType::lazy_stopped)->reason == FactReason{StopCause::shutdown});

  Rig working = busy();
  working.send(ShutDown{});
  CHECK(working.effects.empty());
  working.send(Acquire{.id = "b"});
  CHECK(working.find<Refuse>()->reason == RefuseReason::shutdown);

  Rig forced = busy();
  forced.send(ShutDown{ShutdownPolicy::stop_all});
  CHECK(forced.find<Revoke>()->cause == RevokeCause::shutdown);
  CHECK(forced.find<Stop>());

  Rig left = ready();
  left.send(ShutDown{ShutdownPolicy::leave_all});
  CHECK(left.effects.empty());
  left.tick_after(1h);
  CHECK(left.effects.empty());
}
