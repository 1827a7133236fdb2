// Stepping down: which outcomes move, when, and where to.
#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("a refused key, a spent allowance and a throttle step down at once") {
  const Kind kind =
      GENERATE(Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::model_not_found, Kind::token_budget);
  INFO(to_string(kind));
  Rig rig;
  rig.fail(kind);
  CHECK(rig.moved);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.serving == pro);
  CHECK(rig.it.last_failure_kind == kind);
  CHECK(rig.it.last_failover_at == rig.now);
  CHECK(rig.it.retry_at == rig.now + 60min);
  CHECK_FALSE(rig.it.paused());
}

TEST_CASE("a failing server steps down at the third fault in a row") {
  const Kind kind = GENERATE(Kind::server_error, Kind::network, Kind::timeout);
  INFO(to_string(kind));
  Rig rig;
  rig.fail(kind);
  rig.fail(kind);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.streak == 2);
  CHECK(rig.ledger.empty());
  CHECK_FALSE(rig.it.retry_at);
  rig.fail(kind);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.last_failure_kind == kind);
}

TEST_CASE("server errors, network faults and timeouts count in one streak") {
  Rig rig;
  rig.fail(Kind::timeout);
  rig.fail(Kind::network);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.row().kind == LedgerKind{Kind::server_error});
}

TEST_CASE("the threshold is the policy's") {
  Rig rig;
  rig.policy.server_error_threshold = GENERATE(1, 2, 5);
  for (int i = 1; i < rig.policy.server_error_threshold; ++i) rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 2);
}

TEST_CASE("an answer that shows the provider alive starts the streak again") {
  const Kind answer =
      GENERATE(Kind::success, Kind::context_length, Kind::invalid_request, Kind::content_policy);
  INFO(to_string(answer));
  Rig rig;
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  rig.fail(answer);
  CHECK(rig.it.streak == 0);
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 2);
}

TEST_CASE("the streak of a tier is not carried to the next") {
  Rig rig;
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 2);
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 2);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 3);
}

TEST_CASE("a task's own failure leaves everything as it is") {
  Rig rig;
  SECTION("on tier 1, in the middle of a streak") {
    rig.fail(Kind::server_error);
    rig.fail(Kind::network);
  }
  SECTION("degraded, after the cooldown") {
    rig.fail(Kind::quota);
    rig.pass(2h);
  }
  SECTION("on probation") {
    rig.fail(Kind::quota);
    rig.pass(2h);
    rig.succeed();
    REQUIRE(rig.it.half_open);
  }
  SECTION("exhausted") {
    rig = exhausted();
  }
  SECTION("fresh") {
    rig.succeed();
  }
  const State before = rig.it;
  for (int i = 0; i < 10; ++i) {
    rig.fail(Kind::task_error);
    CHECK(rig.rows == 0);
    CHECK_FALSE(rig.moved);
  }
  CHECK(rig.it == before);
}

TEST_CASE("a request's own fault never moves, not even on probation") {
  const Kind kind = GENERATE(Kind::context_length, Kind::invalid_request, Kind::content_policy);
  INFO(to_string(kind));
  Rig rig;
  rig.fail(Kind::quota);
  rig.pass(60min);
  rig.succeed();
  REQUIRE(rig.it.half_open);
  for (int i = 0; i < 10; ++i) rig.fail(kind);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.half_open);  // only a success ends a probation
}

TEST_CASE("a tier known to be out is skipped on the way down until its time comes") {
  Rig rig;
  rig.fail_on(pro, Kind::quota);
  SECTION("not yet") {
    rig.fail(Kind::auth_error);
    CHECK(rig.it.current_tier == 3);
    CHECK(rig.row() == LedgerEntry{1, 3, Kind::auth_error, "auth_error"});
  }
  SECTION("now") {
    rig.pass(60min);
    rig.fail(Kind::auth_error);
    CHECK(rig.it.current_tier == 2);
  }
}

TEST_CASE("with nothing left below, the first upper tier that is due is tried on probation") {
  Rig rig;
  rig.fail_until(Kind::quota, rig.now + 24h);
  rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 3);
  rig.pass(60min);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);  // tier 1 is out for a day
  CHECK(rig.it.half_open);
  CHECK(rig.row().from_tier == 3);
  CHECK_FALSE(rig.it.paused());
}

TEST_CASE("of several upper tiers that are due the best is tried") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.fail(Kind::auth_error);
  rig.pass(60min);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.half_open);
}

TEST_CASE("the tier below is taken before a due tier above") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(60min);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
  CHECK_FALSE(rig.it.half_open);
}
