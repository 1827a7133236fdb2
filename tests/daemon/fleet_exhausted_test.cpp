#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

config::Config wrapping() {
  auto coder = agent_type({opus, v4});
  coder.failover.on_exhausted = failover::OnExhausted::wrap;
  return config_with(coder);
}

/// Both tiers refuse, one after the other.
std::string exhaust(World& world) {
  auto id = world.submit("coder-a");
  world.ends("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  return id;
}

}  // namespace

TEST_CASE("when the last tier fails too, the instance pauses and its task waits", "[fleet][exhausted]") {
  World world;
  const auto id = exhaust(world);
  CHECK(world.tiers("coder-a").pause_reason == failover::PauseReason::exhausted);
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(id) == "requeuing");
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error", "2→2 exhausted"});
  CHECK(world.retry_at("coder-a") == world.clock.wall() + 1h);
}

TEST_CASE("nothing new starts while every tier is exhausted", "[fleet][exhausted]") {
  World world;
  exhaust(world);
  const auto later = world.submit("coder-a");
  world.pass(59min);
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(later) == "queuing");
}

TEST_CASE("at retry_at the instance resumes by itself, and the waiting task is the first",
          "[fleet][exhausted]") {
  World world;
  const auto id = exhaust(world);
  const auto later = world.submit("coder-a");
  world.pass(1h);
  CHECK_FALSE(world.tiers("coder-a").paused());
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.moves("coder-a").back() == "2→1 auto_resume");
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.run_of("coder-a")->rollout_id == later);
}

TEST_CASE("a task survives any number of passes through an exhausted chain", "[fleet][exhausted]") {
  auto coder = agent_type({opus, v4});
  coder.agent.timeout = 0s;
  World world(config_with(coder));
  const auto id = world.submit("coder-a");
  for (int pass = 0; pass < 12; ++pass) {
    INFO("pass " << pass);
    while (world.run_of("coder-a")) world.ends("coder-a", key_refused());
    CHECK(world.status(id) == "requeuing");
    world.pass(24h);  // the cooldown doubles, to eight hours at most
  }
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("without resume_when_possible only the operator resumes", "[fleet][exhausted]") {
  auto coder = agent_type({opus, v4});
  coder.failover.resume_when_possible = false;
  World world(config_with(coder));
  const auto id = exhaust(world);
  world.pass(24h * 30);
  CHECK(world.tiers("coder-a").paused());
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "deepseek");  // unpause keeps the tier
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("the provider's own reset time is believed, not the cooldown", "[fleet][exhausted]") {
  World world;
  world.submit("coder-a");
  world.ends("coder-a", provider_says(429, "rate limited", {{"retry-after", "18000"}}));
  world.ends("coder-a", provider_says(429, "rate limited", {{"retry-after", "7200"}}));
  REQUIRE(world.tiers("coder-a").paused());
  CHECK(world.retry_at("coder-a") == world.clock.wall() + 2h);
  world.pass(2h);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "deepseek");  // the first one due
}

TEST_CASE("an exhausted instance of a pool leaves the task to one with accounts of its own",
          "[fleet][exhausted]") {
  auto config = config_with(agent_type({opus, v4}, {"a", "b"}));
  config.service.share_health = false;
  World world(config);
  const auto id = world.submit_to_pool();
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  CHECK(world.tiers("coder-a").paused());
  REQUIRE(world.run_of("coder-b"));
  CHECK(world.run_of("coder-b")->rollout_id == id);
  world.ends("coder-b", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("wrapping goes back to the first tier once without waiting, then pauses", "[fleet][exhausted]") {
  World world(wrapping());
  const auto id = exhaust(world);
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK_FALSE(world.tiers("coder-a").paused());
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  world.ends("coder-a", key_refused());
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.tiers("coder-a").paused());
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error", "2→1 auth_error", "1→1 exhausted"});
  CHECK(world.status(id) == "requeuing");
}

TEST_CASE("a success in between lets a chain wrap again", "[fleet][exhausted]") {
  World world(wrapping());
  exhaust(world);
  world.ends("coder-a", answers());
  world.pass(1h);
  world.work("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK_FALSE(world.tiers("coder-a").paused());
}
