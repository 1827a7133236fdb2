#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

Ending vanishes() {
  auto lost = fails_itself("");
  lost.lost = true;
  return lost;
}

}  // namespace

TEST_CASE("a task that disappears is not given to its dying container again", "[fleet][container]") {
  World world;
  const auto id = world.submit("coder-a");
  // The process is gone; the engine reports its container's death a little later.
  const auto died = world.engine.crash("coder-a", 137);
  REQUIRE(died);
  world.ends("coder-a", vanishes());
  CHECK(world.status(id) == "requeuing");
  CHECK_FALSE(world.run_of("coder-a"));
  world.pass(100ms);
  world.tell(fleet::EngineEvent{"process", *died});
  world.pass(1s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.engine.is_running("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 2);
  CHECK(world.agent("coder-a").metrics.crashes == 1);
}

TEST_CASE("a container that refuses a task is inspected before it gets another", "[fleet][container]") {
  World world;
  world.work("coder-a", answers());
  REQUIRE(world.engine.crash("coder-a", 137));  // without an event
  world.runtime_refuses =
      ports::EngineError{ports::EngineErrorKind::conflict, "the container is not running"};
  const auto id = world.submit("coder-a");
  CHECK(world.status(id) == "requeuing");
  CHECK(world.events("container.crashed").size() == 1);
  world.runtime_refuses.reset();
  world.pass(1s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.engine.is_running("coder-a"));
}

TEST_CASE("a task that never ran has not crashed: refusals are counted separately", "[fleet][container]") {
  World world;
  world.runtime_refuses = ports::EngineError{ports::EngineErrorKind::conflict, "the container is paused"};
  const auto id = world.submit("coder-a");
  world.pass(4s);
  CHECK(world.status(id) == "requeuing");
  world.pass(1min);
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 5);
  CHECK(world.metadata(id, "/error") == "the container is paused");
}

TEST_CASE("a silent command that exits 0 has succeeded", "[fleet]") {
  World world;
  Ending silent{.outcome = {.surface = failover::Surface::cli_text, .body = "\n", .exit_code = 0},
                .output = ""};
  const auto id = world.work("coder-a", silent);
  CHECK(world.status(id) == "succeeded");
  CHECK(world.metadata(id, "/verdict/kind") == "success");
}

TEST_CASE("a run that wrote too much has failed by itself, however it was ended", "[fleet]") {
  World world;
  auto ending = fails_itself("the words do not matter");
  ending.over_limit = true;
  ending.lost = GENERATE(false, true);  // perhaps with its container
  const auto id = world.work("coder-a", ending);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/verdict/kind") == "task_error");
  CHECK(world.metadata(id, "/verdict/rule") == "output-limit");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.agent("coder-a").tiers.current_tier == 1);
}

TEST_CASE("records that are not the shim's are the task's own failure, with the reason", "[fleet]") {
  World world;
  auto ending = fails_itself("");
  ending.spawn_error = "the task's status was tampered with";
  ending.tampered = true;
  const auto id = world.work("coder-a", ending);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/verdict/rule") == "spool-tampered");
  CHECK(world.metadata(id, "/verdict/evidence") == "the task's status was tampered with");
}

TEST_CASE("a run keeps its output limit, also under a daemon that takes it over", "[fleet]") {
  auto coder = agent_type({opus, v4});
  coder.agent.max_output_bytes = 4096;
  World world(config_with(coder));
  world.submit("coder-a");
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->max_output == 4096);
}
