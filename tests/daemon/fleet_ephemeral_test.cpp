// `container.ephemeral`: whatever happens to a task, the next one gets a fresh container.
#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

config::Config ephemeral(bool lazy = true) {
  auto type = agent_type({opus, v4});
  type.container.ephemeral = true;
  type.container.lazy = lazy;
  return config_with(std::move(type));
}

/// No two runs in the same container.
void check_each_its_own(const World& world) {
  std::set<std::string> used;
  for (const auto& run : world.started) CHECK(used.insert(run.container_id).second);
}

}  // namespace

TEST_CASE("each task has its own container, which is removed after it", "[fleet][ephemeral]") {
  World world(ephemeral());
  for (int i = 0; i < 3; ++i) {
    const auto id = world.work("coder-a", answers());
    CHECK(world.status(id) == "succeeded");
    CHECK(world.engine.boxes.empty());
  }
  CHECK(world.started.size() == 3);
  check_each_its_own(world);
}

TEST_CASE("also when a task is cancelled, crashes, is lost or moves to the next tier", "[fleet][ephemeral]") {
  World world(ephemeral());
  const auto cancelled = world.submit("coder-a");
  REQUIRE(world.ask(fleet::CancelRequested{cancelled}));
  const auto crashed = world.submit("coder-a");
  world.crash("coder-a");
  world.ends("coder-a", answers());
  CHECK(world.attempts(crashed).size() == 2);
  auto lost = answers();
  lost.lost = true;
  const auto vanished = world.submit("coder-a");
  world.ends("coder-a", lost);
  world.pass(1s);
  world.ends("coder-a", answers());
  CHECK(world.attempts(vanished).size() == 2);
  const auto moved = world.submit("coder-a");
  world.ends("coder-a", key_refused());
  world.ends("coder-a", answers());
  CHECK(world.status(moved) == "succeeded");
  CHECK(world.started.size() == 7);
  check_each_its_own(world);
}

TEST_CASE("also across a restart of the daemon at any point", "[fleet][ephemeral]") {
  World world(ephemeral());
  world.submit("coder-a");
  world.restart();
  world.ends("coder-a", answers());
  world.submit("coder-a");
  world.engine.holds = [](const container::Effect& effect) {
    return std::holds_alternative<container::Stop>(effect) ||
           std::holds_alternative<container::Remove>(effect);
  };
  world.ends("coder-a", answers());
  REQUIRE_FALSE(world.engine.held.empty());
  world.engine.holds = nullptr;
  world.restart();  // the stop was never carried out, and the container runs
  world.work("coder-a", answers());
  CHECK(world.started.size() == 3);
  check_each_its_own(world);
  world.check_disk_is_memory();
}

TEST_CASE("a type that becomes ephemeral does not reuse a used container", "[fleet][ephemeral]") {
  World world;
  world.work("coder-a", answers());
  world.configure(ephemeral());
  world.work("coder-a", answers());
  check_each_its_own(world);
}

TEST_CASE("with lazy off, the next container is ready before its task", "[fleet][ephemeral]") {
  World world(ephemeral(false));
  world.pass(1s);
  world.work("coder-a", answers());
  CHECK(world.phase("coder-a") == "ready");
  world.work("coder-a", answers());
  check_each_its_own(world);
}
