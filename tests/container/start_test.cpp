#include "rig.hpp"

using namespace rig;

TEST_CASE("a daemon that starts believes nothing and sends nothing before it was told what runs",
          "[container]") {
  const auto [state, facts, effects] = step(Policy{}, Instance{}, Restarted{}, Now{});
  CHECK(state.phase == Phase::unknown);
  CHECK(facts.empty());
  CHECK(effects.empty());
}

TEST_CASE("from acquire to grant: create, start, look, probe, look again, and only then a lease",
          "[container]") {
  Rig rig;
  CHECK(rig.it.phase == Phase::absent);
  rig.send(Acquire{.id = "a"});
  REQUIRE(rig.find<Create>());
  CHECK(rig.find<Create>()->spec == Spec{1, "hash-1"});
  rig.created("c1");
  REQUIRE(rig.find<Start>());
  CHECK(rig.find<Start>()->container_id == "c1");
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.running("s1"));
  REQUIRE(rig.find<Probe>());
  rig.probed(true);
  CHECK_FALSE(rig.find<Grant>());
  CHECK(rig.facts.empty());
  rig.inspected(rig.running("s1"));
  REQUIRE(rig.find<Grant>());
  CHECK(*rig.find<Grant>() == Grant{"a", {"c1", "s1"}});
  CHECK(rig.it.phase == Phase::busy);
  CHECK(rig.fact(FactType::lazy_started));
}

TEST_CASE("callers who come while it starts share the one start", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  for (const char* id : {"b", "c", "d"}) {
    rig.send(Acquire{.id = id});
    CHECK(rig.effects.empty());
  }
  rig.come_up("c1", "s1");
  CHECK(rig.count<Grant>() == 4);
  REQUIRE(rig.fact(FactType::lazy_started));
  CHECK(rig.fact(FactType::lazy_started)->callers == 4);
  rig.send(Acquire{.id = "e"});
  CHECK(rig.count<Grant>() == 1);
}

TEST_CASE("the latency of a start is the sum of queueing, creating, starting and probing", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.pass(40ms);  // the start semaphore was full
  rig.send(Admitted{rig.it.op->epoch});
  rig.pass(90ms);
  rig.created("c1");
  rig.pass(7ms);
  rig.send(Admitted{rig.it.op->epoch});
  rig.pass(100ms);
  rig.answer(Answer::ok);
  rig.inspected(rig.running("s1"));
  rig.pass(50ms);
  rig.probed(true);
  rig.inspected(rig.running("s1"));
  const Fact* started = rig.fact(FactType::lazy_started);
  REQUIRE(started);
  CHECK(started->latency == Latency{287ms, 47ms, 90ms, 100ms, 50ms});
  CHECK(summary(*started, "reviewer-default") == "reviewer-default started in 287 ms");
}

TEST_CASE("a runtime that knows the stamp at the start saves the first look", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.created("p1");
  rig.send(OpResult{.epoch = rig.it.op->epoch, .kind = OpKind::start, .stamp = "pid 7"});
  REQUIRE(rig.find<Probe>());
  rig.probed(true);
  rig.inspected(rig.running("pid 7"));
  CHECK(rig.find<Grant>());
}

TEST_CASE("a probe that passed on another life does not count", "[container]") {
  auto rig = probing();
  rig.probed(true);
  rig.inspected(rig.running("s2"));
  CHECK_FALSE(rig.find<Grant>());
  REQUIRE(rig.find<Probe>());
  rig.probed(true);
  rig.inspected(rig.running("s2"));
  REQUIRE(rig.find<Grant>());
  CHECK(rig.find<Grant>()->incarnation.stamp == "s2");
}

TEST_CASE("a failed probe is repeated after a growing delay, and a look comes first", "[container]") {
  auto rig = probing();
  rig.probed(false, "connection refused");
  CHECK(rig.effects.empty());
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady + 20ms);
  rig.tick_after(20ms);
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.running("s1"));
  rig.probed(false, "connection refused");
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady + 30ms);
}

TEST_CASE("an exit before readiness is a failed start with code and log, not a crash", "[container]") {
  auto rig = probing();
  const bool by_event = GENERATE(true, false);
  if (by_event) {
    rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 3, .log_tail = "no such model"});
  } else {
    rig.probed(false);
    rig.tick_after(20ms);
    Sighting gone = rig.exited(3);
    gone.log_tail = "no such model";
    rig.inspected(gone);
  }
  const Fact* failed = rig.fact(FactType::lazy_start_failed);
  REQUIRE(failed);
  CHECK(failed->kind == FailureKind::exit);
  CHECK(failed->exit_code == 3);
  CHECK(failed->log_tail == "no such model");
  CHECK(summary(*failed, "a") == "a could not start: exited with code 3 before it was ready");
  CHECK_FALSE(rig.fact(FactType::crashed));
  CHECK_FALSE(rig.fact(FactType::lazy_started));
  CHECK(rig.it.phase == Phase::backoff);
  CHECK(lifecycle_state(rig.it) == "starting");
}

TEST_CASE("a container that is not ready in time is stopped before the next try", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.created("c1");
  rig.send(Admitted{rig.it.op->epoch});
  rig.answer(Answer::ok);
  rig.inspected(rig.running("s1"));
  rig.probed(false, "503");
  rig.tick_after(60s);
  REQUIRE(rig.fact(FactType::lazy_start_failed));
  CHECK(rig.fact(FactType::lazy_start_failed)->kind == FailureKind::timeout);
  CHECK(rig.fact(FactType::lazy_start_failed)->error == "not ready in time: 503");
  REQUIRE(rig.find<Stop>());
  CHECK(rig.it.stop_intent);
  rig.answer(Answer::ok);
  CHECK(rig.facts.empty());  // it was never announced, so its end is not either
  CHECK(rig.it.phase == Phase::backoff);
}

TEST_CASE("a start that is called off by its last caller goes on: the next call is warm", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.created("c1");
  rig.send(CancelWait{"a"});
  rig.answer(Answer::ok);
  rig.pass_probe("s1");
  CHECK(rig.it.phase == Phase::ready);
  CHECK_FALSE(rig.find<Grant>());
}

TEST_CASE("a caller waits until its own deadline and no longer", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a", .deadline = rig.now.steady + 5s});
  rig.send(Acquire{.id = "b"});
  rig.tick_after(5s);
  REQUIRE(rig.count<Refuse>() == 1);
  CHECK(rig.find<Refuse>()->waiter == "a");
  CHECK(rig.find<Refuse>()->reason == RefuseReason::timeout);
  rig.come_up("c1", "s1");
  CHECK(rig.count<Grant>() == 1);
}

TEST_CASE("304 to a start and a name in use prove nothing: look, then take what is there", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  SECTION("a start that is already done") {
    rig.created("c1");
    rig.answer(Answer::already_done);
    CHECK(rig.it.phase == Phase::unknown);
    REQUIRE(rig.find<Inspect>());
    rig.inspected(rig.running("s1"));
    REQUIRE(rig.find<Probe>());
    rig.probed(true);
    rig.inspected(rig.running("s1"));
  }
  SECTION("a create whose name is in use") {
    rig.answer(Answer::conflict);
    REQUIRE(rig.find<Inspect>());
    CHECK(rig.find<Inspect>()->container_id.empty());  // by label
    rig.inspected({.found = true, .container_id = "c9", .spec = {1, "hash-1"}});
    REQUIRE(rig.find<Start>());
    CHECK(rig.find<Start>()->container_id == "c9");
    rig.come_up("c9", "s1");
  }
  CHECK(rig.find<Grant>());
  CHECK(rig.fact(FactType::lazy_started));
}

TEST_CASE("an engine that keeps contradicting itself becomes a failed start, not a loop", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  int tries = 0;
  while (!rig.fact(FactType::lazy_start_failed) && tries < 10) {
    ++tries;
    if (!rig.it.op) rig.tick_after(*next_deadline(rig.policy, rig.it) - rig.now.steady);
    if (rig.it.op->kind == OpKind::create) rig.answer(Answer::conflict, "name in use");
    if (rig.it.op && rig.it.op->kind == OpKind::inspect) rig.inspected({});
  }
  CHECK(tries <= 5);
  CHECK(rig.it.last_error == "name in use");
}

TEST_CASE("a pinned instance starts by itself and tells no lazy facts", "[container]") {
  Rig rig{{.pinned = true}};
  REQUIRE(rig.find<Create>());
  rig.come_up("c1", "s1");
  CHECK(rig.it.phase == Phase::ready);
  CHECK(rig.facts.empty());
  rig.tick_after(24h);
  CHECK(rig.it.phase == Phase::ready);
  rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 1});
  CHECK(rig.fact(FactType::crashed));
  CHECK(rig.find<Start>());  // restarted when it dies
}

TEST_CASE("pre-warming starts without a caller, and the idle window applies", "[container]") {
  Rig rig;
  rig.send(StartRequested{});
  REQUIRE(rig.find<Create>());
  rig.come_up("c1", "s1");
  CHECK(rig.it.phase == Phase::ready);
  CHECK(rig.fact(FactType::lazy_started));
  rig.tick_after(10min);
  CHECK(rig.find<Stop>());
}
