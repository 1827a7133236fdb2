// `container.warm`: a minimum of a type's instances is kept started, optionally by a schedule.
#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

constexpr std::uint8_t every_day = 0x7f;

/// Three instances; the clock starts on a Friday, 08:00 UTC.
config::Config warm(container::WarmPolicy policy) {
  auto type = agent_type({opus, v4}, {"a", "b", "c"});
  type.container.warm = std::move(policy);
  return config_with(std::move(type));
}

std::string up(const World& world) {
  std::string names;
  for (const auto* name : {"a", "b", "c"})
    if (world.engine.is_running(std::string("coder-") + name)) names += name;
  return names;
}

}  // namespace

TEST_CASE("the minimum is started with the daemon and survives every idle window", "[fleet][warm]") {
  World world(warm({.min = 2}));
  world.pass(1s);
  CHECK(up(world) == "ab");
  world.pass(24h);
  CHECK(up(world) == "ab");
  world.restart();
  CHECK(up(world) == "ab");
}

TEST_CASE("running instances are kept, and idle stops go down to the minimum", "[fleet][warm]") {
  World world(warm({.min = 1}));
  world.pass(1s);
  world.submit("coder-c");
  world.submit("coder-b");
  CHECK(up(world) == "abc");
  world.ends("coder-c", answers());
  world.ends("coder-b", answers());
  world.pass(1h);
  CHECK(up(world).size() == 1);
  world.configure(warm({.min = 0}));
  world.pass(1h);
  CHECK(up(world).empty());
}

TEST_CASE("a window of the schedule starts its minimum, and lets it stop afterwards", "[fleet][warm]") {
  World world(warm({.min = 0, .schedule = {{every_day, 9 * 60, 17 * 60, "UTC", 2}}}));
  world.pass(59min);
  CHECK(up(world).empty());
  world.pass(1min + 1s);
  CHECK(up(world) == "ab");
  world.pass(7h + 58min);
  CHECK(up(world) == "ab");
  world.pass(2h);
  CHECK(up(world).empty());
  world.pass(15h);  // Saturday, 10:00
  CHECK(up(world) == "ab");
}

TEST_CASE("a paused instance does not count: another one takes its place", "[fleet][warm]") {
  World world(warm({.min = 1}));
  world.pass(1s);
  CHECK(up(world) == "a");
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}));
  CHECK(up(world) == "ab");
  world.pass(1h);
  CHECK(up(world) == "b");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}));
  CHECK(up(world) == "b");
}

TEST_CASE("an instance that cannot start backs off while another keeps the minimum", "[fleet][warm]") {
  World world(warm({}));
  world.engine.refuses_to_start["coder-a"] = "no";
  world.configure(warm({.min = 1}));
  CHECK(up(world) == "b");
  world.pass(24h);
  CHECK(up(world) == "b");
  CHECK(world.agent("coder-a").metrics.start_failures <= 2);
}

TEST_CASE("an instance that died or was used up is replaced at once", "[fleet][warm]") {
  auto config = warm({.min = 1});
  config.agent_types["coder"].container.ephemeral = true;
  World world(config);
  world.pass(1s);
  world.work("coder-a", answers());
  CHECK(up(world).size() == 1);
  CHECK(world.started.size() == 1);
  CHECK_FALSE(world.engine.boxes.contains(world.started[0].container_id));
  world.crash(world.engine.is_running("coder-a") ? "coder-a" : "coder-b");
  CHECK(up(world).size() == 1);
}

TEST_CASE("a daemon that shuts down starts no more instances for the minimum", "[fleet][warm]") {
  World world(warm({.min = 2}));
  world.pass(1s);
  world.tell(fleet::ShutdownRequested{});
  CHECK(up(world).empty());
  world.pass(1h);
  CHECK(up(world).empty());
}
