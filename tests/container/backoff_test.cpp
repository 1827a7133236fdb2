#include "rig.hpp"

using namespace rig;

namespace {

/// One refused create and the look after it; the time of the next try is reached first.
void fail_once(Rig& rig) {
  if (!rig.it.op) rig.tick_after(*next_deadline(rig.policy, rig.it) - rig.now.steady);
  REQUIRE(rig.it.op);
  REQUIRE(rig.it.op->kind == OpKind::create);
  rig.answer(Answer::refused, "no such image: agent:1", FailureKind::image);
  const auto facts = rig.facts;
  const auto effects = rig.effects;
  if (!rig.it.op) rig.tick_after(*next_deadline(rig.policy, rig.it) - rig.now.steady);
  rig.inspected({});
  rig.facts.insert(rig.facts.begin(), facts.begin(), facts.end());
  rig.effects.insert(rig.effects.begin(), effects.begin(), effects.end());
}

}  // namespace

TEST_CASE("failed starts are retried with doubling delays while somebody waits, then the circuit opens",
          "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  Duration before{};
  for (int attempt = 1; attempt <= 4; ++attempt) {
    fail_once(rig);
    const Fact* failed = rig.fact(FactType::lazy_start_failed);
    REQUIRE(failed);
    CHECK(failed->attempt == attempt);
    CHECK(failed->kind == FailureKind::image);
    CHECK(rig.it.phase == Phase::backoff);
    CHECK(rig.it.retry_delay >= before);
    before = rig.it.retry_delay;
    CHECK_FALSE(rig.find<Refuse>());
  }
  CHECK(before == 8s);
  fail_once(rig);
  CHECK(rig.fact(FactType::circuit_open));
  REQUIRE(rig.find<Refuse>());
  CHECK(rig.find<Refuse>()->message == "no such image: agent:1");
  CHECK(rig.it.phase == Phase::failed);
  CHECK(lifecycle_state(rig.it) == "failed");
  CHECK_FALSE(rig.fact(FactType::lazy_started));
}

TEST_CASE("with the circuit open a caller is refused at once, until a half-open try succeeds",
          "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  for (int i = 0; i < 5; ++i) fail_once(rig);
  rig.send(Acquire{.id = "b"});
  REQUIRE(rig.find<Refuse>());
  CHECK(rig.find<Refuse>()->reason == RefuseReason::circuit_open);
  CHECK(rig.find<Refuse>()->retry_after > 9min);
  CHECK(rig.count<Create>() == 0);

  rig.tick_after(10min);
  CHECK(rig.fact(FactType::circuit_half_open));
  CHECK(rig.it.phase == Phase::absent);
  CHECK_FALSE(rig.find<Create>());  // nobody asks

  rig.send(Acquire{.id = "c"});
  SECTION("one more failure opens it again") {
    fail_once(rig);
    CHECK(rig.it.phase == Phase::failed);
    CHECK(rig.find<Refuse>()->waiter == "c");
  }
  SECTION("a success closes it") {
    rig.come_up("c1", "s1");
    CHECK(rig.find<Grant>());
    rig.tick_after(rig.policy.min_up);
    CHECK(rig.it.fail_streak == 0);
  }
}

TEST_CASE("a new generation or a start by hand re-arms an open circuit", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  for (int i = 0; i < 5; ++i) fail_once(rig);
  SECTION("new generation") {
    rig.send(SpecChanged{{2, "hash-2"}});
    CHECK(rig.it.phase == Phase::absent);
    rig.send(Acquire{.id = "b"});
  }
  SECTION("by hand") {
    rig.send(StartRequested{});
  }
  CHECK(rig.find<Create>());
  CHECK(rig.it.fail_streak == 0);
}

TEST_CASE("the open circuit outlives the daemon", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  for (int i = 0; i < 5; ++i) fail_once(rig);
  const Persisted kept = rig.it;
  rig.it = Instance{kept};
  rig.now.steady = 1ms;  // another boot
  rig.send(Restarted{});
  rig.send(Snapshot{});
  CHECK(rig.it.phase == Phase::failed);
  rig.send(Acquire{.id = "b"});
  CHECK(rig.find<Refuse>()->message == "no such image: agent:1");
}

TEST_CASE("back-off is spread by the chance given, never beyond its cap, never shorter than before",
          "[container]") {
  Rig low{{.backoff_max = 3s}}, high{{.backoff_max = 3s}};
  low.now.chance = 0.0;
  high.now.chance = 0.999;
  for (Rig* rig : {&low, &high}) rig->send(Acquire{.id = "a"});
  for (Rig* rig : {&low, &high}) fail_once(*rig);
  CHECK(low.it.retry_delay == 800ms);
  CHECK(high.it.retry_delay == 1199ms);
  for (Rig* rig : {&low, &high}) {
    Duration before{};
    for (int i = 0; i < 3; ++i) {
      fail_once(*rig);
      CHECK(rig->it.retry_delay >= before);
      CHECK(rig->it.retry_delay <= 3s);
      before = rig->it.retry_delay;
    }
  }
}

TEST_CASE("crashes that follow each other within min_up are a loop, and a loop backs off", "[container]") {
  Rig rig = busy();
  for (int crash = 1; crash <= 3; ++crash) {
    const std::string stamp = named("s", crash);
    rig.pass(2s);
    rig.send(EngineDied{.incarnation = {"c1", stamp}, .exit_code = 1});
    REQUIRE(rig.fact(FactType::crashed));
    rig.send(Acquire{.id = named("again-", crash)});
    if (crash == 3) break;
    REQUIRE(rig.find<Start>());
    rig.come_up("c1", named("s", crash + 1));
  }
  CHECK(rig.it.phase == Phase::backoff);
  CHECK_FALSE(rig.find<Start>());
  rig.tick_after(1s);
  CHECK(rig.find<Start>());
}
