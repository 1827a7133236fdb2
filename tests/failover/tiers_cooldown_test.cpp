// Coming back: the cooldown, the provider's own reset time, the probation and its doubling.
#include <limits>

#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("a success after the cooldown returns to tier 1") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(60min - 1ms);
  rig.succeed();
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.rows == 0);
  rig.pass(1ms);
  rig.succeed();
  CHECK(rig.moved);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.serving == opus);
  CHECK_FALSE(rig.it.retry_at);
  CHECK_FALSE(rig.it.last_failure_kind);
  CHECK(rig.row().kind == LedgerKind{Change::cooldown_reset});
}

TEST_CASE("from tier 3 the way back leads straight to tier 1") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.pass(30min);
  rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 3);
  CHECK(rig.it.retry_at == rig.now + 30min);  // tier 1's time, not tier 2's
  rig.pass(30min);
  rig.succeed();
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("the end of the cooldown alone moves nothing") {
  Rig rig;
  rig.fail(Kind::auth_error);
  CHECK_FALSE(rig.deadline());
  rig.tick_after(48h);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.rows == 0);
}

TEST_CASE("the provider's reset time prolongs the cooldown and never shortens it") {
  Rig rig;
  SECTION("a date far away") {
    rig.fail_until(Kind::quota, rig.now + 5h);
    CHECK(rig.it.retry_at == rig.now + 5h);
  }
  SECTION("a date sooner than the cooldown") {
    rig.fail_until(Kind::rate_limit, rig.now + 5min);
    CHECK(rig.it.retry_at == rig.now + 60min);
  }
  SECTION("a date in the past") {
    rig.fail_until(Kind::quota, rig.now - 24h);
    CHECK(rig.it.retry_at == rig.now + 60min);
  }
  SECTION("seconds, rounded up to the millisecond") {
    rig.fail_for(Kind::rate_limit, 7200.0001);
    CHECK(rig.it.retry_at == rig.now + 2h + 1ms);
  }
  SECTION("the later of both") {
    rig.send(OutcomeObserved{verdict(Kind::quota, 7200, rig.now + 3h)});
    CHECK(rig.it.retry_at == rig.now + 3h);
  }
}

TEST_CASE("the provider is believed for eight days at most") {
  Rig rig;
  SECTION("a date") {
    rig.fail_until(Kind::quota, rig.now + std::chrono::days{400});
  }
  SECTION("seconds") {
    rig.fail_for(Kind::quota, 1e15);
  }
  SECTION("forever") {
    rig.fail_for(Kind::quota, std::numeric_limits<double>::infinity());
  }
  CHECK(rig.it.retry_at == rig.now + std::chrono::days{8});
}

TEST_CASE("only the provider's time is capped, not the policy's cooldown") {
  Rig rig;
  rig.policy.cooldown = std::chrono::days{10};
  rig.fail_until(Kind::quota, rig.now + std::chrono::days{9});
  CHECK(rig.it.retry_at == rig.now + std::chrono::days{10});
}

TEST_CASE("seconds that are not a number count as none") {
  Rig rig;
  rig.fail_for(Kind::rate_limit, GENERATE(std::numeric_limits<double>::quiet_NaN(), -5.0, -1e300));
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("a later, shorter time does not let a tier back early") {
  Rig rig{two_tiers()};
  rig.fail_until(Kind::quota, rig.now + 24h);
  rig.fail_on(opus, Kind::rate_limit);
  CHECK(rig.it.retry_at == rig.now + 24h);
}

namespace {

/// Degraded for one cooldown, then back on tier 1 for the first time.
Rig on_probation(Policy policy = three_tiers()) {
  Rig rig{std::move(policy)};
  rig.fail(Kind::auth_error);
  rig.pass(60min);
  rig.succeed();
  REQUIRE(rig.it.current_tier == 1);
  REQUIRE(rig.it.half_open);
  return rig;
}

}  // namespace

TEST_CASE("on probation one fault of any triggering kind steps down, for twice as long") {
  const Kind kind = GENERATE(Kind::auth_error, Kind::server_error, Kind::network, Kind::timeout);
  INFO(to_string(kind));
  Rig rig = on_probation();
  rig.fail(kind);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.retry_at == rig.now + 120min);
  CHECK(rig.it.multiplier == 2);
  CHECK_FALSE(rig.it.half_open);
}

TEST_CASE("a success ends the probation: blips are forgiven again") {
  Rig rig = on_probation();
  rig.succeed();
  CHECK_FALSE(rig.it.half_open);
  CHECK(rig.rows == 0);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("the cooldown doubles up to eight times") {
  Rig rig{two_tiers()};
  rig.fail(Kind::auth_error);
  for (const int factor : {2, 4, 8, 8, 8}) {
    rig.now = *rig.it.retry_at;
    rig.succeed();
    REQUIRE(rig.it.current_tier == 1);
    rig.fail(Kind::network);
    CHECK(rig.it.retry_at == rig.now + factor * 60min);
  }
}

TEST_CASE("a success on tier 1 makes the cooldown short again, one on tier 2 does not") {
  Rig rig = on_probation(two_tiers());
  rig.fail(Kind::auth_error);
  rig.succeed();
  CHECK(rig.it.multiplier == 2);
  rig.pass(120min);
  rig.succeed();
  rig.succeed();
  CHECK(rig.it.multiplier == 1);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("the provider's time counts on probation too") {
  Rig rig = on_probation();
  rig.fail_until(Kind::quota, rig.now + 5h);
  CHECK(rig.it.retry_at == rig.now + 5h);
}

TEST_CASE("a clock that goes backwards lets nobody back early") {
  Rig rig;
  rig.fail(Kind::auth_error);
  const auto due = rig.it.retry_at;
  rig.pass(-24h);
  rig.succeed();
  rig.fail(Kind::task_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.retry_at == due);
}
