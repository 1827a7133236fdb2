#include "rig.hpp"

using namespace rig;

TEST_CASE("a crash revokes the leases at once, with the reason", "[container]") {
  Rig rig = busy();
  rig.pass(75s);
  rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 137, .oom = true, .log_tail = "Killed"});
  REQUIRE(rig.find<Revoke>());
  CHECK(*rig.find<Revoke>() == Revoke{"task", RevokeCause::instance_crashed, 137, true, "Killed"});
  REQUIRE(rig.fact(FactType::crashed));
  CHECK(summary(*rig.fact(FactType::crashed), "a") == "a crashed, out of memory with code 137 after 1 min");
  CHECK(rig.it.phase == Phase::stopped);
  CHECK_FALSE(rig.find<Start>());  // nobody waits
}

TEST_CASE("a death notice of an older life changes nothing at all", "[container]") {
  Rig rig = busy();
  const Instance before = rig.it;
  rig.send(EngineDied{.incarnation = {"c1", "s0"}, .exit_code = 1});
  CHECK(rig.it == before);
  rig.send(EngineDied{.incarnation = {"c0", "s1"}, .exit_code = 1});
  CHECK(rig.it == before);
  rig.send(EngineStarted{{"c1", "s1"}});
  CHECK(rig.it == before);
  CHECK(rig.effects.empty());
}

TEST_CASE("a death notice without a stamp makes the machine look, and grant nothing meanwhile",
          "[container]") {
  Rig rig = busy();
  rig.send(EngineDied{.incarnation = {"c1", ""}});
  REQUIRE(rig.find<Inspect>());
  rig.send(Acquire{.id = "b"});
  CHECK(rig.effects.empty());
  SECTION("it lives") {
    rig.inspected(rig.running("s1"));
    CHECK(rig.find<Grant>());
    CHECK(rig.facts.empty());
  }
  SECTION("it is dead") {
    rig.inspected(rig.exited(1));
    CHECK(rig.find<Revoke>()->lease == "task");
    CHECK(rig.fact(FactType::crashed));
    CHECK(rig.find<Start>());  // "b" waits
  }
}

TEST_CASE("somebody's own docker stop is not a crash: no streak, no restart without demand", "[container]") {
  Rig rig = busy();
  rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 0, .external = true});
  CHECK(rig.find<Revoke>()->cause == RevokeCause::external_stop);
  REQUIRE(rig.fact(FactType::lazy_stopped));
  CHECK(rig.fact(FactType::lazy_stopped)->reason == FactReason{StopCause::external});
  CHECK_FALSE(rig.fact(FactType::crashed));
  CHECK(rig.it.crash_streak == 0);
  CHECK(rig.it.phase == Phase::stopped);
}

TEST_CASE("somebody's own docker start is adopted and kept warm for a window", "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  rig.answer(Answer::ok);
  rig.pass(1h);
  rig.send(EngineStarted{{"c1", "s2"}});
  REQUIRE(rig.find<Inspect>());
  Sighting seen = rig.running("s2");
  seen.started_at = rig.now.wall;
  rig.inspected(seen);
  rig.probed(true);
  rig.inspected(seen);
  CHECK(rig.it.phase == Phase::ready);
  CHECK(rig.fact(FactType::adopted));
  CHECK_FALSE(rig.fact(FactType::lazy_started));
  rig.tick_after(10min);
  CHECK(rig.find<Stop>());
}

TEST_CASE("a lease nobody renews ends after its TTL; the container is left to the idle window",
          "[container]") {
  Rig rig = busy();
  rig.tick_after(60s);
  rig.send(Heartbeat{"task"});
  rig.tick_after(60s);
  CHECK(rig.it.phase == Phase::busy);
  rig.tick_after(30s);
  REQUIRE(rig.find<Revoke>());
  CHECK(rig.find<Revoke>()->cause == RevokeCause::lease_expired);
  CHECK(rig.fact(FactType::lease_revoked));
  CHECK(rig.it.phase == Phase::ready);
  CHECK_FALSE(rig.find<Stop>());
}

TEST_CASE("heartbeats carry a lease to its hard cap and not beyond", "[container]") {
  Rig rig = busy({.lease_ttl = 90s, .lease_cap = 5min});
  for (int i = 0; i < 4; ++i) {
    rig.tick_after(60s);
    rig.send(Heartbeat{"task"});
  }
  CHECK(rig.it.phase == Phase::busy);
  rig.tick_after(60s);
  REQUIRE(rig.find<Revoke>());
  CHECK(rig.find<Revoke>()->cause == RevokeCause::hard_cap);
}

TEST_CASE("an event about something already over has no effect", "[container]") {
  Rig rig = ready();
  const Instance before = rig.it;
  rig.send(Release{"task"});
  rig.send(Heartbeat{"task"});
  rig.send(CancelWait{"task"});
  rig.send(OpResult{.epoch = 1, .kind = OpKind::create, .container_id = "c7"});
  rig.send(Inspected{2, {}});
  rig.send(Probed{3, true, {}});
  rig.send(Admitted{1});
  rig.send(SpecChanged{{1, "hash-1"}});
  CHECK(rig.it == before);
}

TEST_CASE("the same attempt asking twice gets one lease", "[container]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.send(Acquire{.id = "a"});
  rig.come_up("c1", "s1");
  CHECK(rig.count<Grant>() == 1);
  rig.send(Acquire{.id = "a"});
  CHECK(rig.effects.empty());
  CHECK(rig.it.leases.size() == 1);
}
