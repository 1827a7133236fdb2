// Pausing: because every tier is out, or because the operator says so.
#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("a fault on the last tier pauses the instance until the first tier is due") {
  Rig rig{two_tiers()};
  rig.fail(Kind::auth_error);
  const Instant first = rig.now + 60min;
  rig.pass(10min);
  rig.fail(Kind::quota);
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
  CHECK(rig.it.current_tier == 2);
  CHECK_FALSE(rig.moved);
  CHECK(rig.it.retry_at == first);
  CHECK(rig.it.last_failure_kind == Kind::quota);
  CHECK(rig.row().kind == LedgerKind{Change::exhausted});
}

TEST_CASE("the earliest time of any tier counts, not tier 1's") {
  Rig rig;
  rig.fail_until(Kind::quota, rig.now + 24h);
  rig.fail_until(Kind::quota, rig.now + 3h);
  rig.fail_until(Kind::quota, rig.now + 12h);
  REQUIRE(rig.it.pause_reason == PauseReason::exhausted);
  CHECK(rig.it.retry_at == rig.now + 3h);
  rig.tick_after(3h);
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.current_tier == 2);  // the tier that is due
  CHECK(rig.it.half_open);
  CHECK(rig.row() == LedgerEntry{3, 2, Change::auto_resume, "a tier is due again"});
  CHECK(rig.it.retry_at == rig.now + 21h);  // degraded: tier 1's
}

TEST_CASE("an exhausted instance resumes by itself, on probation, not a moment early") {
  Rig rig = exhausted();
  REQUIRE(rig.deadline() == rig.it.retry_at);
  rig.tick_after(60min - 1ms);
  CHECK(rig.it.paused());
  CHECK(rig.rows == 0);
  rig.tick_after(1ms);
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.moved);
  CHECK_FALSE(rig.deadline());
  rig.fail(Kind::network);  // one fault is enough
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.it.multiplier == 2);
}

TEST_CASE("resuming on the same tier is written down though nothing moved") {
  Rig rig{two_tiers()};
  rig.fail_until(Kind::quota, rig.now + 24h);
  rig.fail(Kind::quota);
  rig.tick_after(60min);
  CHECK_FALSE(rig.it.paused());
  CHECK_FALSE(rig.moved);
  CHECK(rig.row() == LedgerEntry{2, 2, Change::auto_resume, "a tier is due again"});
}

TEST_CASE("with resume_when_possible off an exhausted instance waits for its operator") {
  Rig rig = exhausted();
  rig.policy.resume_when_possible = false;
  CHECK_FALSE(rig.deadline());
  rig.tick_after(std::chrono::days{30});
  CHECK(rig.it.pause_reason == PauseReason::exhausted);
  rig.send(UnpauseRequested{});
  CHECK_FALSE(rig.it.paused());
}

TEST_CASE("an operator's pause never ends by itself") {
  Rig rig = exhausted();
  rig.send(PauseRequested{});
  CHECK(rig.it.pause_reason == PauseReason::operator_);
  CHECK(rig.row().kind == LedgerKind{Change::pause});
  CHECK_FALSE(rig.deadline());
  rig.tick_after(std::chrono::days{30});
  rig.succeed();
  CHECK(rig.it.pause_reason == PauseReason::operator_);
}

TEST_CASE("pause and unpause keep the tier and what is known of it") {
  Rig rig;
  rig.fail(Kind::quota);
  rig.fail(Kind::server_error);
  const State before = rig.it;
  rig.send(PauseRequested{});
  CHECK(rig.row() == LedgerEntry{2, 2, Change::pause, "paused by the operator"});
  CHECK(rig.it.retry_at == before.retry_at);
  rig.send(UnpauseRequested{});
  CHECK(rig.row() == LedgerEntry{2, 2, Change::unpause, "resumed by the operator"});
  CHECK_FALSE(rig.moved);
  CHECK(rig.it == before);
}

TEST_CASE("unpausing an exhausted instance keeps it on its tier") {
  Rig rig = exhausted();
  rig.send(UnpauseRequested{});
  CHECK(rig.it.current_tier == 2);
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.retry_at == rig.now + 60min);
  SECTION("a fault exhausts it again") {
    rig.fail(Kind::auth_error);
    CHECK(rig.it.pause_reason == PauseReason::exhausted);
    CHECK(rig.row().kind == LedgerKind{Change::exhausted});
  }
  SECTION("a success goes on") {
    rig.succeed();
    CHECK(rig.it.current_tier == 2);
  }
}

TEST_CASE("asking twice changes nothing and writes nothing") {
  Rig rig;
  rig.fail(Kind::quota);
  const auto twice = [&rig](const Event& event) {
    rig.send(event);
    const State once = rig.it;
    rig.send(event);
    CHECK(rig.rows == 0);
    CHECK_FALSE(rig.moved);
    CHECK(rig.it == once);
  };
  twice(PauseRequested{});
  twice(UnpauseRequested{});
  twice(ResetRequested{});
  CHECK(rig.ledger.size() == 4);
}

TEST_CASE("reset forgets everything and starts on tier 1") {
  Rig rig;
  SECTION("degraded") {
    rig.fail(Kind::quota);
  }
  SECTION("exhausted") {
    rig = exhausted(three_tiers());
  }
  SECTION("paused by the operator on tier 1") {
    rig.send(PauseRequested{});
  }
  SECTION("over budget") {
    rig.send(BudgetExceeded{opus, rig.now + 48h});
  }
  const int from = rig.it.current_tier;
  rig.send(ResetRequested{});
  CHECK(at_rest(rig.it));
  CHECK(rig.it.serving == opus);
  CHECK(rig.moved == (from != 1));
  CHECK(rig.row() == LedgerEntry{from, 1, Change::manual_reset, "reset by the operator"});
}

TEST_CASE("a reset on tier 1 clears the streak, the probation and the doubling in silence") {
  Rig rig;
  SECTION("in a streak") {
    rig.fail(Kind::server_error);
  }
  SECTION("on probation") {
    rig.fail(Kind::quota);
    rig.pass(60min);
    rig.succeed();
    rig.fail(Kind::quota);
    rig.pass(120min);
    rig.succeed();
    REQUIRE(rig.it.multiplier == 2);
  }
  rig.send(ResetRequested{});
  CHECK(rig.rows == 0);
  CHECK(at_rest(rig.it));
}

TEST_CASE("an outcome that arrives during an operator's pause still counts") {
  Rig rig;
  rig.send(PauseRequested{});
  SECTION("a fault steps down") {
    rig.fail(Kind::auth_error);
    CHECK(rig.it.current_tier == 2);
  }
  SECTION("a success after the cooldown steps up") {
    rig.fail(Kind::auth_error);
    rig.pass(60min);
    rig.succeed();
    CHECK(rig.it.current_tier == 1);
  }
  SECTION("at the last tier the pause stays the operator's, and nothing is written") {
    for (int i = 0; i < 3; ++i) rig.fail(Kind::auth_error);
    CHECK(rig.it.current_tier == 3);
    CHECK(rig.ledger.size() == 3);
  }
  CHECK(rig.it.pause_reason == PauseReason::operator_);
}

TEST_CASE("a fault that arrives while exhausted prolongs its own tier's time only") {
  Rig rig = exhausted();
  rig.fail_until(Kind::quota, rig.now + 24h);
  CHECK(rig.it.current_tier == 2);
  CHECK(rig.rows == 0);
  CHECK(rig.it.last_failure_kind == Kind::quota);
  CHECK(rig.it.retry_at == rig.now + 60min);
  rig.fail_on(opus, Kind::quota);
  rig.fail_on(opus, Kind::auth_error);
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("a success that arrives while exhausted shows its tier to be due") {
  Rig rig = exhausted();
  rig.pass(1min);
  rig.succeed();
  CHECK(rig.it.pause_reason == PauseReason::exhausted);  // the timer ends it, not the outcome
  REQUIRE(rig.deadline());
  CHECK(*rig.deadline() <= rig.now);
  rig.send(Ticked{});
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.current_tier == 2);
}
