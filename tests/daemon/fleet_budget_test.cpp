#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

config::Config limited(std::int64_t tokens, std::vector<std::string> instances = {"a"}) {
  auto coder = agent_type({opus, v4}, std::move(instances));
  coder.usage_threshold_tokens = tokens;
  return config_with(coder);
}
Ending spends(std::int64_t tokens) {
  return answers("done", {tokens, 0});
}

}  // namespace

TEST_CASE("a task that uses up the window's tokens moves the tier once it has ended", "[fleet][budget]") {
  World world(limited(1000));
  const auto id = world.work("coder-a", spends(999));
  CHECK(world.tiers("coder-a").current_tier == 1);
  world.work("coder-a", spends(1));
  CHECK(world.status(id) == "succeeded");
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.moves("coder-a") == Words{"1→2 token_budget"});
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->provider == "deepseek");
}

TEST_CASE("the budget is the type's, not the instance's", "[fleet][budget]") {
  World world(limited(1000, {"a", "b"}));
  world.work("coder-a", spends(600));
  world.work("coder-b", spends(600));
  CHECK(world.tiers("coder-b").current_tier == 2);
}

TEST_CASE("only tokens used on the current tier count", "[fleet][budget]") {
  World world(limited(1000));
  world.work("coder-a", spends(1000));
  REQUIRE(world.tiers("coder-a").current_tier == 2);
  world.work("coder-a", spends(900));
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK_FALSE(world.tiers("coder-a").paused());
  world.work("coder-a", spends(100));
  CHECK(world.tiers("coder-a").paused());
}

TEST_CASE("tokens used before the window do not count", "[fleet][budget]") {
  World world(limited(1000));
  world.work("coder-a", spends(900));
  world.pass(5h);
  world.work("coder-a", spends(900));
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("the upper tier is not tried before its window is below the threshold", "[fleet][budget]") {
  World world(limited(1000));
  world.work("coder-a", spends(1000));
  CHECK(world.tiers("coder-a").retry_at >= world.clock.wall() + 5h);  // the cooldown is only one hour
  world.pass(4h);
  world.work("coder-a", spends(1));
  CHECK(world.tiers("coder-a").current_tier == 2);
  world.pass(1h);
  world.work("coder-a", spends(1));
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("failed tasks spend tokens too", "[fleet][budget]") {
  World world(limited(1000));
  auto ending = fails_itself();
  ending.usage = failover::Usage{1500, 0};
  const auto id = world.work("coder-a", ending);
  CHECK(world.status(id) == "failed");
  CHECK(world.tiers("coder-a").current_tier == 2);
}

TEST_CASE("a task that moved the tier by itself does not count against the budget as well",
          "[fleet][budget]") {
  World world(limited(1000));
  auto refused = key_refused();
  refused.usage = failover::Usage{5000, 0};
  world.work("coder-a", refused);
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error"});
}

TEST_CASE("with the window 'all' there is no budget", "[fleet][budget]") {
  auto config = limited(1000);
  config.service.usage_window = config::UsageWindow::all;
  World world(config);
  world.work("coder-a", spends(1'000'000));
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("a chain of one keeps its threshold and never moves", "[fleet][budget]") {
  auto coder = agent_type({opus});
  coder.usage_threshold_tokens = 10;
  World world(config_with(coder));
  world.work("coder-a", spends(1000));
  world.work("coder-a", spends(1000));
  CHECK(world.ledger("coder-a").empty());
  CHECK_FALSE(world.tiers("coder-a").paused());
}

TEST_CASE("unknown token counts are not counted, and leave no row", "[fleet][budget]") {
  World world(limited(1));
  auto silent = answers();
  silent.usage.reset();
  world.work("coder-a", silent);
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.reader().usage(0).empty());
}
