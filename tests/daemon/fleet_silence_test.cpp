// A provider that says nothing, and a task that takes too long.
#include "daemon/fleet_providers.hpp"

using namespace fleet_world;

namespace {

config::Config patient(std::chrono::milliseconds silence = 10min) {
  auto type = crew({opus, v4}, 2);
  type.agent.silence = silence;
  return config_with(type);
}
config::Config in_docker() {
  auto config = patient();
  config.agent_types["coder"].container.mode = config::Mode::docker;
  return config;
}
void freeze(World& world, const std::string& agent, bool paused) {
  world.engine.pause(agent, paused);
  world.tell(fleet::EngineEvent{"docker", container::EngineChanged{{world.engine.id_of(agent), ""}}});
}

config::Config in_a_hurry() {
  auto type = crew({opus, v4}, 1);
  type.agent.timeout = 10min;
  type.failover.server_error_threshold = 1;
  return config_with(type);
}

}  // namespace

TEST_CASE("a run whose provider says nothing is ended, and the provider is blamed at once",
          "[fleet][silence]") {
  World world(patient());
  const auto id = world.submit("coder-a");
  CHECK(world.run_of("coder-a")->silence == 10min);
  world.pass(10min);
  world.falls_silent("coder-a");
  REQUIRE(world.signals.size() == 1);
  const auto first = world.attempts(id).at(0);
  CHECK(to_string(first.status) == "timeout");
  CHECK(first.metadata->find(R"("rule":"provider-silent")") != std::string::npos);
  CHECK(first.metadata->find(R"("kind":"timeout")") != std::string::npos);
  CHECK(health_of(world, "anthropic", "opus") == "open");  // without the row of three
  CHECK(world.moves("coder-a") == Words{"1→2 timeout"});
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "deepseek");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("it is ended once, however often it is reported", "[fleet][silence]") {
  World world(patient());
  world.obedient = false;
  world.submit("coder-a");
  for (int i = 0; i < 3; ++i) world.falls_silent("coder-a");
  CHECK(world.signals.size() == 1);
}

TEST_CASE("a silent provider never uses up the task's own attempts", "[fleet][silence]") {
  World world(patient());
  world.obedient = false;
  const auto id = world.submit("coder-a");
  for (int i = 0; i < 12; ++i) {
    REQUIRE(world.run_of("coder-a"));
    world.falls_silent("coder-a");
    world.ends("coder-a", provider_says(143));
    if (!world.run_of("coder-a")) world.pass(1h);
  }
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

TEST_CASE("a report about an attempt that is over says nothing", "[fleet][silence]") {
  World world(patient());
  world.submit("coder-a");
  const auto attempt = world.run_of("coder-a")->task.attempt_id;
  world.ends("coder-a", answers());
  world.submit("coder-a");
  world.tell(fleet::TaskSilent{"coder-a", attempt});
  world.tell(fleet::TaskSilent{"nobody", attempt});
  world.tell(fleet::TaskAnswered{"coder-a", attempt});
  world.tell(fleet::TaskAnswered{"nobody", attempt});
  CHECK(world.signals.empty());
  CHECK_FALSE(world.agent("coder-a").task->answered);
}

TEST_CASE("time in a paused container does not count", "[fleet][silence]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  world.pass(5min);
  freeze(world, "coder-a", true);
  world.pass(30min);
  world.falls_silent("coder-a");
  CHECK(world.signals.empty());
  freeze(world, "coder-a", false);
  world.pass(9min);
  world.falls_silent("coder-a");
  CHECK(world.signals.empty());
  world.pass(1min);
  world.falls_silent("coder-a");
  CHECK(world.signals.size() == 1);
  CHECK(world.attempts(id).size() == 2);
}

TEST_CASE("a limit of none is no limit, and a provider may have its own", "[fleet][silence]") {
  auto config = patient(0s);
  config.providers["deepseek"].silence = 2min;
  World world(config);
  world.submit("coder-a");
  CHECK(world.run_of("coder-a")->silence == 0s);
  world.falls_silent("coder-a");
  CHECK(world.signals.empty());
  world.ends("coder-a", key_refused());
  CHECK(world.run_of("coder-a")->silence == 2min);
  world.falls_silent("coder-a");
  CHECK(world.signals.size() == 1);
}

TEST_CASE("a run that outlives the daemon keeps its limit", "[fleet][silence]") {
  World world(patient(7min));
  world.submit("coder-a");
  world.restart();
  REQUIRE(world.followed.size() == 1);
  CHECK(world.followed[0].silence == 7min);
  CHECK_FALSE(world.followed[0].answered);
  world.falls_silent("coder-a");
  CHECK(world.signals.size() == 1);
}

TEST_CASE("an end for silence that was under way is repeated after a restart", "[fleet][silence]") {
  World world(patient());
  world.obedient = false;
  const auto id = world.submit("coder-a");
  world.falls_silent("coder-a");
  world.signals.clear();
  world.obedient = true;
  world.restart();
  CHECK(world.signals.size() == 1);
  CHECK(world.moves("coder-a") == Words{"1→2 timeout"});
  CHECK(world.status(id) == "running");
}

// ---- agent.timeout_s

TEST_CASE("the provider is blamed once for a task that ran out of time, then the task", "[fleet][silence]") {
  World world(in_a_hurry());
  world.awaiting_reply = true;
  const auto id = world.submit("coder-a");
  world.pass(10min);
  CHECK(world.moves("coder-a") == Words{"1→2 timeout"});
  REQUIRE(world.run_of("coder-a"));
  const bool restarts = GENERATE(false, true);
  if (restarts) world.restart();
  world.pass(10min);
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 2);
  CHECK(world.metadata(id, "/verdict/kind") == "task_error");
  CHECK(world.metadata(id, "/verdict/rule") == "task-deadline");
  CHECK(world.moves("coder-a").size() == 1);
}

TEST_CASE("another task's time has nothing to do with that", "[fleet][silence]") {
  World world(in_a_hurry());
  world.awaiting_reply = true;
  world.submit("coder-a");
  world.pass(10min);
  world.ends("coder-a", answers());
  const auto id = world.submit("coder-a");
  world.pass(10min);
  CHECK(world.status(id) != "failed");
}
