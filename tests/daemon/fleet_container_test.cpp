#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

const std::string no_image = "there is no image agent:1 on this engine";

}  // namespace

TEST_CASE("a container that dies under its task costs it one more try", "[fleet][container]") {
  World world;
  const auto id = world.submit("coder-a");
  world.crash("coder-a");
  CHECK(to_string(world.attempts(id).at(0).status) == "failed");
  REQUIRE(world.attempts(id).size() == 2);
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.agent("coder-a").metrics.crashes == 1);
  CHECK(world.events("container.crashed").size() == 1);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.ledger("coder-a").empty());
}

TEST_CASE("a second crash ends the task with the engine's reason", "[fleet][container]") {
  World world;
  const auto id = world.submit("coder-a");
  world.crash("coder-a");
  world.crash("coder-a");
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 2);
  CHECK(world.metadata(id, "/error") == "instance_crashed: exit code 137");
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("a task that vanished without an exit status is a crash, not a verdict", "[fleet][container]") {
  World world;
  const auto id = world.submit("coder-a");
  auto lost = fails_itself("429 too many requests");
  lost.lost = true;
  world.ends("coder-a", lost);
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.fleet().state().health.entries.empty());
  world.pass(1s);
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("the tokens of an attempt that was killed count once", "[fleet][container]") {
  World world;
  world.submit("coder-a");
  const auto first = *world.run_of("coder-a");
  world.crash("coder-a");
  world.tell(fleet::TaskEnded{.agent = "coder-a",
                              .rollout_id = first.rollout_id,
                              .attempt_id = first.task.attempt_id,
                              .lost = true,
                              .usage = failover::Usage{70, 7}});
  const auto usage = world.reader().usage(0);
  REQUIRE(usage.size() == 1);
  CHECK(usage[0].input_tokens == 70);
  CHECK(world.run_of("coder-a"));  // the second attempt goes on
}

TEST_CASE("a container that cannot start is not a verdict: the task waits while starts are repeated",
          "[fleet][container]") {
  World world;
  world.engine.refuses_to_start["coder-a"] = no_image;
  const auto id = world.submit("coder-a");
  CHECK(world.status(id) == "preparing");
  CHECK(world.events("container.lazy_start_failed").size() == 1);
  CHECK(world.events("container.lazy_started").empty());

  world.engine.refuses_to_start.clear();
  world.pass(10s);
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.ledger("coder-a").empty());
  CHECK(world.agent("coder-a").metrics.start_failures == 1);
}

TEST_CASE("the fifth failed start opens the circuit and fails the task with the engine's error",
          "[fleet][container]") {
  World world;
  world.engine.refuses_to_start["coder-a"] = no_image;
  const auto id = world.submit("coder-a");
  world.pass(2min);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/error") == no_image);
  CHECK(world.agent("coder-a").metrics.start_failures == 5);
  CHECK(world.phase("coder-a") == "failed");

  const auto next = world.submit("coder-a");
  CHECK(world.status(next) == "failed");  // at once
  CHECK(world.agent("coder-a").metrics.start_failures == 5);
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("the half-open try closes the circuit when it succeeds", "[fleet][container]") {
  World world;
  world.engine.refuses_to_start["coder-a"] = no_image;
  world.submit("coder-a");
  world.pass(2min);
  world.engine.refuses_to_start.clear();
  world.pass(10min);
  const auto id = world.work("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.events("container.lazy_started").size() == 1);
}

TEST_CASE("a pool does not give its tasks to an instance that cannot start", "[fleet][container]") {
  World world(config_with(agent_type({opus, v4}, {"a", "b"})));
  world.engine.refuses_to_start["coder-a"] = no_image;
  world.submit("coder-a");
  world.pass(2min);
  REQUIRE(world.phase("coder-a") == "failed");

  const auto first = world.submit_to_pool();
  const auto second = world.submit_to_pool();
  CHECK(world.run_of("coder-b")->rollout_id == first);
  CHECK(world.status(second) == "queuing");  // the broken one would only fail it
  world.ends("coder-b", answers());
  CHECK(world.run_of("coder-b")->rollout_id == second);
}

TEST_CASE("a runtime that will not run the command gets it once more", "[fleet][container]") {
  World world;
  world.runtime_refuses = ports::EngineError{ports::EngineErrorKind::transient, "the engine is busy"};
  const auto id = world.submit("coder-a");
  CHECK(world.status(id) == "requeuing");
  world.runtime_refuses.reset();
  world.pass(1s);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("a command the engine can never run fails its task with the engine's error", "[fleet][container]") {
  World world;
  world.runtime_refuses =
      ports::EngineError{ports::EngineErrorKind::invalid_spec, "the working directory does not exist"};
  const auto id = world.submit("coder-a");
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/error") == "the working directory does not exist");
  CHECK(world.ledger("coder-a").empty());
}

TEST_CASE("a tier that moves while the container starts: the task runs on the new tier's container",
          "[fleet][container]") {
  World world;
  bool probed = false;
  world.engine.holds = [&probed](const container::Effect& effect) {
    if (std::holds_alternative<container::Probe>(effect)) probed = true;
    return probed && std::holds_alternative<container::Inspect>(effect);
  };
  world.submit("coder-a");
  REQUIRE(world.engine.held.size() == 1);  // the inspection before the grant
  const auto refused = key_refused();
  SECTION("in an earlier turn") {
    world.tell(fleet::OutcomeReported{.agent = "coder-a", .outcome = refused.outcome});
  }
  SECTION("in the same turn") {
    world.fleet().post({fleet::OutcomeReported{.agent = "coder-a", .outcome = refused.outcome}, {}});
  }
  world.release();
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "deepseek");
  const auto& env = world.engine.boxes.at(world.run_of("coder-a")->container_id).env;
  CHECK(std::ranges::find(env, std::pair<std::string, std::string>{"ANTHROPIC_MODEL", "v4"}) != env.end());
  CHECK(world.started.size() == 1);
}

TEST_CASE("a hot instance starts with the daemon, comes back when it dies, and is never idle",
          "[fleet][container]") {
  auto coder = agent_type({opus});
  coder.container.lazy = false;
  World world(config_with(coder));
  CHECK(world.engine.is_running("coder-a"));
  world.pass(24h);
  CHECK(world.engine.is_running("coder-a"));
  world.crash("coder-a", 1);
  CHECK(world.engine.is_running("coder-a"));
  CHECK(world.events("container.lazy_*").empty());
}

TEST_CASE("a lost engine is announced once, and so is its return", "[fleet][container]") {
  World world;
  const auto id = world.submit("coder-a");
  world.tell(fleet::EngineLost{"process", "connection refused"});
  world.tell(fleet::EngineLost{"process", "connection refused"});
  CHECK(world.events("container.engine_unreachable").size() == 1);
  CHECK(world.status(id) == "running");
  world.tell(fleet::EngineListed{"process", world.engine.list("this-installation")});
  CHECK(world.events("container.engine_recovered").size() == 1);
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}
