// One container, one lease; and instances that are kept started.
#include "rig.hpp"
#include "understudy/container/explain.hpp"

using namespace rig;

namespace {

Policy ephemeral() {
  return {.ephemeral = true};
}
Policy warm() {
  return {.warm = true};
}

/// The lease is over; stop and removal are answered.
void cleared_away(Rig& rig) {
  REQUIRE(rig.find<Stop>());
  rig.answer(Answer::ok);
  REQUIRE(rig.find<Remove>());
  rig.answer(Answer::ok);
}

}  // namespace

TEST_CASE("after its lease an ephemeral container is stopped and removed, though nobody waits",
          "[ephemeral]") {
  Rig rig = busy(ephemeral());
  rig.send(Release{"task"});
  CHECK(rig.it.phase == Phase::stopping);
  CHECK(rig.it.stop_intent->cause == StopCause::ephemeral);
  cleared_away(rig);
  CHECK(rig.it.phase == Phase::absent);
  CHECK_FALSE(rig.find<Create>());
}

TEST_CASE("a caller that waits beside a lease, or comes after it, gets a container of its own",
          "[ephemeral]") {
  Rig rig{ephemeral()};
  rig.send(Acquire{.id = "first"});
  rig.send(Acquire{.id = "second"});
  rig.come_up("c1", "s1");
  CHECK(rig.count<Grant>() == 1);
  CHECK(rig.it.waiters.size() == 1);
  rig.send(Acquire{.id = "third"});
  CHECK(rig.count<Grant>() == 0);
  rig.send(Release{"first"});
  cleared_away(rig);
  REQUIRE(rig.find<Create>());
  rig.come_up("c2", "s2");
  CHECK(rig.find<Grant>()->lease == "second");
  CHECK(rig.find<Grant>()->incarnation.container_id == "c2");
}

TEST_CASE("a crash under the lease does not make an ephemeral container fit for the next", "[ephemeral]") {
  Rig rig = busy(ephemeral());
  rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 137});
  REQUIRE(rig.find<Remove>());
  rig.send(Acquire{.id = "next"});
  CHECK_FALSE(rig.find<Start>());
  rig.answer(Answer::ok);
  CHECK(rig.find<Create>());
}

TEST_CASE("a daemon that comes back knows that an ephemeral container was used", "[ephemeral]") {
  Rig rig = busy(ephemeral());
  rig.it = Instance{static_cast<const Persisted&>(rig.it)};
  rig.send(Restarted{});
  rig.send(Snapshot{rig.running("s1")});
  REQUIRE(rig.it.phase == Phase::busy);
  rig.send(Acquire{.id = "next"});
  rig.send(Release{"task"});
  CHECK(rig.find<Stop>());
}

TEST_CASE("a container of ours that has run and is not remembered serves nobody", "[ephemeral]") {
  Rig rig{ephemeral()};
  rig.it = Instance{Persisted{.desired = {1, "hash-1"}}};
  rig.send(Restarted{});
  rig.send(
      Snapshot{{.found = true, .container_id = "c9", .spec = {1, "hash-1"}, .running = true, .stamp = "s9"}});
  CHECK(rig.find<Stop>());
}

TEST_CASE("an ephemeral container that was not used yet may be stopped and started again", "[ephemeral]") {
  Rig rig{ephemeral()};
  rig.send(StartRequested{});
  rig.come_up("c1", "s1");
  REQUIRE(rig.it.phase == Phase::ready);
  rig.tick_after(10min);
  rig.answer(Answer::ok);
  CHECK(rig.it.phase == Phase::stopped);
  rig.send(Acquire{.id = "task"});
  CHECK(rig.find<Start>()->container_id == "c1");
}

TEST_CASE("hot and ephemeral: the next container is made at once", "[ephemeral]") {
  Policy hot = ephemeral();
  hot.pinned = true;
  Rig rig{hot};
  rig.send(Ticked{});
  rig.come_up("c1", "s1");
  rig.send(Acquire{.id = "task"});
  rig.send(Release{"task"});
  cleared_away(rig);
  CHECK(rig.find<Create>());
}

TEST_CASE("a warm instance is started without a task and not stopped for idleness", "[warm]") {
  Rig rig{warm()};
  REQUIRE(rig.find<Create>());
  rig.come_up("c1", "s1");
  CHECK(rig.it.phase == Phase::ready);
  CHECK(rig.fact(FactType::lazy_started));
  rig.tick_after(24h);
  CHECK(rig.it.phase == Phase::ready);
  CHECK_FALSE(next_deadline(rig.policy, rig.it));
  bool told = false;
  for (const auto& guard : explain(rig.policy, rig.it, rig.now).idle_stop)
    told |= guard.name == GuardName::not_kept_warm && !guard.holds;
  CHECK(told);
  rig.policy.warm = false;  // the minimum fell: the idle time counts
  rig.send(Ticked{});
  CHECK(rig.find<Stop>());
}

TEST_CASE("a warm instance backs off from a crash loop like any other", "[warm]") {
  Policy policy = warm();
  policy.crash_loop = 1;
  Rig rig{policy};
  rig.send(Ticked{});
  rig.come_up("c1", "s1");
  rig.send(EngineDied{.incarnation = {"c1", "s1"}, .exit_code = 1});
  CHECK(rig.it.phase == Phase::backoff);
  CHECK_FALSE(rig.find<Start>());
  rig.tick_after(2s);
  CHECK(rig.find<Start>());
}
