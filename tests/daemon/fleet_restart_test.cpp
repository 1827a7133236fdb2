#include "daemon/fleet_world.hpp"

using namespace fleet_world;

TEST_CASE("a restart restores the fleet", "[fleet][restart]") {
  World world(config_with(agent_type({opus, v4, qwen}, {"a", "b"})));
  world.work("coder-a", key_refused());
  world.ends("coder-a", overloaded());
  world.work("coder-b", answers());
  REQUIRE(world.ask(fleet::PauseRequested{"coder-b"}).has_value());
  world.pass(30min);
  const auto tiers = world.tiers("coder-a");
  const auto metrics = world.agent("coder-b").metrics;
  const auto last = world.agent("coder-b").last_lifecycle_event;
  const auto paused = world.tiers("coder-b");
  world.restart();
  CHECK(world.tiers("coder-a") == tiers);
  CHECK(world.tiers("coder-b") == paused);
  CHECK(world.agent("coder-b").metrics == metrics);
  CHECK(world.agent("coder-b").last_lifecycle_event == last);
  world.check_disk_is_memory();
}

TEST_CASE("a running task is taken over with its lease, and finishes", "[fleet][restart]") {
  World world;
  const auto id = world.submit("coder-a");
  const auto attempt = world.run_of("coder-a")->task.attempt_id;
  world.restart();
  CHECK(world.phase("coder-a") == "busy");
  REQUIRE(world.agent("coder-a").task.has_value());
  CHECK(world.agent("coder-a").task->attempt_id == attempt);
  CHECK(world.agent("coder-a").task->on == opus);
  CHECK(world.started.size() == 1);
  CHECK(world.events("container.adopted").size() == 1);
  world.pass(30min);
  world.ends("coder-a", answers("after all"));
  CHECK(world.status(id) == "succeeded");
  CHECK(world.metadata(id, "/output") == "after all");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.agent("coder-a").metrics.starts == 1);
}

TEST_CASE("queued tasks stay queued, in their order", "[fleet][restart]") {
  World world;
  world.submit("coder-a");
  const auto second = world.submit("coder-a");
  const auto third = world.submit_to_pool();
  world.restart();
  CHECK(world.status(second) == "queuing");
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == second);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a")->rollout_id == third);
}

TEST_CASE("a task that was taken but not started goes back to its place in the queue", "[fleet][restart]") {
  World world;
  world.engine.holds = [](const container::Effect&) { return true; };
  const auto id = world.submit("coder-a");
  REQUIRE(world.status(id) == "preparing");
  world.engine.holds = nullptr;
  world.restart();
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("queued tasks of an agent on the host start again by themselves", "[fleet][restart]") {
  auto coder = agent_type({opus});
  coder.container.mode = config::Mode::host;
  World world(config_with(coder));
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  const auto id = world.submit("coder-a");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  const auto next = world.submit("coder-a");
  world.runs.clear();  // the machine itself went down
  world.restart();
  world.pass(1s);
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.status(next) == "succeeded");
}

TEST_CASE("a container that went down with the machine costs its task one try", "[fleet][restart]") {
  World world;
  const auto id = world.submit("coder-a");
  world.engine.crash("coder-a", 137);
  world.runs.clear();
  world.restart();
  world.pass(2s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.attempts(id).size() == 2);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("a cancel that was under way when the daemon stopped is repeated", "[fleet][restart]") {
  World world;
  world.obedient = false;
  const auto id = world.submit("coder-a");
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  world.signals.clear();
  world.obedient = true;
  world.restart();
  CHECK(world.signals.size() == 1);
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(id) == "cancelled");
}

TEST_CASE("an instance that was removed meanwhile leaves nothing waiting", "[fleet][restart]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  const auto pooled = world.submit_to_pool();
  const auto waiting = world.submit("coder-b");
  REQUIRE(world.run_of("coder-b")->rollout_id == pooled);
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  world.restart_with(two_tiers());
  CHECK(world.status(waiting) == "cancelled");
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == pooled);
  world.restart_with(config_with(agent_type({opus, v4}, {"a", "b"})));
  CHECK(world.agent("coder-b").metrics.starts == 0);
}

TEST_CASE("a cancelled task stays cancelled when its instance was removed meanwhile", "[fleet][restart]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.obedient = false;
  const auto id = world.submit("coder-b");
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  world.restart_with(two_tiers());
  CHECK(world.status(id) == "cancelled");
  CHECK(world.events("rollout.finished").size() == 1);
}

TEST_CASE("a delayed retry is remembered", "[fleet][restart]") {
  World world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", provider_says(529, "overloaded", {{"retry-after", "60"}}));
  world.restart();
  world.pass(59s);
  CHECK(world.run_of("coder-a") == nullptr);
  world.pass(2s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
}

TEST_CASE("an exhausted instance resumes on time after a restart", "[fleet][restart]") {
  World world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  world.restart();
  CHECK(world.tiers("coder-a").paused());
  world.pass(1h);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
}

TEST_CASE("a shutdown stops idle containers and leaves working ones", "[fleet][restart]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.work("coder-a", answers());
  const auto id = world.submit("coder-b");
  world.tell(fleet::ShutdownRequested{});
  CHECK_FALSE(world.engine.is_running("coder-a"));
  CHECK(world.engine.is_running("coder-b"));
  CHECK_FALSE(world.fleet().is_stopping_containers());
  CHECK(world.signals.empty());
  const auto late = world.submit("coder-a");
  CHECK(world.status(late) == "queuing");

  world.restart();
  CHECK(world.run_of("coder-a")->rollout_id == late);
  world.ends("coder-b", answers());
  CHECK(world.status(id) == "succeeded");
}
