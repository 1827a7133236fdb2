#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

config::Config pool_of_three() {
  return config_with(agent_type({opus, v4}, {"a", "b", "c"}));
}

}  // namespace

TEST_CASE("the pool prefers an instance that is ready and idle", "[fleet][pool]") {
  World world(pool_of_three());
  REQUIRE(world.ask(fleet::StartRequested{"coder-c"}).has_value());
  const auto id = world.submit_to_pool();
  REQUIRE(world.run_of("coder-c"));
  CHECK(world.run_of("coder-c")->rollout_id == id);
  CHECK(world.engine.boxes.size() == 1);
}

TEST_CASE("then a stopped one, and never a paused one", "[fleet][pool]") {
  World world(pool_of_three());
  REQUIRE(world.ask(fleet::StartRequested{"coder-a"}).has_value());
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  world.submit("coder-b");
  world.submit_to_pool();
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.run_of("coder-c"));
  const auto waits = world.submit_to_pool();
  CHECK(world.status(waits) == "queuing");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  CHECK(world.run_of("coder-a")->rollout_id == waits);
}

TEST_CASE("a pool runs one task per instance, in the order they came", "[fleet][pool]") {
  World world(pool_of_three());
  Words ids;
  for (int i = 0; i < 5; ++i) ids.push_back(world.submit_to_pool());
  CHECK(world.runs.size() == 3);
  CHECK(world.status(ids[3]) == "queuing");
  world.ends("coder-b", answers());
  CHECK(world.run_of("coder-b")->rollout_id == ids[3]);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == ids[4]);
}

TEST_CASE("bound and pooled tasks are taken in the order of the queue", "[fleet][pool]") {
  World world(config_with(agent_type({opus, v4})));
  world.submit("coder-a");
  const auto pooled = world.submit_to_pool();
  const auto bound = world.submit("coder-a");
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == pooled);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == bound);
}

TEST_CASE("a bound task runs on no other instance", "[fleet][pool]") {
  World world(pool_of_three());
  world.submit("coder-a");
  const auto bound = world.submit("coder-a");
  CHECK(world.status(bound) == "queuing");
  CHECK(world.runs.size() == 1);
}

TEST_CASE("a pooled task stays on its instance when the provider fails there", "[fleet][pool]") {
  World world(pool_of_three());
  const auto id = world.submit_to_pool();
  const auto agent = world.started.at(0).agent;
  world.ends(agent, key_refused());
  CHECK(world.attempts(id).size() == 2);
  REQUIRE(world.run_of(agent));
  CHECK(world.run_of(agent)->provider == "deepseek");
}

TEST_CASE("after its back-off, a pooled task is offered to the pool again", "[fleet][pool]") {
  World world(pool_of_three());
  const auto id = world.submit_to_pool();
  const auto agent = world.started.at(0).agent;
  world.ends(agent, overloaded());
  REQUIRE(world.ask(fleet::PauseRequested{agent}).has_value());
  world.pass(1s);
  REQUIRE(world.runs.size() == 1);
  CHECK(world.runs.begin()->second.rollout_id == id);
  CHECK(world.runs.begin()->second.agent != agent);
}
