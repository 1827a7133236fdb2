// Outcomes of attempts that started on a tier the instance has left, or has not reached.
#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("two tasks that fail together on tier 1 step down once") {
  Rig rig;
  rig.fail_on(opus, Kind::auth_error);
  rig.fail_on(opus, Kind::auth_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.ledger.size() == 1);
}

TEST_CASE("an outcome that names the current tier is one of the current tier") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.fail_on(pro, Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
}

TEST_CASE("a late fault of the tier above prolongs that tier's time and moves nothing") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(30min);
  rig.fail_on(opus, Kind::quota);
  CHECK_FALSE(rig.moved);
  CHECK(rig.rows == 0);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.retry_at == rig.now + 60min);
  CHECK(rig.it.last_failure_kind == Kind::auth_error);
  CHECK(rig.it.last_failover_at == rig.now - 30min);
}

TEST_CASE("a late fault of the tier below is remembered for the way down") {
  Rig rig;
  rig.fail_on(pro, Kind::quota);
  CHECK(rig.it.not_before.at(pro) == rig.now + 60min);
  CHECK_FALSE(rig.it.retry_at);
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("an outcome from elsewhere touches neither streak nor probation nor doubling") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(60min);
  SECTION("in a streak") {
    rig.fail(Kind::server_error);
    rig.fail(Kind::server_error);
  }
  SECTION("on probation") {
    rig.succeed();
    REQUIRE(rig.it.half_open);
  }
  State before = rig.it;
  const TierId other = coder;
  for (const Kind kind : all_kinds) rig.fail_on(other, kind);
  CHECK(rig.ledger.size() == (before.half_open ? 2 : 1));
  rig.it.not_before.erase(other);
  before.not_before.erase(other);
  CHECK(rig.it == before);
}

TEST_CASE("a late success of tier 1 does not return before its time") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.succeed_on(opus);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("a late success of tier 1 after the cooldown is not the success that returns") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(2h);
  rig.succeed_on(opus);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.rows == 0);
}

TEST_CASE("a tier that is no longer in the chain leaves no trace") {
  Rig rig;
  rig.fail_on({"gone", "gone"}, Kind::auth_error);
  CHECK(at_rest(rig.it));
  CHECK(rig.rows == 0);
}

TEST_CASE("a trigger that is off leaves no trace from elsewhere either") {
  Rig rig;
  rig.policy.triggers.erase(Kind::quota);
  rig.fail_on(pro, Kind::quota);
  CHECK(rig.it.not_before.empty());
}

TEST_CASE("a late fault of the only tier that is about to be due postpones the resume") {
  Rig rig = exhausted();
  rig.pass(30min);
  rig.fail_on(opus, Kind::auth_error);
  CHECK(rig.it.retry_at == rig.now + 30min);  // tier 2 is due first
  rig.fail_on(pro, Kind::auth_error);
  CHECK(rig.deadline() == rig.now + 60min);
  rig.tick_after(30min);
  CHECK(rig.it.paused());
  rig.tick_after(30min);
  CHECK_FALSE(rig.it.paused());
}
