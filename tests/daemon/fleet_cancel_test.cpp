#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

std::size_t ends_of(World& world, const std::string& id) {
  std::size_t count = 0;
  for (const auto& event : world.events("rollout.finished"))
    if (event.detail.find('"' + id + '"') != std::string::npos) ++count;
  return count;
}
config::Config in_a_hurry() {
  auto coder = agent_type({opus, v4});
  coder.agent.timeout = 10min;
  coder.failover.server_error_threshold = 1;
  return config_with(coder);
}

}  // namespace

TEST_CASE("a task cancelled in the queue is never started", "[fleet][cancel]") {
  World world;
  world.submit("coder-a");
  const auto id = world.submit("coder-a");
  const auto answer = world.ask(fleet::CancelRequested{id});
  REQUIRE(answer.has_value());
  CHECK(answer->find(R"("cancelled")") != std::string::npos);
  world.ends("coder-a", answers());
  CHECK(world.run_of("coder-a") == nullptr);
  CHECK(world.status(id) == "cancelled");
  CHECK(world.attempts(id).empty());
  CHECK(ends_of(world, id) == 1);
}

TEST_CASE("a task cancelled while its container starts does not run, and the instance is free",
          "[fleet][cancel]") {
  World world;
  world.engine.holds = [](const container::Effect&) { return true; };
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  world.release();
  CHECK(world.status(id) == "cancelled");
  REQUIRE(world.started.size() == 1);
  CHECK(world.started[0].rollout_id == next);
}

TEST_CASE("a running task that is cancelled is ended, and its end is not a verdict", "[fleet][cancel]") {
  World world;
  world.obedient = false;
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  REQUIRE(world.signals.size() == 1);
  CHECK(world.signals[0].signal == ports::TaskSignal::terminate);
  CHECK(world.signals[0].spool_dir == world.run_of("coder-a")->task.spool_dir);
  CHECK(world.run_of("coder-a")->rollout_id == id);  // until it has ended

  auto ending = key_refused();
  ending.usage = failover::Usage{30, 3};
  world.ends("coder-a", ending);
  CHECK(world.status(id) == "cancelled");
  CHECK(world.tiers("coder-a").current_tier == 1);
  CHECK(world.ledger("coder-a").empty());
  CHECK(world.reader().usage(0).at(0).input_tokens == 30);
  CHECK(ends_of(world, id) == 1);
  CHECK(world.run_of("coder-a")->rollout_id == next);
}

TEST_CASE("cancelling again, or after the end, changes nothing", "[fleet][cancel]") {
  World world;
  const auto done = world.work("coder-a", answers());
  const auto answer = world.ask(fleet::CancelRequested{done});
  REQUIRE(answer.has_value());
  CHECK(world.status(done) == "succeeded");
  CHECK(ends_of(world, done) == 1);

  const auto id = world.submit("coder-a");
  world.obedient = false;
  CHECK(world.ask(fleet::CancelRequested{id}).has_value());
  CHECK(world.ask(fleet::CancelRequested{id}).has_value());
  CHECK(world.signals.size() == 1);
  CHECK(ends_of(world, id) == 1);
}

TEST_CASE("a cancelled task stays cancelled when its container dies", "[fleet][cancel]") {
  World world;
  world.obedient = false;
  const auto id = world.submit("coder-a");
  CHECK(world.ask(fleet::CancelRequested{id}).has_value());
  world.crash("coder-a");
  CHECK(world.status(id) == "cancelled");
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.run_of("coder-a") == nullptr);
}

TEST_CASE("a task that takes too long is ended, and counts as its own failure", "[fleet][deadline]") {
  World world(in_a_hurry());
  const auto id = world.submit("coder-a");
  world.pass(10min - 1s);
  CHECK(world.signals.empty());
  world.pass(1s);
  CHECK(world.signals.size() == 1);
  CHECK(world.status(id) == "failed");
  CHECK(to_string(world.attempts(id).at(0).status) == "timeout");
  CHECK(world.metadata(id, "/verdict/kind") == "task_error");
  CHECK(world.metadata(id, "/verdict/rule") == "task-deadline");
  CHECK(world.tiers("coder-a").current_tier == 1);
}

TEST_CASE("a task whose last output was an unanswered call was held up by the provider",
          "[fleet][deadline]") {
  World world(in_a_hurry());
  world.awaiting_reply = true;
  const auto id = world.submit("coder-a");
  world.pass(10min);
  CHECK(world.moves("coder-a") == Words{"1→2 timeout"});
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "deepseek");
}

TEST_CASE("a task that ran too long is tried again if its own rules say so", "[fleet][deadline]") {
  World world(in_a_hurry());
  const auto id = world.submit("coder-a", "", R"({"max_attempts": 2, "retry_condition": ["timeout"]})");
  world.pass(10min);
  CHECK(world.status(id) == "running");
  CHECK(world.attempts(id).size() == 2);
  world.pass(10min);
  CHECK(world.status(id) == "failed");
}

TEST_CASE("the container's start does not count against the task's time", "[fleet][deadline]") {
  World world(in_a_hurry());
  world.engine.refuses_to_start["coder-a"] = "busy";
  const auto id = world.submit("coder-a");
  world.pass(10s);
  world.engine.refuses_to_start.clear();
  world.pass(20s);
  REQUIRE(world.run_of("coder-a"));
  world.pass(9min + 30s);
  CHECK(world.status(id) == "running");
}
