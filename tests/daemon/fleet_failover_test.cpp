#include "daemon/fleet_world.hpp"

using namespace fleet_world;

TEST_CASE("a refused key moves the tier, where the same task is tried again", "[fleet][failover]") {
  World world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", key_refused());

  CHECK(world.tiers("coder-a").current_tier == 2);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
  CHECK(world.status(id) == "running");

  world.ends("coder-a", answers("from the second tier"));
  CHECK(world.status(id) == "succeeded");
  const auto attempts = world.attempts(id);
  REQUIRE(attempts.size() == 2);
  CHECK(to_string(attempts[0].status) == "failed");
  CHECK(to_string(attempts[1].status) == "succeeded");
  CHECK(world.metadata(id, "/output") == "from the second tier");
  CHECK(world.metadata(id, "/tier") == "2");
}

TEST_CASE("the ledger says from where, to where and why", "[fleet][failover]") {
  World world;
  const auto id = world.work("coder-a", key_refused());
  const auto rows = world.ledger("coder-a");
  REQUIRE(rows.size() == 1);
  CHECK(rows[0].from_tier == 1);
  CHECK(rows[0].to_tier == 2);
  CHECK(rows[0].kind == "auth_error");
  CHECK(rows[0].reason == "401 auth_error");
  CHECK(rows[0].rollout_id == id);
  CHECK(rows[0].attempt_id == world.attempts(id).at(0).attempt_id);
  REQUIRE(world.events("provider.failover").size() == 1);
  CHECK(world.events("provider.failover")[0].summary == "coder-a ① → ②: 401 auth_error");
}

TEST_CASE("the next tier gets a new container with its own environment", "[fleet][failover]") {
  World world;
  world.submit("coder-a");
  const auto first = *world.engine.box_of("coder-a");
  world.ends("coder-a", key_refused());
  const auto second = *world.engine.box_of("coder-a");
  CHECK(second.spec.generation > first.spec.generation);
  const std::map<std::string, std::string> environment(second.env.begin(), second.env.end());
  CHECK(environment.at("ANTHROPIC_BASE_URL") == "https://two.example");
  CHECK(environment.at("ANTHROPIC_AUTH_TOKEN") == "sk-deep-second");
  CHECK(environment.at("ANTHROPIC_MODEL") == "v4");
  CHECK_FALSE(environment.contains("ANTHROPIC_API_KEY"));
  CHECK(world.engine.boxes.size() == 1);
  CHECK(world.events("container.recreated").size() == 1);
}

TEST_CASE("the task's own failure moves nothing and is not tried again", "[fleet][failover]") {
  World world;
  const auto id =
      world.work("coder-a", fails_itself("HTTP 429 rate limit exceeded in the log of my own test"));
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.metadata(id, "/verdict/kind") == "task_error");
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.ledger("coder-a").empty());
}

TEST_CASE("the task's own failure is tried again as often as the task says", "[fleet][failover]") {
  World world;
  const auto id = world.submit("coder-a", "", R"({"max_attempts": 3, "retry_condition": ["failed"]})");
  world.ends("coder-a", fails_itself());
  world.ends("coder-a", fails_itself());
  CHECK(world.status(id) == "running");
  world.ends("coder-a", fails_itself());
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 3);
}

TEST_CASE("provider faults do not use up a task's own attempts", "[fleet][failover]") {
  World world(config_with(agent_type({opus, v4, qwen})));
  const auto id = world.submit("coder-a", "", R"({"max_attempts": 2, "retry_condition": ["failed"]})");
  world.ends("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  world.ends("coder-a", fails_itself());
  CHECK(world.status(id) == "running");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 4);
}

TEST_CASE("an overloaded provider is tried again on its tier until the threshold", "[fleet][failover]") {
  World world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", overloaded());
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.run_of("coder-a") == nullptr);  // waiting for the back-off
  CHECK(world.status(id) == "requeuing");
  world.pass(1s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  world.ends("coder-a", overloaded());
  world.pass(1s);
  CHECK(world.run_of("coder-a") == nullptr);  // which doubles
  world.pass(1s);
  world.ends("coder-a", overloaded());
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 4);
}

TEST_CASE("the provider's own delay is respected", "[fleet][failover]") {
  World world;
  world.submit("coder-a");
  world.ends("coder-a", provider_says(529, "overloaded", {{"retry-after", "30"}}));
  world.pass(29s);
  CHECK(world.run_of("coder-a") == nullptr);
  world.pass(1s);
  CHECK(world.run_of("coder-a"));
}

TEST_CASE("while one task waits for its back-off, the next one runs", "[fleet][failover]") {
  World world;
  const auto first = world.submit("coder-a");
  const auto second = world.submit("coder-a");
  world.ends("coder-a", overloaded());
  CHECK(world.run_of("coder-a")->rollout_id == second);
  world.ends("coder-a", answers());
  CHECK(world.fleet().state().health.tiers.begin()->second.row == 0);  // the provider works
  world.pass(1s);
  CHECK(world.run_of("coder-a")->rollout_id == first);
}

TEST_CASE("a chain of one never moves; its queue waits until the provider is well", "[fleet][failover]") {
  World world(config_with(agent_type({opus})));
  const auto id = world.submit("coder-a");
  for (int i = 0; i < 3; ++i) {
    world.pass(10s);
    world.ends("coder-a", overloaded());
  }
  CHECK(world.status(id) == "requeuing");
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.tiers("coder-a").pause_reason == failover::PauseReason::exhausted);
  CHECK(world.moves("coder-a") == Words{"1→1 exhausted"});
  world.pass(29s);
  CHECK(world.run_of("coder-a") == nullptr);
  world.pass(1s);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("a command that does not exist is the task's own failure", "[fleet][failover]") {
  World world;
  const auto id = world.submit("coder-a");
  auto ending = fails_itself("");
  ending.spawn_error = "work: no such program";
  world.ends("coder-a", ending);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/verdict/rule") == "agent-command");
  CHECK(world.metadata(id, "/verdict/evidence") == "work: no such program");
  CHECK(world.tiers("coder-a").current_tier == 1);
}
