#include "daemon/fleet_world.hpp"

using namespace fleet_world;

TEST_CASE("an edited chain: the instance stays with its provider and model", "[fleet][config]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  REQUIRE(world.tiers("coder-a").current_tier == 2);
  world.configure(config_with(agent_type({v4, qwen})));
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.tiers("coder-a").serving == v4);
  CHECK(world.moves("coder-a").back() == "2→1 config_changed");
  CHECK(world.events("config.changed").size() == 1);
}

TEST_CASE("an edited chain without the instance's tier: it goes to tier 1", "[fleet][config]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  world.configure(config_with(agent_type({opus, qwen})));
  CHECK(world.tiers("coder-a").serving == opus);
  CHECK(world.env_files.at("coder-a").find("ANTHROPIC_MODEL=opus") != std::string::npos);
}

TEST_CASE("an unrelated change does not affect instances", "[fleet][config]") {
  World world;
  world.submit("coder-a");
  const auto generation = world.agent("coder-a").container->desired.generation;
  auto config = two_tiers();
  config.service.events_days = 7;
  world.configure(config);
  CHECK(world.agent("coder-a").container->desired.generation == generation);
  CHECK(world.phase("coder-a") == "busy");
  CHECK(world.ledger("coder-a").empty());
}

TEST_CASE("a changed environment drains the working container and replaces it", "[fleet][config]") {
  World world;
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  auto config = two_tiers();
  config.agent_types["coder"].agent.env = {{"GREETING", "hello"}};
  world.configure(config);
  CHECK(world.phase("coder-a") == "draining");
  CHECK(world.run_of("coder-a")->rollout_id == id);

  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == next);
  const auto& env = world.engine.box_of("coder-a")->env;
  CHECK(std::ranges::find(env, std::pair<std::string, std::string>{"GREETING", "hello"}) != env.end());
  CHECK(world.engine.boxes.size() == 1);
  CHECK(world.env_files.at("coder-a").find("GREETING=hello") != std::string::npos);
}

TEST_CASE("a new instance serves the pool at once", "[fleet][config]") {
  World world;
  world.submit_to_pool();
  const auto waits = world.submit_to_pool();
  world.configure(config_with(agent_type({opus, v4}, {"a", "b"})));
  REQUIRE(world.run_of("coder-b"));
  CHECK(world.run_of("coder-b")->rollout_id == waits);
}

TEST_CASE("a removed instance finishes its task; tasks bound to it are cancelled", "[fleet][config]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  const auto running = world.submit("coder-b");
  const auto waiting = world.submit("coder-b");
  world.configure(two_tiers());
  CHECK(world.run_of("coder-b")->rollout_id == running);
  const auto refused = world.ask(fleet::TaskSubmitted{.rollout_id = "ro-late", .agent = "coder-b"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == fleet::RefusalKind::conflict);

  world.ends("coder-b", answers());
  CHECK(world.status(running) == "succeeded");
  CHECK(world.status(waiting) == "cancelled");
  CHECK_FALSE(world.fleet().state().agents.contains("coder-b"));
  CHECK_FALSE(world.engine.box_of("coder-b"));
}

TEST_CASE("a removal by force ends the task: cancelled when bound, back to the pool when not",
          "[fleet][config]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.submit("coder-a");
  std::string id;
  std::string expected;
  SECTION("bound") {
    id = world.submit("coder-b");
    expected = "cancelled";
  }
  SECTION("pooled") {
    id = world.submit_to_pool();
    expected = "requeuing";
  }
  REQUIRE(world.run_of("coder-b"));
  world.configure(two_tiers());
  REQUIRE(world.ask(fleet::RemovalRequested{"coder-b", true}).has_value());
  CHECK(world.signals.size() == 1);
  CHECK(world.status(id) == expected);
  CHECK_FALSE(world.fleet().state().agents.contains("coder-b"));
  world.ends("coder-a", answers());
  if (expected == "requeuing") CHECK(world.run_of("coder-a")->rollout_id == id);
}

TEST_CASE("a task that waits for a removed instance's container is not lost", "[fleet][config]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.submit("coder-a");
  world.engine.holds = [](const container::Effect&) { return true; };
  const bool pooled = GENERATE(true, false);
  const auto id = pooled ? world.submit_to_pool() : world.submit("coder-b");
  REQUIRE(world.status(id) == "preparing");
  world.configure(two_tiers());
  world.release();
  CHECK(world.status(id) == (pooled ? "requeuing" : "cancelled"));
  CHECK_FALSE(world.fleet().state().agents.contains("coder-b"));
}

TEST_CASE("a removed instance that comes back has its history and nothing else", "[fleet][config]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.work("coder-b", key_refused());
  world.ends("coder-b", answers());
  world.configure(two_tiers());
  CHECK_FALSE(world.fleet().state().agents.contains("coder-b"));
  CHECK(world.ledger("coder-b").size() == 1);
  world.configure(config_with(agent_type({opus, v4}, {"a", "b"})));
  CHECK(world.tiers("coder-b").current_tier == 1);
  CHECK(world.agent("coder-b").metrics.starts == 0);
  world.work("coder-b", answers());
}

TEST_CASE("an instance that is added again before it is gone comes back new", "[fleet][config]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.submit("coder-b");
  world.configure(two_tiers());
  world.configure(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.ends("coder-b", answers());
  REQUIRE(world.fleet().state().agents.contains("coder-b"));
  CHECK_FALSE(world.agent("coder-b").leaving);
  CHECK(world.agent("coder-b").metrics.starts == 0);
  const auto id = world.work("coder-b", answers());
  CHECK(world.status(id) == "succeeded");
  world.restart();
  CHECK(world.agent("coder-b").metrics.starts == 1);
}

TEST_CASE("an instance added again comes back new though the daemon restarted in between",
          "[fleet][config]") {
  const auto both = config_with(agent_type({opus, v4}, {"a", "b"}));
  World world(both);
  world.submit("coder-b");
  world.configure(two_tiers());
  world.restart_with(both);
  world.ends("coder-b", answers());
  REQUIRE(world.fleet().state().agents.contains("coder-b"));
  CHECK_FALSE(world.agent("coder-b").leaving);
  CHECK(world.status(world.work("coder-b", answers())) == "succeeded");
}

TEST_CASE("a type without instances takes no more tasks", "[fleet][config]") {
  World world;
  world.submit("coder-a");
  auto config = two_tiers();
  config.agent_types.clear();
  world.configure(config);
  CHECK_FALSE(world.ask(fleet::TaskSubmitted{.rollout_id = "ro-late", .agent_type = "coder"}).has_value());
  world.ends("coder-a", answers());
  CHECK(world.fleet().state().agents.empty());
}
