// A tier that cannot serve this request is not ill; a task that no provider survives is not tried for ever.
#include "daemon/fleet_providers.hpp"

using namespace fleet_world;

namespace {

/// coder-a stands on tier 2 of three, because tier 1 is out for an hour.
struct OnTier2 : World {
  OnTier2() : World(config_with(crew({opus, v4, qwen}, 1))) {
    work("coder-a", key_refused());
    ends("coder-a", answers());
    REQUIRE(tiers("coder-a").current_tier == 2);
  }
};

std::string model_in_container(const World& world, const std::string& agent) {
  for (const auto& [name, value] : world.engine.boxes.at(world.run_of(agent)->container_id).env)
    if (name == "ANTHROPIC_MODEL") return value;
  return "";
}
/// The value at a pointer into what a queued task says it waits for.
std::string held(World& world, const std::string& id, std::string_view pointer) {
  const auto row = world.rollout(id);
  if (!row.held) return "";
  const auto value = boost::json::parse(*row.held);
  boost::system::error_code error;
  const auto* found = value.find_pointer(pointer, error);
  return !found ? "" : found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

}  // namespace

TEST_CASE("what tier 1 refuses is the request's own fault", "[fleet][request]") {
  World world(config_with(crew({opus, v4}, 1)));
  const auto refusal = GENERATE(refuses_request(), too_long());
  const auto id = world.work("coder-a", refusal);
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.ledger("coder-a").empty());
  CHECK(world.fleet().state().health.entries.empty());
}

TEST_CASE("what a fallback refuses is tried on the others, for this request only", "[fleet][request]") {
  OnTier2 world;
  const auto rows = world.ledger("coder-a").size();
  const auto refusal = GENERATE(refuses_request(), too_long());
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  world.ends("coder-a", refusal);

  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "ollama");
  CHECK(model_in_container(world, "coder-a") == "qwen");
  CHECK(world.metadata(id, "/tier") == "3");
  CHECK(world.metadata(id, "/own_tier") == "true");
  CHECK(world.tiers("coder-a").current_tier == 2);

  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.run_of("coder-a")->rollout_id == next);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
  CHECK(model_in_container(world, "coder-a") == "v4");
  CHECK(world.env_files.at("coder-a").find("ANTHROPIC_MODEL=v4") != std::string::npos);
  CHECK(world.ledger("coder-a").size() == rows);
  CHECK(health_of(world, "deepseek", "v4") != "open");
  world.check_disk_is_memory();
}

TEST_CASE("an attempt on its own tier meets a fault there: it moves nobody, and the task waits",
          "[fleet][request]") {
  OnTier2 world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  REQUIRE(world.run_of("coder-a")->provider == "ollama");
  world.ends("coder-a", key_refused());
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(health_of(world, "ollama") == "open");
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(id) == "requeuing");
  CHECK_FALSE(world.tiers("coder-a").paused());
}

TEST_CASE("refused by all that may serve, it waits for the first, and others go past it",
          "[fleet][request]") {
  OnTier2 world;
  const auto due = world.clock.wall() + out_for(world, "anthropic");
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  world.ends("coder-a", too_long());
  CHECK(world.status(id) == "requeuing");
  CHECK(held(world, id, "/provider") == "anthropic");
  CHECK(held(world, id, "/model") == "opus");
  CHECK(held(world, id, "/kind") == "auth_error");
  CHECK(held(world, id, "/until") == as_text(due));
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == next);
  world.ends("coder-a", answers());
  CHECK_FALSE(world.tiers("coder-a").paused());
  CHECK_FALSE(world.agent("coder-a").held);

  const bool restarts = GENERATE(false, true);
  if (restarts) world.restart();
  world.pass(due - world.clock.wall());
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  CHECK_FALSE(world.rollout(id).held);
  SECTION("served at last") {
    world.ends("coder-a", answers());
    CHECK(world.status(id) == "succeeded");
  }
  SECTION("refused by every tier, it has failed by itself") {
    world.ends("coder-a", refuses_request());
    CHECK(world.status(id) == "failed");
    CHECK(world.metadata(id, "/verdict/kind") == "invalid_request");
  }
}

TEST_CASE("a task that waits for itself alone may be cancelled", "[fleet][request]") {
  OnTier2 world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  world.ends("coder-a", refuses_request());
  REQUIRE(world.ask(fleet::CancelRequested{id}));
  CHECK(world.status(id) == "cancelled");
  CHECK_FALSE(world.rollout(id).held);
  world.pass(2h);
  CHECK(world.runs.empty());
}

TEST_CASE("it is asked again at once when a tier comes back before its time", "[fleet][request]") {
  OnTier2 world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  world.ends("coder-a", refuses_request());
  REQUIRE(world.runs.empty());
  world.pass(10min);
  REQUIRE(world.ask(fleet::ProviderResetRequested{"anthropic"}));
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "anthropic");
}

TEST_CASE("an edited chain clears what refused the request", "[fleet][request]") {
  OnTier2 world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  world.ends("coder-a", refuses_request());
  REQUIRE(world.run_of("coder-a") == nullptr);
  SECTION("by the operator") {
    world.configure(config_with(crew({v4, qwen}, 1)));
  }
  SECTION("while the daemon is down") {
    world.restart_with(config_with(crew({v4, qwen}, 1)));
  }
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
}

TEST_CASE("the chain is cut while an attempt waits for the container of its own tier", "[fleet][request]") {
  OnTier2 world;
  world.engine.holds = [](const container::Effect&) { return true; };
  const auto id = world.submit("coder-a");
  world.release();
  world.engine.holds = [](const container::Effect&) { return true; };
  world.ends("coder-a", refuses_request());
  REQUIRE(world.agent("coder-a").task);
  REQUIRE(world.agent("coder-a").task->own_tier);
  REQUIRE(world.agent("coder-a").task->tier == 3);
  world.configure(config_with(crew({opus, v4}, 1)));
  world.release();
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  world.check_disk_is_memory();
}

TEST_CASE("a restart keeps what refused a request, and whose tier it runs on", "[fleet][request]") {
  OnTier2 world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", refuses_request());
  REQUIRE(world.run_of("coder-a")->provider == "ollama");
  world.restart();
  REQUIRE(world.agent("coder-a").task);
  CHECK(world.agent("coder-a").task->own_tier);
  CHECK(world.agent("coder-a").task->refused == std::vector{v4});
  CHECK(world.phase("coder-a") == "busy");  // no container of another tier is made meanwhile
  world.ends("coder-a", refuses_request());
  CHECK(world.status(id) == "requeuing");
  CHECK(held(world, id, "/provider") == "anthropic");
}

TEST_CASE("three tasks refused for what they are show a fault of the tier's configuration",
          "[fleet][request]") {
  OnTier2 world;
  for (int i = 0; i < 3; ++i) {
    CHECK(world.fleet().state().faults.find(v4) == nullptr);
    world.work("coder-a", refuses_request());
    REQUIRE(world.run_of("coder-a")->provider == "ollama");
    world.ends("coder-a", answers());
  }
  const auto* fault = world.fleet().state().faults.find(v4);
  REQUIRE(fault);
  CHECK(fault->tasks.size() == 3);
  CHECK(fault->reason.starts_with("400 "));
  world.work("coder-a", answers());
  CHECK(world.fleet().state().faults.find(v4) == nullptr);  // it serves
}

TEST_CASE("a window that is too small is no fault of the configuration", "[fleet][request]") {
  OnTier2 world;
  for (int i = 0; i < 4; ++i) {
    world.work("coder-a", too_long());
    world.ends("coder-a", answers());
  }
  CHECK(world.fleet().state().faults.find(v4) == nullptr);
}

TEST_CASE("content_policy is never moved", "[fleet][request]") {
  OnTier2 world;
  const auto id = world.work("coder-a", provider_says(400, R"({"error":{"message":"The response was filtered)"
                                                           R"( due to the prompt triggering Azure OpenAI's)"
                                                           R"( content management policy",)"
                                                           R"("code":"content_filter"}})"));
  CHECK(world.metadata(id, "/verdict/kind") == "content_policy");
  CHECK(world.status(id) == "failed");
  CHECK(world.runs.empty());
}

// ---- broken off again and again

namespace {

/// Its only agent's task is answered and breaks off, until it is set aside.
std::string set_aside(World& world, int times = 5) {
  const auto id = world.submit("coder-a");
  for (int i = 0; i < times; ++i) {
    for (int minutes = 0; minutes < 600 && !world.run_of("coder-a"); ++minutes) world.pass(1min);
    REQUIRE(world.run_of("coder-a"));
    REQUIRE(world.run_of("coder-a")->rollout_id == id);
    world.ends("coder-a", breaks_off());
  }
  return id;
}

}  // namespace

TEST_CASE("a task that was answered and broke off five times is set aside, with nobody to compare",
          "[fleet][request]") {
  World world(config_with(crew({opus}, 1)));
  const auto id = set_aside(world);
  CHECK(world.status(id) == "requeuing");
  CHECK(held(world, id, "/reason").find("broke off again and again") != std::string::npos);
  CHECK(held(world, id, "/provider") == "anthropic");
  CHECK(held(world, id, "/until").empty());
  world.pass(24h);
  CHECK(world.runs.empty());
  CHECK_FALSE(world.agent("coder-a").held);

  const auto next = world.work("coder-a", answers());  // the queue goes on past it
  CHECK(world.status(next) == "succeeded");
  const bool restarts = GENERATE(false, true);
  if (restarts) world.restart();
  world.pass(24h * 30);
  CHECK(world.attempts(id).size() == 5);

  SECTION("the operator tries it again") {
    REQUIRE(world.ask(fleet::TierResetRequested{"coder-a"}));
    REQUIRE(world.run_of("coder-a"));
    CHECK(world.run_of("coder-a")->rollout_id == id);
    CHECK_FALSE(world.rollout(id).held);
    world.ends("coder-a", answers());
    CHECK(world.status(id) == "succeeded");
  }
  SECTION("the operator cancels it") {
    REQUIRE(world.ask(fleet::CancelRequested{id}));
    CHECK(world.status(id) == "cancelled");
  }
}

TEST_CASE("four times it is only unlucky", "[fleet][request]") {
  World world(config_with(crew({opus}, 1)));
  const auto id = set_aside(world, 4);
  world.pass(10min);
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("where other tasks are answered meanwhile, the task itself is shown to be at fault",
          "[fleet][request]") {
  World world(config_with(crew({opus}, 2)));
  const auto id = world.submit("coder-a");
  for (int i = 0; i < 12 && !store::is_finished(world.rollout(id).status); ++i) {
    for (int minutes = 0; minutes < 60 && !world.run_of("coder-a"); ++minutes) {
      world.pass(1min);
      if (world.run_of("coder-b"))
        world.ends("coder-b", answers());
      else
        world.submit("coder-b");
    }
    if (world.run_of("coder-a")) world.ends("coder-a", breaks_off());
  }
  CHECK_FALSE(world.rollout(id).held);
}
