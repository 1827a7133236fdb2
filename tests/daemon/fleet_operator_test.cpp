#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

bool everything(const container::Effect&) {
  return true;
}

}  // namespace

TEST_CASE("a paused instance starts no task; unpaused, it goes on with the first", "[fleet][operator]") {
  World world;
  const auto answer = world.ask(fleet::PauseRequested{"coder-a"});
  REQUIRE(answer.has_value());
  CHECK(answer->find(R"("paused":true)") != std::string::npos);
  CHECK(answer->find(R"("pause_reason":"operator")") != std::string::npos);

  const auto first = world.submit("coder-a");
  world.submit("coder-a");
  world.pass(24h * 7);
  CHECK(world.started.empty());
  CHECK(world.engine.boxes.empty());

  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == first);
}

TEST_CASE("a pause lets the running task finish", "[fleet][operator]") {
  World world;
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  CHECK(world.signals.empty());
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.status(next) == "queuing");
}

TEST_CASE("a task that waits for its container does not start once the instance is paused",
          "[fleet][operator]") {
  World world;
  world.engine.holds = everything;
  const auto id = world.submit("coder-a");
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  world.release();
  CHECK(world.started.empty());
  CHECK(world.status(id) == "requeuing");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("repeating a command writes no ledger row", "[fleet][operator]") {
  World world;
  for (int i = 0; i < 3; ++i) CHECK(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  for (int i = 0; i < 3; ++i) CHECK(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  for (int i = 0; i < 3; ++i) CHECK(world.ask(fleet::TierResetRequested{"coder-a"}).has_value());
  CHECK(world.moves("coder-a") == Words{"1→1 pause", "1→1 unpause"});
  CHECK(world.events("provider.*").size() == 2);
}

TEST_CASE("a reset goes to tier 1 at once: env file, container, next task", "[fleet][operator]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  const auto answer = world.ask(fleet::TierResetRequested{"coder-a"});
  REQUIRE(answer.has_value());
  CHECK(answer->find(R"("current_tier":1)") != std::string::npos);
  CHECK(answer->find(R"("active_model":"opus")") != std::string::npos);
  CHECK(world.env_files.at("coder-a").find("ANTHROPIC_MODEL=opus") != std::string::npos);
  CHECK(world.moves("coder-a").back() == "2→1 manual_reset");
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->provider == "anthropic");
}

TEST_CASE("a reset while a task runs lets it finish on the old tier", "[fleet][operator]") {
  World world;
  world.work("coder-a", key_refused());
  REQUIRE(world.run_of("coder-a"));
  REQUIRE(world.ask(fleet::TierResetRequested{"coder-a"}).has_value());
  CHECK(world.phase("coder-a") == "draining");
  const auto next = world.submit("coder-a");
  CHECK(world.status(next) == "queuing");
  world.ends("coder-a", key_refused());  // from tier 2, which is no longer current
  CHECK(world.tiers("coder-a").current_tier == 1);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "anthropic");
}

TEST_CASE("an operator's pause overrides an exhausted chain's and never ends by itself",
          "[fleet][operator]") {
  World world;
  const auto id = world.submit("coder-a");
  world.ends("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  CHECK(world.tiers("coder-a").pause_reason == failover::PauseReason::operator_);
  world.pass(24h * 30);
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(id) == "requeuing");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  CHECK(world.run_of("coder-a"));
}

TEST_CASE("the ledger's rows form a chain whatever the operator does", "[fleet][operator]") {
  World world(config_with(agent_type({opus, v4, qwen})));
  world.work("coder-a", key_refused());
  world.ends("coder-a", key_refused());
  CHECK(world.ask(fleet::PauseRequested{"coder-a"}).has_value());
  world.ends("coder-a", key_refused());
  CHECK(world.ask(fleet::UnpauseRequested{"coder-a"}).has_value());
  CHECK(world.ask(fleet::TierResetRequested{"coder-a"}).has_value());
  int tier = 1;
  for (const auto& row : world.ledger("coder-a")) {
    CHECK(row.from_tier == tier);
    tier = static_cast<int>(row.to_tier);
  }
  CHECK(tier == 1);
}

TEST_CASE("an operator can start and stop an instance", "[fleet][operator]") {
  World world;
  REQUIRE(world.ask(fleet::StartRequested{"coder-a"}).has_value());
  CHECK(world.phase("coder-a") == "ready");
  REQUIRE(world.ask(fleet::StopRequested{"coder-a"}).has_value());
  CHECK(world.phase("coder-a") == "stopped");
}

TEST_CASE("a working instance is stopped only by force, and its task is run again", "[fleet][operator]") {
  World world;
  const auto id = world.submit("coder-a");
  const auto refused = world.ask(fleet::StopRequested{"coder-a"});
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().kind == fleet::RefusalKind::conflict);
  CHECK(world.run_of("coder-a"));

  REQUIRE(world.ask(fleet::StopRequested{"coder-a", true}).has_value());
  CHECK(world.signals.size() == 1);
  CHECK(to_string(world.attempts(id).at(0).status) == "failed");
  CHECK(world.status(id) == "running");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
  CHECK(world.attempts(id).size() == 2);
}

TEST_CASE("commands for an unknown agent are refused by name", "[fleet][operator]") {
  World world;
  const auto answer = world.ask(fleet::PauseRequested{"nobody"});
  REQUIRE_FALSE(answer.has_value());
  CHECK(answer.error().kind == fleet::RefusalKind::not_found);
  CHECK(answer.error().detail == "there is no agent 'nobody'");
  for (const fleet::What& what : std::vector<fleet::What>{
           fleet::UnpauseRequested{"nobody"}, fleet::TierResetRequested{"nobody"},
           fleet::StartRequested{"nobody"}, fleet::StopRequested{"nobody"}, fleet::RemovalRequested{"nobody"},
           fleet::OutcomeReported{"nobody"}, fleet::CancelRequested{"ro-none"}})
    CHECK_FALSE(world.ask(what).has_value());
}
