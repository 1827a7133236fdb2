// What `why` and provider_state say of an agent's tiers, by the health of their providers.
#include "api/why_health.hpp"
#include "daemon/providers_state.hpp"
#include "fleet/handle.hpp"

namespace api = understudy::daemon::api;
using namespace providers_state;

namespace {

std::vector<api::Guard> guards(Fleet& fleet, const std::string& agent, bool sees_agent_text = true) {
  return api::tier_guards(fleet.state, fleet.agent(agent), fleet.type_of(agent), noon, sees_agent_text);
}

/// Guards with this code as "name: value".
std::vector<std::string> said(const std::vector<api::Guard>& all, std::string_view code) {
  std::vector<std::string> lines;
  for (const auto& one : all)
    if (one.facts.code == code) lines.push_back(one.name + ": " + one.value);
  return lines;
}

std::string timer(Fleet& fleet, const std::string& agent) {
  const auto next = api::tier_timer(fleet.state, fleet.agent(agent), fleet.type_of(agent), noon);
  return next ? std::string(next->facts.code) + ": " + next->what : "";
}

std::string state_of(Fleet& fleet, const std::string& agent) {
  return fleet::provider_state_json(fleet.agent(agent), fleet.type_of(agent), *fleet.state.accounts,
                                    fleet.state.health, noon);
}

/// coder-a, moved to tier 2 a minute ago because tier 1 is out until 59 minutes from now.
Fleet degraded() {
  Fleet fleet;
  fleet.out({.account = "ac-1"});
  auto& tiers = fleet.agent("coder-a").tiers;
  tiers.current_tier = 2;
  tiers.last_failover_at = noon - 1min;
  return fleet;
}

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("why says what each tier's provider is known to be, but nothing of what is well", "[api][why]") {
  auto fleet = degraded();
  CHECK(said(guards(fleet, "coder-a"), "tier_health") ==
        Lines{"tier 1 health: out for another 59 min (429 quota), seen by writer-a"});
  CHECK(said(guards(fleet, "coder-a"), "tier") == Lines{"tier: 2 of 2"});
  CHECK(said(guards(fleet, "coder-a"), "retry") == Lines{"retry: in 59 min"});
  CHECK(said(guards(fleet, "coder-a", false), "tier_health") ==
        Lines{"tier 1 health: out for another 59 min (quota), seen by writer-a"});
  fleet.state.health = {};
  CHECK(said(guards(fleet, "coder-a"), "tier_health").empty());
}

TEST_CASE("why says who is on trial, and how many may begin", "[api][why]") {
  Fleet fleet;
  auto& trial = fleet.out({.account = "ac-1", .scope = Scope::tier, .model = "opus"}, HealthState::trial);
  trial.trial.agent = "coder-b";
  trial.seen_by.clear();
  CHECK(said(guards(fleet, "coder-a"), "tier_trial") ==
        Lines{"tier 1 trial: on trial by coder-b (429 quota)"});
  auto& ramping = fleet.out({.account = "ac-1", .scope = Scope::tier, .model = "opus"}, HealthState::ramping);
  ramping.ramp.places = 4;
  const auto all = guards(fleet, "coder-a");
  CHECK(said(all, "tier_trial").empty());
  REQUIRE(said(all, "tier_ramp").size() == 1);
  for (const auto& one : all)
    if (one.facts.code == "tier_ramp") CHECK(one.facts.actual == 4);
}

TEST_CASE("why says what is narrowed to this agent, and not what is to another", "[api][why]") {
  Fleet fleet;
  fleet.out({.account = "ac-1", .scope = Scope::agent, .model = "opus", .who = "coder-a"});
  CHECK(said(guards(fleet, "coder-a"), "tier_health").size() == 1);
  CHECK(said(guards(fleet, "coder-b"), "tier_health").empty());
}

TEST_CASE("why counts this agent's own faults in a row", "[api][why]") {
  Fleet fleet;
  fleet.state.health.tiers[{"ac-1", "opus"}].own = {{"coder-a", 2}};
  CHECK(said(guards(fleet, "coder-a"), "streak") == Lines{"streak: 2 of 3"});
  CHECK(said(guards(fleet, "coder-b"), "streak") == Lines{"streak: 0 of 3"});
}

TEST_CASE("why says what the tasks wait for", "[api][why]") {
  Fleet fleet;
  fleet.hold("coder-a");
  const auto all = guards(fleet, "coder-a");
  CHECK(said(all, "held") == Lines{"held: waits for anthropic until 09:00 UTC (quota)"});
  CHECK(timer(fleet, "coder-a") == "held: the next of its tasks may begin");
}

TEST_CASE("the next timer tells the way back as configured", "[api][why]") {
  auto fleet = degraded();
  CHECK(timer(fleet, "coder-a") == "return: from then on its next task may begin on tier 1");
  fleet.type_of("coder-a").failover.return_policy = failover::ReturnPolicy::after_success;
  CHECK(timer(fleet, "coder-a") == "return: from then on a success brings it back to tier 1");
  fleet.agent("coder-a").tiers.pause_reason = failover::PauseReason::operator_;
  CHECK(timer(fleet, "coder-a").empty());
  CHECK(timer(fleet, "writer-a").empty());
}

TEST_CASE("an exhausted agent resumes when any tier may serve, unless it must not", "[api][why]") {
  auto fleet = degraded();
  fleet.agent("coder-a").tiers.pause_reason = failover::PauseReason::exhausted;
  fleet.out({.account = fleet.account("coder-a", 2)}).until = noon + 5min;
  const auto next =
      api::tier_timer(fleet.state, fleet.agent("coder-a"), fleet.type_of("coder-a"), noon).value();
  CHECK(next.facts.code == "resume");
  CHECK(next.at == noon + 5min);
  fleet.type_of("coder-a").failover.resume_when_possible = false;
  CHECK(timer(fleet, "coder-a").empty());
}

TEST_CASE("the countdown ends when health says so", "[fleet][provider_state]") {
  auto fleet = degraded();
  CHECK(at(state_of(fleet, "coder-a"), "/retry_at") ==
        std::to_string((noon + 59min).time_since_epoch().count()));
  CHECK(std::stod(at(state_of(fleet, "coder-a"), "/cooldown_min")) == 60);
  CHECK(at(state_of(fleet, "coder-a"), "/active_model") == "sonnet");
  fleet.state.health.entries.begin()->second.until = noon + 9min;  // somebody asked to try it earlier
  CHECK(std::stod(at(state_of(fleet, "coder-a"), "/cooldown_min")) == 10);
}

TEST_CASE("before a failover the cooldown is the configured number, else an hour",
          "[fleet][provider_state]") {
  Fleet fleet;
  CHECK(at(state_of(fleet, "coder-a"), "/retry_at") == "null");
  CHECK(std::stod(at(state_of(fleet, "coder-a"), "/cooldown_min")) == 60);
  fleet.type_of("coder-a").failover.cooldown = failover::Cooldown{5min};
  CHECK(std::stod(at(state_of(fleet, "coder-a"), "/cooldown_min")) == 5);
}

TEST_CASE("without its key a tier has no time", "[fleet][provider_state]") {
  auto fleet = degraded();
  fleet.out({.account = "ac-1"}, HealthState::unconfigured);
  CHECK(at(state_of(fleet, "coder-a"), "/retry_at") == "null");
}

TEST_CASE("a tier over its token budget is due when the window says so", "[fleet][provider_state]") {
  auto fleet = degraded();
  fleet.state.health = {};
  fleet.agent("coder-a").tiers.over_budget_until[{"anthropic", "opus"}] = noon + 2h;
  CHECK(at(state_of(fleet, "coder-a"), "/retry_at") ==
        std::to_string((noon + 2h).time_since_epoch().count()));
}
