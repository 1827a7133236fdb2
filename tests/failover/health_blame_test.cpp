// Who alone fails where others are answered is out alone.
#include "health_rig.hpp"

using namespace fleet;

namespace {

const EntryKey account = of_account("key-1");

void back_for_all(Fleet& fleet, const EntryKey& key, const std::string& by) {
  fleet.until_due(key);
  fleet.answer(fleet.begin(by));
}

}  // namespace

TEST_CASE("a badly set up agent opens it for all once, then for itself", "[health]") {
  Fleet fleet = after_a_401();
  back_for_all(fleet, account, "bob");
  fleet.meet("ann", refusal(401, Kind::auth_error));
  CHECK(fleet.state(of("ann", opus)) == HealthState::open);
  CHECK(fleet.state(account) == HealthState::ramping);
  CHECK(fleet.may("ann") == Pass::blocked);
  CHECK(fleet.may("cid") == Pass::place);
  SECTION("and goes on alone, twice as long") {
    fleet.until_due(of("ann", opus));
    fleet.meet("ann", refusal(401, Kind::auth_error));
    CHECK(fleet.left(of("ann", opus)) == 120min);
    CHECK(fleet.state(account) == HealthState::closed);
  }
  SECTION("an answer to it ends that") {
    fleet.until_due(of("ann", opus));
    fleet.answer(fleet.begin("ann"));
    CHECK(fleet.may("ann") == Pass::free);
  }
}

TEST_CASE("after it closed the same agent is to blame within its length, later all are asked again",
          "[health]") {
  Fleet fleet = after_a_401();
  back_for_all(fleet, account, "bob");
  fleet.pass(10s);
  REQUIRE(fleet.state(account) == HealthState::closed);
  SECTION("within") {
    fleet.pass(59min);
    fleet.meet("ann", refusal(401, Kind::auth_error));
    CHECK(fleet.state(account) == HealthState::closed);
    CHECK(fleet.state(of("ann", opus)) == HealthState::open);
  }
  SECTION("later") {
    fleet.pass(61min);
    fleet.meet("ann", refusal(401, Kind::auth_error));
    CHECK(fleet.state(account) == HealthState::open);
  }
  SECTION("another agent opens it for all") {
    fleet.meet("cid", refusal(401, Kind::auth_error));
    CHECK(fleet.state(account) == HealthState::open);
  }
}

TEST_CASE("an answer to an attempt from before the opening blames nobody", "[health]") {
  Fleet fleet;
  const Attempt early = fleet.begin("bob");
  fleet.meet("ann", Kind::quota);
  fleet.pass(30min);
  fleet.end(early, Kind::success, true);  // its last call had been let through
  fleet.until_due(account);
  fleet.meet("ann", Kind::quota);
  CHECK(fleet.left(account) == 120min);
  CHECK(fleet.entry(of("ann", opus)) == nullptr);
}

TEST_CASE("somebody may have been answered on another model of the account", "[health]") {
  Fleet fleet = after_a_401();
  fleet.until_due(account);
  fleet.answer(fleet.begin("bob", sonnet));
  fleet.meet("ann", refusal(401, Kind::auth_error));
  CHECK(fleet.state(of("ann", opus)) == HealthState::open);
  CHECK(fleet.state(account) == HealthState::ramping);
}

TEST_CASE("a task that opens again three times what others are answered on fails by itself", "[health]") {
  Fleet fleet;
  fleet.policy.server_error_threshold = 1;
  fleet.meet("ann", tiers::verdict(Kind::server_error), opus, "poison");
  back_for_all(fleet, of(opus), "bob");
  for (int time = 1; time <= 3; ++time) {
    const std::string agent = time == 1 ? "cid" : "dan";  // wherever it runs
    CAPTURE(time);
    fleet.pass(10s);  // a step of the ramp, on which nobody waits
    if (fleet.may(agent) == Pass::blocked) fleet.until_due(of(agent, opus));
    fleet.meet(agent, tiers::verdict(Kind::server_error), opus, "poison");
    CHECK(fleet.state(of(agent, opus)) == HealthState::open);
    CHECK(fleet.state(of(opus)) != HealthState::open);
    CHECK((fleet.fate == TaskFate::fails) == (time == 3));
    fleet.is_answered("bob");
  }
}

TEST_CASE("with nobody to compare a task that breaks off five times is set aside", "[health]") {
  Fleet fleet;
  fleet.policy.cooldown = 1s;
  for (int time = 1; time <= 5; ++time) {
    CAPTURE(time);
    if (fleet.may("ann") == Pass::blocked) fleet.until_due(of(opus));
    const Attempt attempt = fleet.begin("ann", opus, "poison");
    fleet.answer(attempt);
    fleet.end(attempt, Kind::network, true);
    CHECK((fleet.fate == TaskFate::set_aside) == (time == 5));
  }
}

TEST_CASE("attempts that were never answered set no task aside", "[health]") {
  Fleet fleet;
  for (int time = 1; time <= 8; ++time) {
    if (fleet.may("ann") == Pass::blocked) fleet.until_due(of(opus));
    fleet.meet("ann", tiers::verdict(Kind::network), opus, "task");
    CHECK(fleet.fate == TaskFate::usual);
  }
}
