#include "rig.hpp"

using namespace rig;

namespace {

/// The daemon is killed and comes back a moment later, on another steady clock, with what disk kept.
void restart(Rig& rig) {
  const Persisted kept = rig.it;
  rig.it = Instance{kept};
  rig.now.wall += 3s;
  rig.now.steady = 7ms;
  rig.send(Restarted{});
}

}  // namespace

TEST_CASE("a running container is adopted with its leases, and the task's release still counts",
          "[container]") {
  Rig rig = busy();
  restart(rig);
  CHECK(rig.it.phase == Phase::unknown);
  rig.send(Snapshot{rig.running("s1")});
  CHECK(rig.it.phase == Phase::busy);
  CHECK(rig.fact(FactType::adopted));
  CHECK(rig.effects.empty());
  CHECK(rig.it.leases.front().expires_at == rig.now.steady + rig.policy.lease_ttl);
  rig.send(Release{"task"});
  CHECK(rig.it.phase == Phase::ready);
}

TEST_CASE("a running container without leases is probed before it is adopted, and its idle time counts on",
          "[container]") {
  Rig rig = ready();
  rig.pass(9min);
  restart(rig);
  Sighting seen = rig.running("s1");
  seen.started_at = rig.now.wall - 20min;
  rig.send(Snapshot{seen});
  REQUIRE(rig.find<Probe>());
  rig.probed(true);
  rig.inspected(seen);
  CHECK(rig.it.phase == Phase::ready);
  CHECK(rig.fact(FactType::adopted));
  CHECK_FALSE(rig.fact(FactType::lazy_started));  // its start was told before
  CHECK(next_deadline(rig.policy, rig.it) ==
        rig.now.steady + 60s);  // min_up from now, since the window is nearly over
}

TEST_CASE("a stop intent found at start-up is unresolved, even if the container is found stopped",
          "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  restart(rig);
  CHECK(rig.it.quarantined_id == "c1");
  SECTION("found running: stopped again, never granted") {
    rig.send(Snapshot{rig.running("s1")});
    REQUIRE(rig.find<Stop>());
    rig.send(Acquire{.id = "b"});
    rig.answer(Answer::ok);
  }
  SECTION("found stopped") {
    rig.send(Snapshot{rig.exited(0)});
  }
  CHECK(rig.fact(FactType::lazy_stopped));
  REQUIRE(rig.find<Remove>());
}

TEST_CASE("a container that died while the daemon was away loses its leases", "[container]") {
  Rig rig = busy();
  restart(rig);
  SECTION("exited") {
    rig.send(Snapshot{rig.exited(1)});
  }
  SECTION("removed") {
    rig.send(Snapshot{});
  }
  REQUIRE(rig.find<Revoke>());
  CHECK(rig.find<Revoke>()->cause == RevokeCause::lost_on_restart);
  CHECK(rig.fact(FactType::crashed));
  CHECK(rig.it.leases.empty());
}

TEST_CASE("a container restarted while the daemon was away does not carry the old leases", "[container]") {
  Rig rig = busy();
  restart(rig);
  rig.send(Snapshot{rig.running("s2")});
  CHECK(rig.find<Revoke>());
  CHECK(rig.find<Probe>());
}

TEST_CASE("a container of another generation is drained with leases, replaced without", "[container]") {
  SECTION("leased") {
    Rig rig = busy();
    rig.it.desired = {2, "hash-2"};
    restart(rig);
    rig.send(Snapshot{rig.running("s1")});
    CHECK(rig.it.phase == Phase::draining);
  }
  SECTION("idle") {
    Rig rig = ready();
    rig.it.desired = {2, "hash-2"};
    restart(rig);
    rig.send(Snapshot{rig.running("s1")});
    CHECK(rig.find<Stop>());
  }
  SECTION("not what was recorded") {
    Rig rig = ready();
    restart(rig);
    Sighting seen = rig.running("s1");
    seen.spec.hash = "hand-made";
    rig.send(Snapshot{seen});
    CHECK(rig.fact(FactType::drift_detected));
    CHECK(rig.find<Stop>());
  }
}

TEST_CASE("without a listing the first tick looks by itself", "[container]") {
  Rig rig = busy();
  restart(rig);
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady);
  rig.send(Ticked{});
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.running("s1"));
  CHECK(rig.it.phase == Phase::busy);
}

TEST_CASE("the same listing a second time changes nothing and asks for nothing", "[container]") {
  for (const bool leased : {true, false}) {
    Rig rig = leased ? busy() : ready();
    restart(rig);
    const Sighting seen = GENERATE_COPY(rig.running("s1"), rig.running("s2"), rig.exited(1), Sighting{});
    rig.send(Snapshot{seen});
    const Instance after_one = rig.it;
    rig.send(Snapshot{seen});
    CHECK(rig.it == after_one);
    CHECK(rig.effects.empty());
    CHECK(rig.facts.empty());
  }
}

TEST_CASE("later a listing is only a hint: a contradiction makes the machine look", "[container]") {
  Rig rig = busy();
  rig.send(Snapshot{rig.exited(1)});
  CHECK(rig.it.leases.size() == 1);
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.running("s1"));
  CHECK(rig.it.phase == Phase::busy);
  rig.send(Snapshot{rig.running("s1")});
  CHECK(rig.effects.empty());
}

TEST_CASE("while the engine is unreachable nothing is stopped, started or revoked", "[container]") {
  Rig rig = busy();
  rig.send(EngineUnreachable{});
  CHECK(rig.it.phase == Phase::unknown);
  rig.send(Acquire{.id = "b", .deadline = rig.now.steady + 30s});
  rig.tick_after(10s);
  CHECK(rig.effects.empty());
  CHECK(rig.it.leases.size() == 1);
  rig.send(EngineRecovered{});
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.running("s1"));
  CHECK(rig.it.phase == Phase::busy);
  CHECK(rig.find<Grant>()->lease == "b");
}

TEST_CASE("an engine that went down in the middle of a stop leaves it unresolved", "[container]") {
  Rig rig = ready();
  rig.tick_after(10min);
  rig.send(EngineUnreachable{});
  rig.answer(Answer::unresolved, "connection lost");
  CHECK(rig.it.quarantined_id == "c1");
  rig.send(EngineRecovered{});
  REQUIRE(rig.find<Inspect>());
  rig.inspected(rig.exited(0));
  CHECK(rig.find<Remove>());
}

TEST_CASE("a look that fails is repeated after a pause, not in a loop", "[container]") {
  Rig rig = busy();
  restart(rig);
  rig.send(Ticked{});
  rig.answer(Answer::unreachable);
  CHECK(rig.effects.empty());
  CHECK(next_deadline(rig.policy, rig.it) == rig.now.steady + 1s);
}
