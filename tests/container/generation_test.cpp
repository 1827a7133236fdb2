#include "rig.hpp"

using namespace rig;

TEST_CASE("a tier change while stopped removes and recreates at the next start, not before", "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  rig.answer(Answer::ok);
  rig.send(SpecChanged{{2, "hash-2"}});
  CHECK(rig.effects.empty());
  rig.send(Acquire{.id = "b"});
  REQUIRE(rig.find<Remove>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Create>());
  CHECK(rig.find<Create>()->spec == Spec{2, "hash-2"});
  rig.created("c2");
  REQUIRE(rig.fact(FactType::recreated));
  CHECK(summary(*rig.fact(FactType::recreated), "a") == "a recreated: generation 1 → 2");
}

TEST_CASE("a tier change while ready replaces the container; it starts again only if somebody waits",
          "[container]") {
  Rig rig = ready();
  rig.send(SpecChanged{{2, "hash-2"}});
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  CHECK(rig.fact(FactType::lazy_stopped)->reason == FactReason{StopCause::drain});
  CHECK(rig.it.phase == Phase::stopped);
  CHECK(rig.effects.empty());
}

TEST_CASE("a tier change while busy drains: the task finishes on the old tier, callers wait for the new one",
          "[container]") {
  Rig rig = busy();
  rig.send(SpecChanged{{2, "hash-2"}});
  CHECK(rig.it.phase == Phase::draining);
  CHECK(rig.fact(FactType::draining)->callers == 1);
  rig.send(Acquire{.id = "b"});
  CHECK(rig.effects.empty());
  rig.send(SpecChanged{{3, "hash-3"}});  // generations in between are never built
  rig.send(Release{"task"});
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Remove>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Create>());
  CHECK(rig.find<Create>()->spec == Spec{3, "hash-3"});
  rig.come_up("c2", "s1");
  CHECK(rig.find<Grant>()->lease == "b");
}

TEST_CASE("at the drain deadline the default waits on; force interrupts, then revokes, then stops",
          "[container]") {
  Rig patient = busy({.lease_ttl = 10h});
  patient.send(SpecChanged{{2, "hash-2"}});
  patient.tick_after(30min);
  CHECK(patient.effects.empty());
  CHECK(patient.it.phase == Phase::draining);

  Rig forceful = busy({.drain_policy = DrainPolicy::force, .lease_ttl = 10h});
  forceful.send(SpecChanged{{2, "hash-2"}});
  forceful.tick_after(30min);
  REQUIRE(forceful.find<Interrupt>());
  CHECK(forceful.it.leases.size() == 1);
  forceful.tick_after(30s);
  REQUIRE(forceful.find<Revoke>());
  CHECK(forceful.find<Revoke>()->cause == RevokeCause::drain_forced);
  CHECK(forceful.find<Stop>());
}

TEST_CASE("a tier change while starting calls the start off, and its callers get the new one",
          "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  SECTION("before the container exists") {
    rig.send(SpecChanged{{2, "hash-2"}});
    CHECK(rig.effects.empty());
    rig.created("c1");
    REQUIRE(rig.find<Remove>());  // made from generation 1, never started
  }
  SECTION("while it is probed") {
    rig.created("c1");
    rig.answer(Answer::ok);
    rig.inspected(rig.running("s1"));
    const auto stale = rig.it.op->epoch;
    rig.send(SpecChanged{{2, "hash-2"}});
    REQUIRE(rig.find<Stop>());
    rig.send(Probed{stale, true, {}});
    CHECK(rig.effects.empty());
    rig.answer(Answer::ok);
    CHECK(rig.facts.empty());
    REQUIRE(rig.find<Remove>());
  }
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Create>());
  rig.come_up("c2", "s1");
  CHECK(rig.find<Grant>()->lease == "a");
}

TEST_CASE("a create that already used the newest spec is not repeated", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.send(SpecChanged{{2, "hash-2"}});  // while the create waits for admission
  rig.send(OpResult{
      .epoch = rig.it.op->epoch, .kind = OpKind::create, .container_id = "c1", .applied = Spec{2, "hash-2"}});
  CHECK(rig.find<Start>());
}
