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
  CHECK(world.retry_at("coder-a").value() >= world.clock.wall() + 5h);
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

TEST_CASE("the budget is read before each task of any instance", "[fleet][budget]") {
  World world(limited(1000, {"a", "b"}));
  world.work("coder-a", spends(1000));
  CHECK(world.tiers("coder-b").current_tier == 1);  // nothing to do yet
  world.submit("coder-b");
  CHECK(world.run_of("coder-b")->provider == "deepseek");
  CHECK(world.moves("coder-b") == Words{"1→2 token_budget"});
  CHECK(world.fleet().state().health.entries.contains(
            failover::EntryKey{world.fleet().state().accounts->by_provider.at("anthropic").id}) == false);
}

TEST_CASE("when the window allows it, the next task begins on tier 1 without a trial or a ramp",
          "[fleet][budget]") {
  World world(limited(1000, {"a", "b", "c"}));
  world.work("coder-a", spends(1000));
  for (const auto* name : {"coder-a", "coder-b", "coder-c"}) {
    world.work(name, spends(1));
    world.pass(20s);  // nobody was served on tier 2 lately: two at a time
  }
  world.pass(5h + 1s);
  for (const auto* name : {"coder-a", "coder-b", "coder-c"}) {
    world.submit(name);
    CHECK(world.run_of(name)->provider == "anthropic");
  }
}

TEST_CASE("with the budgets of all tiers used up, the queue is held until the first allows it",
          "[fleet][budget]") {
  World world(limited(1000));
  world.work("coder-a", spends(1000));
  world.pass(1h);
  world.work("coder-a", spends(1000));
  const auto id = world.submit("coder-a");
  CHECK(world.runs.empty());
  REQUIRE(world.agent("coder-a").held);
  CHECK(world.agent("coder-a").held->kind == failover::Kind::token_budget);
  CHECK(world.agent("coder-a").held->on == opus);
  CHECK(world.tiers("coder-a").paused());
  world.pass(4h - 1min);
  CHECK(world.runs.empty());
  world.pass(2min);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  world.check_disk_is_memory();
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
