// What the operator switched off does not move; what cannot move never does.
#include "tiers_rig.hpp"

using namespace tiers;

TEST_CASE("a trigger that is off never moves") {
  struct Case {
    Kind off, seen;
  };
  const auto [off, seen] =
      GENERATE(Case{Kind::auth_error, Kind::auth_error}, Case{Kind::auth_error, Kind::model_not_found},
               Case{Kind::quota, Kind::quota}, Case{Kind::rate_limit, Kind::rate_limit},
               Case{Kind::server_error, Kind::server_error}, Case{Kind::server_error, Kind::network},
               Case{Kind::server_error, Kind::timeout}, Case{Kind::token_budget, Kind::token_budget});
  INFO(to_string(off) << " off, " << to_string(seen) << " seen");
  Rig rig;
  rig.policy.triggers.erase(off);
  for (int i = 0; i < 10; ++i) rig.fail(seen);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.ledger.empty());
  CHECK_FALSE(rig.it.last_failure_kind);
  CHECK(rig.it.not_before.empty());
}

TEST_CASE("a fault that is not a trigger is still an answer and ends a streak") {
  Rig rig;
  rig.policy.triggers.erase(Kind::rate_limit);
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  rig.fail(Kind::rate_limit);
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("a fault that is not a trigger does not end a probation, and does not fail it") {
  Rig rig;
  rig.policy.triggers.erase(Kind::rate_limit);
  rig.fail(Kind::quota);
  rig.pass(60min);
  rig.succeed();
  rig.fail(Kind::rate_limit);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.half_open);
}

TEST_CASE("one trigger alone works without the others") {
  Rig rig;
  rig.policy.triggers = Triggers{Kind::quota};
  rig.fail(Kind::auth_error);
  rig.fail(Kind::rate_limit);
  for (int i = 0; i < 5; ++i) rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
  rig.fail(Kind::quota);
  CHECK(rig.it.current_tier == 2);
}

namespace {

/// Everything that could move, and the operator's two words.
void trouble(Rig& rig) {
  for (const Kind kind : all_kinds)
    for (int i = 0; i < 4; ++i) rig.fail(kind);
  rig.send(BudgetExceeded{opus, rig.now + 1h});
  rig.tick_after(24h);
}

}  // namespace

TEST_CASE("a chain of one never moves and never pauses by itself") {
  Rig rig{chain_of({opus})};
  rig.policy.on_exhausted = GENERATE(OnExhausted::pause, OnExhausted::wrap);
  trouble(rig);
  CHECK(rig.ledger.empty());
  CHECK(at_rest(rig.it));
  CHECK(rig.it.serving == opus);
  CHECK_FALSE(rig.deadline());
}

TEST_CASE("without a failover block nothing moves") {
  Rig rig;
  rig.policy.enabled = false;
  trouble(rig);
  CHECK(rig.ledger.empty());
  CHECK(at_rest(rig.it));
}

TEST_CASE("a chain of one obeys its operator") {
  Rig rig{chain_of({opus})};
  rig.send(PauseRequested{});
  CHECK(rig.it.pause_reason == PauseReason::operator_);
  trouble(rig);
  CHECK(rig.it.paused());
  rig.send(UnpauseRequested{});
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.ledger.size() == 2);
}

TEST_CASE("an empty chain is survived") {
  Rig rig{chain_of({})};
  trouble(rig);
  rig.send(ChainChanged{});
  rig.send(ResetRequested{});
  CHECK(rig.ledger.empty());
  CHECK(at_rest(rig.it));
}
