// What an engine does to a container by itself or for somebody else: pausing it, starting it again, stalling.
#include "rig.hpp"

using namespace rig;

namespace {

Sighting paused(const Rig& rig) {
  auto seen = rig.running("s1");
  seen.paused = true;
  return seen;
}
void pause(Rig& rig) {
  rig.send(EngineChanged{{"c1", ""}});
  rig.inspected(paused(rig));
}
void unpause(Rig& rig) {
  rig.send(EngineChanged{{"c1", ""}});
  rig.inspected(rig.running("s1"));
}

Policy impatient() {
  Policy policy;
  policy.min_up = 1s;
  return policy;
}
/// It dies after three seconds up, and its engine starts it again at once.
void dies_and_comes_back(Rig& rig, const std::string& stamp, const std::string& next) {
  rig.pass(3s);
  rig.send(EngineDied{.incarnation = {"c1", stamp}, .exit_code = 1});
  auto again = rig.running(next);
  again.restart_policy = "always";
  rig.send(EngineStarted{{"c1", next}});
  if (rig.it.op && rig.it.op->kind == OpKind::start) return;
  rig.inspected(again);
  if (rig.it.phase != Phase::starting) return;
  rig.probed(true);
  rig.inspected(again);
}

}  // namespace

TEST_CASE("a paused container is shown as paused, and told once", "[container][paused]") {
  auto rig = ready();
  pause(rig);
  CHECK(lifecycle_state(rig.it) == "paused");
  REQUIRE(rig.fact(FactType::paused));
  CHECK(to_string(FactType::paused) == "container.paused");
  pause(rig);
  CHECK(rig.facts.empty());
  unpause(rig);
  CHECK(lifecycle_state(rig.it) == "ready");
  CHECK(rig.fact(FactType::unpaused));
}

TEST_CASE("a caller waits while the container is paused, however long", "[container][paused]") {
  auto rig = ready();
  pause(rig);
  rig.send(Acquire{.id = "next"});
  CHECK(rig.effects.empty());
  rig.tick_after(1h);
  CHECK_FALSE(rig.find<Stop>());
  CHECK_FALSE(rig.find<Refuse>());
  unpause(rig);
  REQUIRE(rig.find<Grant>());
  CHECK(rig.find<Grant>()->lease == "next");
}

TEST_CASE("a lease outlives a pause", "[container][paused]") {
  auto rig = busy();
  pause(rig);
  CHECK(lifecycle_state(rig.it) == "paused");
  CHECK_FALSE(rig.find<Revoke>());
  unpause(rig);
  CHECK(rig.it.phase == Phase::busy);
  CHECK(rig.it.leases.size() == 1);
}

TEST_CASE("a listing shows a pause whose event was lost", "[container][paused]") {
  auto rig = ready();
  rig.send(Snapshot{paused(rig)});
  rig.inspected(paused(rig));
  CHECK(lifecycle_state(rig.it) == "paused");
  rig.send(Snapshot{rig.running("s1")});
  rig.inspected(rig.running("s1"));
  CHECK(lifecycle_state(rig.it) == "ready");
}

TEST_CASE("a look that is older than the pause does not count", "[container][paused]") {
  auto rig = ready();
  rig.send(Snapshot{});
  REQUIRE(rig.it.op);
  const auto older = rig.it.op->epoch;
  rig.send(EngineChanged{{"c1", ""}});
  rig.send(Inspected{older, rig.running("s1")});
  rig.inspected(paused(rig));
  CHECK(lifecycle_state(rig.it) == "paused");
}

TEST_CASE("a container paused while it starts is not probed, and not on its time", "[container][paused]") {
  auto rig = probing();
  rig.send(EngineChanged{{"c1", ""}});
  rig.inspected(paused(rig));
  CHECK_FALSE(rig.find<Probe>());
  CHECK(lifecycle_state(rig.it) == "paused");
  rig.tick_after(2 * rig.policy.start_timeout);
  CHECK_FALSE(rig.fact(FactType::lazy_start_failed));
  rig.inspected(rig.running("s1"));
  REQUIRE(rig.find<Probe>());
  rig.probed(true);
  rig.inspected(rig.running("s1"));
  CHECK(rig.find<Grant>());
}

TEST_CASE("an idle container that is paused is stopped when its time has come, and then no more paused",
          "[container][paused]") {
  auto rig = ready();
  pause(rig);
  rig.tick_after(rig.policy.idle_window);
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  CHECK(lifecycle_state(rig.it) == "stopped");
  CHECK_FALSE(rig.it.paused);
}

TEST_CASE("a pause is remembered, so that its end is told after a restart", "[container][paused]") {
  auto rig = ready();
  pause(rig);
  rig.send(Restarted{});
  rig.send(Snapshot{rig.running("s1")});
  CHECK(rig.fact(FactType::unpaused));
  CHECK_FALSE(rig.it.paused);
}

TEST_CASE("a forced stop reaches a paused container", "[container][paused]") {
  auto rig = busy();
  pause(rig);
  rig.send(StopRequested{.force = true});
  CHECK(rig.find<Revoke>());
  CHECK(rig.find<Stop>());
}

TEST_CASE("a crash loop that the engine keeps up reaches back-off, and its policy has a name",
          "[container][policy]") {
  auto rig = ready(impatient());
  auto seen = rig.running("s1");
  seen.restart_policy = "always";
  rig.send(EngineChanged{{"c1", ""}});
  rig.inspected(seen);
  dies_and_comes_back(rig, "s1", "s2");
  CHECK(rig.it.phase == Phase::ready);
  dies_and_comes_back(rig, "s2", "s3");
  CHECK(rig.it.phase == Phase::ready);
  rig.pass(3s);
  rig.send(EngineDied{.incarnation = {"c1", "s3"}, .exit_code = 1});
  REQUIRE(rig.fact(FactType::crashed));
  CHECK(rig.fact(FactType::crashed)->error.find("restart policy \"always\"") != std::string::npos);
  CHECK(rig.it.phase == Phase::backoff);
  CHECK(rig.it.last_error.find("restart policy \"always\"") != std::string::npos);

  auto again = rig.running("s4");
  again.restart_policy = "always";
  rig.send(EngineStarted{{"c1", "s4"}});
  rig.inspected(again);
  CHECK(rig.find<Stop>());
  rig.answer(Answer::ok);
  CHECK(rig.it.phase == Phase::backoff);
}

TEST_CASE("a container that its engine is about to start again is waited for", "[container][policy]") {
  auto rig = ready();
  rig.send(Snapshot{});
  auto between = rig.running("s1");
  between.running = false;
  between.stopping = true;
  rig.inspected(between);
  CHECK(lifecycle_state(rig.it) == "unknown");
  rig.send(Acquire{.id = "next"});
  CHECK_FALSE(rig.find<Start>());
}

TEST_CASE("an engine that stalls in the middle of a start is not the instance's failure",
          "[container][stalled]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  const bool at_the_start = GENERATE(false, true);
  if (at_the_start) rig.created("c1");
  rig.answer(Answer::unresolved, "the engine did not answer in time");
  CHECK(rig.facts.empty());
  rig.answer(Answer::unresolved, "the engine did not answer in time");  // nor does it to a look
  rig.tick_after(rig.policy.look_again);
  SECTION("and the start goes on when it answers again") {
    if (at_the_start)
      rig.inspected(rig.exited(0));
    else
      rig.inspected({});
    CHECK_FALSE(rig.fact(FactType::lazy_start_failed));
    CHECK(rig.it.fail_streak == 0);
    CHECK(rig.it.phase == Phase::starting);
  }
  SECTION("also when it was told to be lost meanwhile") {
    rig.send(EngineUnreachable{});
    rig.send(EngineRecovered{});
    rig.inspected({});
    CHECK_FALSE(rig.fact(FactType::lazy_start_failed));
    CHECK(rig.find<Create>());
  }
}

TEST_CASE("an engine that answers everything but the start is told of as a failed start",
          "[container][stalled]") {
  Rig rig;
  rig.send(Acquire{.id = "a"});
  rig.created("c1");
  rig.answer(Answer::unresolved, "the engine did not answer in time");
  rig.inspected(rig.exited(0));
  REQUIRE(rig.fact(FactType::lazy_start_failed));
  CHECK(rig.fact(FactType::lazy_start_failed)->kind == FailureKind::timeout);
  CHECK(rig.fact(FactType::lazy_start_failed)->error == "the engine did not answer in time");
  CHECK(rig.it.phase == Phase::backoff);
}

TEST_CASE("time that an engine was away is not the start's", "[container][stalled]") {
  auto rig = probing();
  rig.send(EngineUnreachable{});
  rig.tick_after(2 * rig.policy.start_timeout);
  rig.send(EngineRecovered{});
  rig.inspected(rig.running("s1"));
  CHECK_FALSE(rig.fact(FactType::lazy_start_failed));
  CHECK(rig.it.phase == Phase::starting);
}

TEST_CASE("an earlier run is over as soon as nothing runs or another begins", "[container]") {
  auto rig = busy();
  CHECK_FALSE(nothing_runs(rig.it));
  rig.send(StopRequested{.force = true});
  CHECK_FALSE(nothing_runs(rig.it));
  rig.answer(Answer::ok);
  CHECK(nothing_runs(rig.it));
  rig.send(Acquire{.id = "next"});
  CHECK(nothing_runs(rig.it));
  rig.send(Restarted{});
  CHECK_FALSE(nothing_runs(rig.it));
}
