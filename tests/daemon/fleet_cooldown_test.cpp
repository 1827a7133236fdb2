#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

/// On tier 2, with the first tier's cooldown running.
void step_down(World& world) {
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
}
config::Config returning(failover::ReturnPolicy policy) {
  auto coder = agent_type({opus, v4});
  coder.failover.return_policy = policy;
  return config_with(coder);
}

}  // namespace

TEST_CASE("before the cooldown is over a success changes nothing", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(59min);
  world.work("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.retry_at("coder-a") == world.clock.wall() + 1min);
}

TEST_CASE("after the cooldown the next task begins on tier 1, on trial", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(1h);
  CHECK(world.tiers("coder-a").current_tier == 2);  // without a task nobody returns
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK_FALSE(world.tiers("coder-a").last_failure_kind.has_value());
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error", "2→1 cooldown_reset"});
  CHECK(world.ledger("coder-a").back().reason == "cooldown over, on trial");
  REQUIRE(world.events("provider.reset").size() == 1);
}

TEST_CASE("the way back does not hang on the fallback's success", "[fleet][cooldown]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", fails_itself());
  for (int i = 0; i < 3; ++i) world.work("coder-a", fails_itself());
  CHECK(world.tiers("coder-a").current_tier == 2);
  world.pass(1h);
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->provider == "anthropic");
}

TEST_CASE("after_success: only a success after the cooldown leads back", "[fleet][cooldown]") {
  World world(returning(failover::ReturnPolicy::after_success));
  step_down(world);
  world.pass(2h);
  world.work("coder-a", fails_itself());
  CHECK(world.tiers("coder-a").current_tier == 2);
  world.work("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.moves("coder-a").back() == "2→1 cooldown_reset");
}

TEST_CASE("a task that ends well after the cooldown returns its agent before the next one",
          "[fleet][cooldown]") {
  World world(returning(GENERATE(failover::ReturnPolicy::when_due, failover::ReturnPolicy::after_success)));
  world.work("coder-a", key_refused());
  world.pass(58min);
  world.ends("coder-a", answers());
  world.submit("coder-a");
  world.pass(2min);
  world.ends("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("on trial one fault is enough, and the cooldown doubles", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(1h);
  world.work("coder-a", key_refused());
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.retry_at("coder-a") == world.clock.wall() + 2h);
  world.ends("coder-a", answers());
  world.pass(1h);
  world.work("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 2);
  world.pass(1h);
  world.work("coder-a", answers());
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("a fault of another kind loses the trial too, without the row of three", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(1h);
  world.work("coder-a", overloaded());
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
}

TEST_CASE("the cooldown grows to eight times and not further", "[fleet][cooldown]") {
  World world;
  step_down(world);
  for (int i = 0; i < 6; ++i) {
    world.pass(8h);
    world.work("coder-a", key_refused());
    REQUIRE(world.tiers("coder-a").current_tier == 2);
    world.ends("coder-a", answers());
  }
  CHECK(world.retry_at("coder-a") == world.clock.wall() + 8h);
}

TEST_CASE("a minute after a success on tier 1 a fault counts as any other", "[fleet][cooldown]") {
  World world;
  step_down(world);
  world.pass(1h);
  world.work("coder-a", answers());
  world.pass(1min);
  world.submit("coder-a");
  world.ends("coder-a", overloaded());
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("weeks of working days: down each Monday, back within the week", "[fleet][cooldown]") {
  World world;
  for (int week = 0; week < 8; ++week) {
    INFO("week " << week);
    step_down(world);
    CHECK(world.tiers("coder-a").current_tier == 2);
    for (int day = 0; day < 7; ++day) {
      world.pass(24h);
      world.work("coder-a", answers());
    }
    CHECK(world.tiers("coder-a").current_tier == 1);
  }
  CHECK(world.moves("coder-a").size() == 16);
  CHECK(world.agent("coder-a").metrics.start_failures == 0);
  CHECK(world.agent("coder-a").metrics.crashes == 0);
  CHECK(world.engine.boxes.size() == 1);
}
