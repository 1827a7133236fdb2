// Wrapping: once around, ignoring what is known, then a pause as usual.
#include "tiers_rig.hpp"

using namespace tiers;

namespace {

/// Three tiers failed once, and the instance went round to tier 1.
Rig wrapped_once() {
  Rig rig{wrapping(three_tiers())};
  for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 1);
  REQUIRE(rig.it.wrapped);
  return rig;
}

}  // namespace

TEST_CASE("a fault on the last tier wraps to tier 1 though it is known to be out") {
  Rig rig = wrapped_once();
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.row() == LedgerEntry{3, 1, Kind::auth_error, "auth_error"});
  CHECK(rig.it.last_failover_at == rig.now);
}

TEST_CASE("a full wrap without one success in between pauses") {
  Rig rig = wrapped_once();
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);  // the second pass ignores what is known, too
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
  CHECK(rig.it.current_tier == 3);
  CHECK(rig.row().kind == LedgerKind{Change::exhausted});
  CHECK(rig.ledger.size() == 6);
}

TEST_CASE("a success in between allows the next wrap") {
  Rig rig = wrapped_once();
  rig.succeed();
  CHECK_FALSE(rig.it.wrapped);
  rig.pass(60min);
  for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 1);
  CHECK_FALSE(rig.it.paused());
}

TEST_CASE("the answer of a tier it is no longer on is not the success in between") {
  Rig rig = wrapped_once();
  rig.succeed_on(coder);
  for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
  CHECK(rig.it.paused());
}

TEST_CASE("when tier 1 fails and all below are known to be out, the wrap goes on below") {
  Rig rig = wrapped_once();
  rig.succeed();
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.wrapped);
}

TEST_CASE("a due tier is taken before a wrap, and on probation") {
  Rig rig{wrapping(two_tiers())};
  rig.fail(Kind::auth_error);
  rig.pass(60min);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.half_open);
  CHECK_FALSE(rig.it.wrapped);
}

TEST_CASE("a wrap never enters a tier whose budget is still exceeded") {
  Rig rig{wrapping(three_tiers())};
  rig.send(BudgetExceeded{opus, rig.now + 12h});
  rig.fail(Kind::auth_error);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.wrapped);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
}

TEST_CASE("the pass after a wrap skips a tier over its budget") {
  Rig rig{wrapping(three_tiers())};
  rig.send(BudgetExceeded{pro, rig.now + 12h});
  rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 3);
  rig.fail(Kind::auth_error);
  REQUIRE(rig.it.current_tier == 1);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
}

TEST_CASE("when every other tier is over its budget a wrap pauses") {
  Rig rig{wrapping(two_tiers())};
  rig.send(BudgetExceeded{opus, rig.now + 12h});
  rig.fail(Kind::auth_error);
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("a budget that is below its threshold again does not stop a wrap") {
  Rig rig{wrapping(two_tiers())};
  rig.send(BudgetExceeded{opus, rig.now + 30min});
  rig.pass(30min);  // the cooldown still runs
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.wrapped);
}

TEST_CASE("an instance that wrapped and paused resumes on probation, and its next way round counts again") {
  Rig rig = wrapped_once();
  for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
  REQUIRE(rig.deadline());
  rig.now = *rig.deadline();
  rig.send(Ticked{});
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.half_open);
  CHECK(rig.it.current_tier == 1);
  CHECK_FALSE(rig.it.wrapped);
  for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
  CHECK(rig.it.wrapped);
  CHECK_FALSE(rig.it.paused());
}
