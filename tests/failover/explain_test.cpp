// What the operator reads under "why".
#include <map>

#include "tiers_rig.hpp"
#include "understudy/failover/explain.hpp"

using namespace tiers;

namespace {

std::map<std::string, std::string> facts(const Rig& rig) {
  std::map<std::string, std::string> facts;
  for (const Guard& guard : explain(rig.policy, rig.it, rig.now)) facts[guard.title] = guard.value;
  return facts;
}

}  // namespace

TEST_CASE("a healthy instance shows only its guards") {
  const Rig rig;
  CHECK(facts(rig) == std::map<std::string, std::string>{{"tier", "1 of 3"},
                                                         {"failover", "on"},
                                                         {"paused", "no"},
                                                         {"streak", "0 of 3"},
                                                         {"probation", "no"},
                                                         {"cooldown multiplier", "1"}});
}

TEST_CASE("a degraded instance says when tier 1 is due") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.fail(Kind::server_error);
  rig.pass(48min);
  auto said = facts(rig);
  CHECK(said["tier"] == "2 of 3");
  CHECK(said["streak"] == "1 of 3");
  CHECK(said["retry"] == "in 12 min");
  CHECK(said["tier 1 is out"] == "in 12 min");
  rig.pass(12min);
  said = facts(rig);
  CHECK(said["retry"] == "due");
  CHECK_FALSE(said.contains("tier 1 is out"));
}

TEST_CASE("the last two minutes are counted in seconds, and never end too early") {
  Rig rig;
  rig.fail(Kind::auth_error);
  struct Case {
    Duration left;
    const char* words;
  };
  const auto [left, words] =
      GENERATE(Case{60min, "in 60 min"}, Case{59min + 1ms, "in 60 min"}, Case{2min, "in 2 min"},
               Case{119s, "in 119 s"}, Case{1ms, "in 1 s"}, Case{0ms, "due"}, Case{-5min, "due"});
  rig.now = *rig.it.retry_at - left;
  CHECK(facts(rig)["retry"] == words);
}

TEST_CASE("a pause says whose it is") {
  Rig rig = exhausted();
  CHECK(facts(rig)["paused"] == "exhausted");
  rig.send(PauseRequested{});
  CHECK(facts(rig)["paused"] == "operator");
}

TEST_CASE("probation and the doubled cooldown are shown") {
  Rig rig;
  rig.fail(Kind::quota);
  rig.pass(60min);
  rig.succeed();
  CHECK(facts(rig)["probation"] == "yes");
  rig.fail(Kind::quota);
  CHECK(facts(rig)["probation"] == "no");
  CHECK(facts(rig)["cooldown multiplier"] == "2");
}

TEST_CASE("an exceeded budget is told apart from an outage") {
  Rig rig;
  rig.send(BudgetExceeded{opus, rig.now + 5h});
  auto said = facts(rig);
  CHECK(said["tier 1 is over its token budget"] == "in 300 min");
  CHECK(said["tier 1 is out"] == "in 300 min");
  rig.pass(5h);
  CHECK_FALSE(facts(rig).contains("tier 1 is over its token budget"));
}

TEST_CASE("the reason that nothing moves is shown") {
  Rig rig{chain_of({opus})};
  CHECK(facts(rig)["failover"] == "off: the chain has one tier");
  rig.policy.enabled = false;
  CHECK(facts(rig)["failover"] == "off: not configured");
  rig.policy.chain = {opus, pro};
  CHECK(facts(rig)["failover"] == "off: not configured");
}
