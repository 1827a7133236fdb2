// The token budget: a trigger from outside.
#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("an exceeded budget steps down at once") {
  Rig rig;
  rig.send(BudgetExceeded{opus, rig.now + 10min});
  CHECK(rig.moved);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.last_failure_kind == Kind::token_budget);
  CHECK(rig.row() == LedgerEntry{1, 2, Kind::token_budget, "token_budget"});
  CHECK(rig.it.retry_at == rig.now + 60min);  // the cooldown, when the window empties sooner
}

TEST_CASE("nobody returns before the window's use falls below the threshold") {
  Rig rig;
  rig.send(BudgetExceeded{opus, rig.now + 5h});
  CHECK(rig.it.retry_at == rig.now + 5h);
  rig.pass(5h - 1ms);
  rig.succeed();
  CHECK(rig.it.current_tier == 2);
  rig.pass(1ms);
  rig.succeed();
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("a budget's time is ours, so it is not capped") {
  Rig rig;
  rig.send(BudgetExceeded{opus, rig.now + std::chrono::days{30}});
  CHECK(rig.it.retry_at == rig.now + std::chrono::days{30});
}

TEST_CASE("without a time the cooldown bounds how long a budget is believed to be exceeded") {
  Rig rig{wrapping(two_tiers())};
  rig.send(BudgetExceeded{opus, std::nullopt});
  CHECK(rig.it.retry_at == rig.now + 60min);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.paused());  // no wrap into it meanwhile
}

TEST_CASE("a budget on the last tier exhausts") {
  Rig rig{two_tiers()};
  rig.fail(Kind::auth_error);
  rig.send(BudgetExceeded{pro, rig.now + 5h});
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
  CHECK(rig.row() == LedgerEntry{2, 2, Change::exhausted, "token_budget"});
}

TEST_CASE("the budget of a tier it is not on is remembered and moves nothing") {
  Rig rig;
  rig.send(BudgetExceeded{pro, rig.now + 5h});
  CHECK_FALSE(rig.moved);
  CHECK(rig.rows == 0);
  CHECK_FALSE(rig.it.last_failure_kind);
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 3);
}

TEST_CASE("the budget of tier 1 found later keeps a degraded instance down for longer") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.send(BudgetExceeded{opus, rig.now + 5h});
  CHECK(rig.it.retry_at == rig.now + 5h);
}

TEST_CASE("the budget of a tier that is not in the chain changes nothing") {
  Rig rig;
  rig.send(BudgetExceeded{{"gone", "gone"}, rig.now + 5h});
  CHECK(rig.rows == 0);
  CHECK(at_rest(rig.it));
}

TEST_CASE("a success does not empty a window") {
  Rig rig{two_tiers()};
  rig.send(BudgetExceeded{opus, rig.now + 5h});
  rig.fail_on(opus, Kind::rate_limit);
  rig.succeed();
  rig.pass(4h);
  rig.succeed();
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.over_budget_until.contains(opus));
}

TEST_CASE("back within its budget the instance is on probation like after any fault") {
  Rig rig;
  rig.send(BudgetExceeded{opus, rig.now + 5h});
  rig.pass(5h);
  rig.succeed();
  CHECK(rig.it.half_open);
  rig.send(BudgetExceeded{opus, rig.now + 30min});
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.retry_at == rig.now + 120min);
}
