#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

/// On tier 2, with the first tier's cooldown running.
void step_down(World& world) {
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
}
/// The next success after the cooldown goes back to tier 1.
void come_back(World& world, milliseconds cooldown) {
  world.pass(cooldown);
  world.work("coder-a", answers());
}

}  // namespace

TEST_CASE("before the cooldown is over a success changes nothing", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(59min);
  world.work("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 2);
}

TEST_CASE("the first success after the cooldown goes back to tier 1", "[fleet][cooldown]") {
  World world;
  step_down(world);
  come_back(world, 1h);
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK_FALSE(world.tiers("coder-a").last_failure_kind.has_value());
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error", "2→1 cooldown_reset"});
  REQUIRE(world.events("provider.reset").size() == 1);
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->provider == "anthropic");
}

TEST_CASE("a failure after the cooldown does not go back", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(2h);
  world.work("coder-a", fails_itself());
  CHECK(world.tiers("coder-a").current_tier == 2);
}

TEST_CASE("on probation one fault is enough, and the cooldown doubles", "[fleet][cooldown]") {
  World world;
  step_down(world);
  come_back(world, 1h);
  world.submit("coder-a");
  world.ends("coder-a", overloaded());  // no threshold of three
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.tiers("coder-a").retry_at == world.clock.wall() + 2h);
  world.ends("coder-a", answers());
  come_back(world, 1h);
  CHECK(world.tiers("coder-a").current_tier == 2);
  come_back(world, 1h);
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("the cooldown grows to eight times and not further", "[fleet][cooldown]") {
  World world;
  step_down(world);
  for (int i = 0; i < 6; ++i) {
    world.pass(8h);
    world.work("coder-a", answers());
    REQUIRE(world.tiers("coder-a").current_tier == 1);
    world.work("coder-a", key_refused());
    world.ends("coder-a", answers());
  }
  CHECK(world.tiers("coder-a").retry_at == world.clock.wall() + 8h);
}

TEST_CASE("a success on tier 1 ends probation", "[fleet][cooldown]") {
  World world;
  step_down(world);
  come_back(world, 1h);
  world.work("coder-a", answers());
  world.submit("coder-a");
  world.ends("coder-a", overloaded());
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.tiers("coder-a").streak == 1);
}

TEST_CASE("weeks of working days: down each Monday, back within the week", "[fleet][cooldown]") {
  World world;
  for (int week = 0; week < 8; ++week) {
    INFO("week " << week);
    step_down(world);
    CHECK(world.tiers("coder-a").current_tier == 2);
    for (int day = 0; day < 7; ++day) come_back(world, 24h);
    CHECK(world.tiers("coder-a").current_tier == 1);
  }
  CHECK(world.moves("coder-a").size() == 16);
  CHECK(world.agent("coder-a").metrics.start_failures == 0);
  CHECK(world.agent("coder-a").metrics.crashes == 0);
  CHECK(world.engine.boxes.size() == 1);
}
