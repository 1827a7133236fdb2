// The chain is edited while an instance stands on it.
#include "tiers_rig.hpp"
#include "understudy/failover/tier_time.hpp"

using namespace tiers;

namespace {

void edit(Rig& rig, std::vector<TierId> chain) {
  rig.policy.chain = std::move(chain);
  rig.send(ChainChanged{});
}

const TierId haiku{"anthropic", "haiku"};

Rig degraded() {
  Rig rig;
  rig.fail(Kind::quota);
  return rig;
}

}  // namespace

TEST_CASE("an instance follows its provider and model to the new position") {
  Rig rig = degraded();
  edit(rig, {opus, coder, pro});
  CHECK(rig.it.current_tier == 3);
  CHECK(rig.it.serving == pro);
  CHECK_FALSE(rig.moved);  // what serves is the same
  CHECK(rig.row() == LedgerEntry{2, 3, Change::config_changed, "the provider chain was edited"});
  CHECK(rig.it.retry_at == rig.now + 60min);
}

TEST_CASE("followed up to tier 1 it is no longer degraded") {
  Rig rig = degraded();
  edit(rig, {pro, opus});
  CHECK(rig.it.current_tier == 1);
  CHECK_FALSE(rig.it.retry_at);
  rig.fail(Kind::auth_error);  // opus, now second, is known to be out
  CHECK(rig.it.paused());
}

TEST_CASE("when its tier is gone it starts on tier 1") {
  Rig rig = degraded();
  edit(rig, {opus, coder});
  CHECK(rig.moved);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.serving == opus);
  CHECK(rig.row() == LedgerEntry{2, 1, Change::config_changed, "the provider chain was edited"});
}

TEST_CASE("another model on tier 1 is a move though the number stays") {
  Rig rig;
  rig.succeed();
  edit(rig, {haiku, pro});
  CHECK(rig.moved);
  CHECK(rig.it.serving == haiku);
  CHECK(rig.row() == LedgerEntry{1, 1, Change::config_changed, "the provider chain was edited"});
}

TEST_CASE("an edit that does not concern the instance writes nothing") {
  Rig rig = degraded();
  rig.fail(Kind::server_error);
  const State before = rig.it;
  SECTION("the same chain") {
    edit(rig, {opus, pro, coder});
  }
  SECTION("the end cut off") {
    edit(rig, {opus, pro});
  }
  SECTION("another end") {
    edit(rig, {opus, pro, haiku});
  }
  SECTION("other settings") {
    rig.policy.server_error_threshold = 7;
    rig.send(ChainChanged{});
  }
  CHECK(rig.rows == 0);
  CHECK_FALSE(rig.moved);
  CHECK(rig.it == before);
}

TEST_CASE("what is known of a tier stays with the tier, and goes with it") {
  Rig rig;
  rig.fail_on(pro, Kind::quota);
  rig.send(BudgetExceeded{coder, rig.now + 5h});
  edit(rig, {opus, coder});
  CHECK_FALSE(rig.it.not_before.contains(pro));
  CHECK(rig.it.over_budget_until.contains(coder));
  edit(rig, {opus, pro});
  rig.fail(Kind::auth_error);
  CHECK(rig.it.current_tier == 2);  // pro came back without a past
}

TEST_CASE("a streak ends with the tier it was counted on") {
  Rig rig;
  rig.fail(Kind::server_error);
  rig.fail(Kind::server_error);
  edit(rig, {haiku, pro});
  rig.fail(Kind::server_error);
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("a new tier in front is tried at the next success") {
  Rig rig = degraded();
  edit(rig, {haiku, opus, pro});
  CHECK(rig.it.current_tier == 3);
  CHECK_FALSE(rig.it.retry_at);
  rig.succeed();
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.it.serving == haiku);
}

TEST_CASE("an exhausted instance that is given a fresh tier resumes at once") {
  Rig rig = exhausted();
  edit(rig, {opus, pro, haiku});
  CHECK(rig.it.paused());
  REQUIRE(rig.deadline());
  CHECK(*rig.deadline() <= rig.now);
  rig.send(Ticked{});
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.it.serving == haiku);
}

TEST_CASE("an operator's pause survives every edit") {
  Rig rig = degraded();
  rig.send(PauseRequested{});
  SECTION("a chain of one") {
    edit(rig, {opus});
  }
  SECTION("another chain") {
    edit(rig, {haiku, coder});
  }
  SECTION("failover off") {
    rig.policy.enabled = false;
    rig.send(ChainChanged{});
  }
  CHECK(rig.it.pause_reason == PauseReason::operator_);
  CHECK(rig.it.current_tier == 1);
}

TEST_CASE("switching failover off brings an instance back to tier 1") {
  Rig rig = degraded();
  rig.policy.enabled = false;
  rig.send(ChainChanged{});
  CHECK(rig.moved);
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.row().kind == LedgerKind{Change::config_changed});
  CHECK(rig.it.not_before.empty());
}

TEST_CASE("an exhausted instance whose chain shrinks to one goes on, and the ledger says so") {
  Rig rig = exhausted();
  SECTION("on its own tier") {
    edit(rig, {pro});
  }
  SECTION("on another tier") {
    edit(rig, {opus});
  }
  SECTION("with failover off") {
    rig.policy.enabled = false;
    rig.send(ChainChanged{});
  }
  CHECK_FALSE(rig.it.paused());
  CHECK(rig.row().kind == LedgerKind{Change::auto_resume});
  CHECK(rig.row().to_tier == 1);
  // An hour later, tier time counts the hour for the tier and not as paused.
  std::vector<TierPoint> points;
  for (const LedgerEntry& row : rig.ledger) points.push_back({rig.now, row.to_tier, row.kind});
  const TierTime times = tier_time(points, 1, 1h, rig.now + 1h);
  CHECK(times.paused.time == 0ms);
}

TEST_CASE("a state restored from a longer chain finds its way") {
  Rig rig{two_tiers()};
  rig.it.current_tier = 3;
  rig.it.serving = coder;
  rig.send(ChainChanged{});
  CHECK(rig.it.current_tier == 1);
  CHECK(rig.row() == LedgerEntry{3, 1, Change::config_changed, "the provider chain was edited"});
}
