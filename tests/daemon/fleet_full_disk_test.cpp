#include "daemon/fleet_world.hpp"
#include "support/small_disk.hpp"

using namespace fleet_world;

namespace {

/// Room for the schema and a little more.
constexpr int pages = 136;
const std::string big = '"' + std::string(100'000, 'x') + '"';

fleet::Answer try_big(World& world, const std::string& id) {
  return world.ask(
      fleet::TaskSubmitted{.rollout_id = id, .agent = "coder-a", .input_json = big, .config_json = "{}"});
}
/// Submits until the disk is full.
fleet::Refusal fill(World& world) {
  for (int i = 0; i < 100; ++i)
    if (const auto answer = try_big(world, "big-" + std::to_string(i)); !answer) return answer.error();
  FAIL("the disk is never full");
  return {};
}

}  // namespace

TEST_CASE("a full disk refuses new work with a sentence and leaves the fleet as it was", "[fleet][disk]") {
  const support::SmallDisk disk(pages);
  World world;
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  const auto refusal = fill(world);
  CHECK(refusal.kind == fleet::RefusalKind::store_full);
  CHECK_FALSE(refusal.detail.empty());
  CHECK_FALSE(world.fleet().store_trouble().empty());
  CHECK_FALSE(world.ports.errors.empty());
  world.check_disk_is_memory();
}

TEST_CASE("a refused turn has no visible effect", "[fleet][disk]") {
  const support::SmallDisk disk(pages);
  World world;
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  fill(world);
  const auto announced = world.ports.announced.size();
  CHECK_FALSE(try_big(world, "one-more").has_value());
  CHECK_FALSE(world.reader().rollout("one-more").has_value());
  CHECK(world.ports.announced.size() == announced);
  CHECK(world.started.empty());
}

TEST_CASE("while the disk is full, refusals come at once", "[fleet][disk]") {
  const support::SmallDisk disk(pages);
  World world;
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  fill(world);
  const auto errors = world.ports.errors.size();
  const auto small = world.ask(fleet::UnpauseRequested{"coder-a"});
  REQUIRE_FALSE(small.has_value());
  CHECK(small.error().kind == fleet::RefusalKind::store_full);
  CHECK(world.ports.errors.size() == errors);
}

TEST_CASE("reports of the edge are kept, and the fleet goes on when there is space", "[fleet][disk]") {
  const support::SmallDisk disk(pages);
  World world;
  const auto id = world.submit("coder-a");
  const auto refusal = fill(world);
  REQUIRE(refusal.kind == fleet::RefusalKind::store_full);
  world.ends("coder-a", answers(std::string(5000, 'y')));  // the disk may be too full for it
  world.pass(10s);

  world.give_room();
  world.pass(2s);
  CHECK(world.fleet().store_trouble().empty());
  CHECK(world.status(id) == "succeeded");
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == "big-0");
  CHECK(try_big(world, "room-again").has_value());
  world.check_disk_is_memory();
}
