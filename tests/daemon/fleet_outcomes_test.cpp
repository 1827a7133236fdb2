#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

/// An external agent.
config::Config external() {
  auto coder = agent_type({opus, v4});
  coder.agent.adapter = "external";
  coder.usage_threshold_tokens = 1000;
  return config_with(coder);
}
fleet::OutcomeReported reports(Ending ending, std::optional<std::string> task_id = {}) {
  auto outcome = std::move(ending.outcome);
  outcome.usage = ending.usage;
  return {.agent = "coder-a", .outcome = std::move(outcome), .task_id = std::move(task_id)};
}
std::string at(const fleet::Answer& answer, std::string_view pointer) {
  REQUIRE(answer.has_value());
  boost::system::error_code error;
  const auto value = boost::json::parse(*answer);
  const auto* found = value.find_pointer(pointer, error);
  REQUIRE(found);
  return found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}

}  // namespace

TEST_CASE("a reported fault is judged, moves the tier and says so", "[fleet][outcomes]") {
  World world(external());
  const auto answer = world.ask(reports(key_refused(), "their-task-1"));
  CHECK(at(answer, "/verdict/kind") == "auth_error");
  CHECK(at(answer, "/verdict/failover") == "true");
  CHECK(at(answer, "/moved") == "true");
  CHECK(at(answer, "/provider_state/current_tier") == "2");
  CHECK(at(answer, "/provider_state/active_model") == "v4");
  CHECK(world.env_files.at("coder-a").find("ANTHROPIC_MODEL=v4") != std::string::npos);
  CHECK(world.ledger("coder-a").at(0).rollout_id == "their-task-1");
}

TEST_CASE("a repeated task id gives the same answer and changes nothing", "[fleet][outcomes]") {
  World world(external());
  const auto first = world.ask(reports(key_refused(), "their-task-1"));
  const auto again = world.ask(reports(key_refused(), "their-task-1"));
  CHECK(*first == *again);
  CHECK(world.ledger("coder-a").size() == 1);
  CHECK_FALSE(world.tiers("coder-a").paused());
  world.restart();
  CHECK(*world.ask(reports(key_refused(), "their-task-1")) == *first);
  CHECK(world.ledger("coder-a").size() == 1);
}

TEST_CASE("a reported outcome of a tier that is not current moves nothing", "[fleet][outcomes]") {
  World world(external());
  CHECK(at(world.ask(reports(key_refused())), "/moved") == "true");
  auto late = reports(key_refused());
  SECTION("by its number") {
    late.tier = 1;
  }
  SECTION("by its provider and model") {
    late.on = opus;
  }
  const auto answer = world.ask(late);
  CHECK(at(answer, "/moved") == "false");
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.ledger("coder-a").size() == 1);
}

TEST_CASE("three faults in a row of a persistent kind move the tier", "[fleet][outcomes]") {
  World world(external());
  CHECK(at(world.ask(reports(overloaded())), "/moved") == "false");
  CHECK(at(world.ask(reports(overloaded())), "/moved") == "false");
  CHECK(at(world.ask(reports(overloaded())), "/moved") == "true");
}

TEST_CASE("reported tokens count for the tier they were used on", "[fleet][outcomes]") {
  World world(external());
  auto refused = key_refused();
  refused.usage = failover::Usage{100, 1};
  CHECK(at(world.ask(reports(refused)), "/moved") == "true");
  const auto usage = world.reader().usage(0);
  REQUIRE(usage.size() == 1);
  CHECK(usage[0].provider == "anthropic");
  CHECK(usage[0].tier == 1);
}

TEST_CASE("reported tokens use up the budget", "[fleet][outcomes]") {
  World world(external());
  const auto answer = world.ask(reports(answers("fine", {2000, 0})));
  CHECK(at(answer, "/verdict/kind") == "success");
  CHECK(at(answer, "/moved") == "true");
  CHECK(world.moves("coder-a") == Words{"1→2 token_budget"});
}

TEST_CASE("an external agent gets no container and takes no task", "[fleet][outcomes]") {
  World world(external());
  const auto id = world.submit("coder-a");
  CHECK(world.engine.boxes.empty());
  CHECK(world.status(id) == "queuing");
  CHECK_FALSE(world.agent("coder-a").container.has_value());
}
