// A task is signalled until it has ended, whatever the engine and the daemon do meanwhile.
#include "daemon/fleet_world.hpp"

using namespace fleet_world;

namespace {

config::Config in_a_hurry() {
  auto coder = agent_type({opus});
  coder.agent.timeout = 10s;
  coder.container.idle_stop = 1h;
  return config_with(coder);
}
config::Config in_docker() {
  auto config = in_a_hurry();
  config.agent_types["coder"].container.mode = config::Mode::docker;
  return config;
}
const ports::EngineError stalled{ports::EngineErrorKind::unreachable, "the engine did not answer in time"};
const ports::EngineError frozen{ports::EngineErrorKind::conflict, "the container is paused"};

std::string ending_of(World& world, const std::string& id) {
  return world.metadata(id, "/ending/why");
}
int signals(const World& world, ports::TaskSignal signal) {
  return static_cast<int>(std::ranges::count(world.signals, signal, &fleet::EndTask::signal));
}

}  // namespace

TEST_CASE("a deadline that passed while the engine stalled is enforced when it is back", "[fleet][ending]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  world.signal_error = stalled;
  world.pass(70s);
  CHECK(world.status(id) == "running");
  CHECK(world.agent("coder-a").task.has_value());  // the instance is not free
  CHECK(world.signals.size() > 3);
  world.signal_error.reset();
  world.pass(20s);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/verdict/rule") == "task-deadline");
  CHECK(to_string(world.attempts(id).at(0).status) == "timeout");
}

TEST_CASE("an engine that answers again gets the signal at once", "[fleet][ending]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  world.signal_error = stalled;
  world.pass(11s);
  world.tell(fleet::EngineLost{"docker", "silent"});
  world.pass(10min);
  const auto before = world.signals.size();
  world.signal_error.reset();
  world.tell(fleet::EngineListed{"docker", world.engine.list("this-installation")});
  CHECK(world.signals.size() == before + 1);
  CHECK(world.status(id) == "failed");
}

TEST_CASE("a cancel shows at once, and the task is signalled until it has ended", "[fleet][ending]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  const auto next = world.submit("coder-a");
  world.signal_error = stalled;
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  CHECK(world.status(id) == "cancelled");
  CHECK(ending_of(world, id) == "cancelled");
  world.pass(60s);
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.status(next) == "queuing");
  world.signal_error.reset();
  world.pass(20s);
  CHECK(world.run_of("coder-a")->rollout_id == next);
}

TEST_CASE("a task that ignores TERM gets KILL, and then loses its container", "[fleet][ending]") {
  World world(in_docker());
  world.obedient = false;
  const auto id = world.submit("coder-a");
  world.pass(10s);
  CHECK(signals(world, ports::TaskSignal::terminate) == 1);
  world.pass(10s);
  CHECK(signals(world, ports::TaskSignal::kill) == 1);
  CHECK(world.engine.is_running("coder-a"));
  world.pass(5s);
  CHECK_FALSE(world.engine.is_running("coder-a"));
  CHECK(world.status(id) == "running");  // its spool may still tell its end
  world.pass(3s);
  CHECK(world.status(id) == "failed");
  CHECK(to_string(world.attempts(id).at(0).status) == "timeout");
  CHECK(world.attempts(id).size() == 1);
}

TEST_CASE("a paused container is stopped when its task has to end", "[fleet][ending]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  world.signal_error = frozen;
  world.pass(30s);
  CHECK_FALSE(world.engine.is_running("coder-a"));
  CHECK(world.status(id) == "failed");
  REQUIRE(world.events("container.lazy_stopped").size() == 1);
  CHECK(world.events("container.lazy_stopped")[0].summary == "coder-a stopped to end its task");
}

TEST_CASE("where a proxy forbids signals, the container is stopped at once", "[fleet][ending]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  world.signal_error = ports::EngineError{ports::EngineErrorKind::permission, "forbidden"};
  REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  world.pass(1s);
  CHECK(world.signals.size() == 1);
  CHECK_FALSE(world.engine.is_running("coder-a"));
  world.pass(3s);
  CHECK_FALSE(world.agent("coder-a").task.has_value());
}

TEST_CASE("a signal without an answer times out and is repeated", "[fleet][ending]") {
  World world(in_docker());
  world.signals_answered = false;
  world.submit("coder-a");
  world.pass(10s);
  CHECK(world.signals.size() == 1);
  world.pass(59s);
  CHECK(world.signals.size() == 1);
  world.pass(3s);
  CHECK(world.signals.size() == 2);
}

TEST_CASE("an ending survives a restart at each of its stages", "[fleet][ending][restart]") {
  World world(in_docker());
  world.obedient = false;
  const auto id = world.submit("coder-a");
  const auto another = world.submit("coder-a");
  const bool cancelled = GENERATE(true, false);
  if (cancelled)
    REQUIRE(world.ask(fleet::CancelRequested{id}).has_value());
  else
    world.pass(10s);
  const auto after = GENERATE(0s, 11s, 16s);
  world.pass(after);
  const auto means = world.agent("coder-a").task->ending->means;
  const auto before = world.signals.size();
  world.restart();
  REQUIRE(world.agent("coder-a").task->ending);
  CHECK(world.agent("coder-a").task->ending->means == means);
  if (means != fleet::Ending::Means::container) CHECK(world.signals.size() == before + 1);
  world.check_disk_is_memory();
  world.pass(60s);
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.status(id) == (cancelled ? "cancelled" : "failed"));
  CHECK(to_string(world.attempts(id).at(0).status) == (cancelled ? "failed" : "timeout"));
  CHECK(world.attempts(another).size() == 1);
}

TEST_CASE("a forced stop does not free the instance until the task's processes are gone", "[fleet][ending]") {
  World world(in_docker());
  world.obedient = false;
  const auto id = world.submit_to_pool();
  world.engine.holds = [](const container::Effect& effect) {
    return std::holds_alternative<container::Stop>(effect);
  };
  world.tell(fleet::StopRequested{"coder-a", true});
  world.pass(2s);
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.agent("coder-a").task.has_value());
  world.release();
  world.pass(4s);
  CHECK(world.attempts(id).size() == 2);
  CHECK(world.metadata(id, "/error") == "");
}

TEST_CASE("a container that dies while its task is being ended ends the task, and is not a crash",
          "[fleet][ending]") {
  World world(in_docker());
  world.obedient = false;
  const auto id = world.submit("coder-a");
  world.pass(10s);
  world.crash("coder-a");
  world.pass(4s);
  CHECK(world.attempts(id).size() == 1);
  CHECK(to_string(world.attempts(id).at(0).status) == "timeout");
  CHECK(world.status(id) == "failed");
}

TEST_CASE("two deadlines at once are both enforced", "[fleet][ending]") {
  auto coder = agent_type({opus}, {"a", "b"});
  coder.agent.timeout = 10s;
  coder.container.mode = config::Mode::docker;
  World world(config_with(coder));
  const auto first = world.submit("coder-a");
  const auto second = world.submit("coder-b");
  world.signal_error = stalled;
  world.pass(20s);
  world.signal_error.reset();
  world.pass(20s);
  CHECK(world.status(first) == "failed");
  CHECK(world.status(second) == "failed");
}

// ---- an engine that is not able to run a task now is not the task's failure

TEST_CASE("a task that an unreachable engine did not take waits in the same attempt", "[fleet][waits]") {
  World world(in_docker());
  world.work("coder-a", answers());
  world.runtime_refuses = ports::EngineError{ports::EngineErrorKind::unreachable, "no engine answers"};
  world.engine.inspect_fails = true;
  const auto id = world.submit("coder-a");
  world.pass(60s);
  CHECK(world.attempts(id).size() == 1);
  world.runtime_refuses.reset();
  world.engine.inspect_fails = false;
  world.pass(5s);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.attempts(id).size() == 1);
}

TEST_CASE("tasks wait while the container is paused, and no attempt begins", "[fleet][waits]") {
  World world(in_docker());
  world.work("coder-a", answers());
  world.engine.pause("coder-a", true);
  world.tell(fleet::EngineEvent{"docker", container::EngineChanged{{world.engine.id_of("coder-a"), ""}}});
  CHECK(world.phase("coder-a") == "paused");
  CHECK(world.events("container.paused").size() == 1);
  const auto id = world.submit("coder-a");
  world.pass(60s);
  CHECK(world.status(id) == "queuing");
  CHECK(world.attempts(id).empty());
  world.engine.pause("coder-a", false);
  world.tell(fleet::EngineEvent{"docker", container::EngineChanged{{world.engine.id_of("coder-a"), ""}}});
  CHECK(world.events("container.unpaused").size() == 1);
  CHECK(world.run_of("coder-a")->rollout_id == id);
}

TEST_CASE("a task sent to a container that was just paused waits in the same attempt", "[fleet][waits]") {
  World world(in_docker());
  world.work("coder-a", answers());
  world.engine.pause("coder-a", true);
  world.runtime_refuses = frozen;
  const auto id = world.submit("coder-a");
  world.pass(60s);
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.phase("coder-a") == "paused");
  world.runtime_refuses.reset();
  world.engine.pause("coder-a", false);
  world.tell(fleet::EngineEvent{"docker", container::EngineChanged{{world.engine.id_of("coder-a"), ""}}});
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.attempts(id).size() == 1);
}

// ---- how a run ended

TEST_CASE("an attempt has its exit code or signal, and a silent end says so", "[fleet][end]") {
  World world(in_docker());
  const auto coded = world.work(
      "coder-a", {.outcome = {.surface = failover::Surface::cli_text, .exit_code = 7}, .exit_code = 7});
  CHECK(world.metadata(coded, "/exit_code") == "7");
  CHECK(world.metadata(coded, "/signal") == "");
  CHECK(world.metadata(coded, "/verdict/evidence") == "exit code 7, no output");
  const auto killed = world.work(
      "coder-a", {.outcome = {.surface = failover::Surface::cli_text, .exit_code = 137}, .signal = 9});
  CHECK(world.metadata(killed, "/signal") == "9");
  CHECK(world.metadata(killed, "/oom") == "");
  CHECK(world.metadata(killed, "/verdict/evidence") == "killed by signal 9");
}

TEST_CASE("an attempt killed for lack of memory says so, with the limit", "[fleet][end]") {
  auto config = in_docker();
  config.agent_types["coder"].container.memory_mb = 512;
  World world(config);
  const failover::Outcome dead{.surface = failover::Surface::cli_text, .exit_code = 137};
  SECTION("by its container's counter") {
    const auto id = world.work("coder-a", {.outcome = dead, .signal = 9, .memory_kills = 1});
    CHECK(world.metadata(id, "/oom") == "true");
    CHECK(world.metadata(id, "/verdict/evidence").starts_with("out of memory (limit 512 MiB)"));
  }
  SECTION("a child of it, which it needed") {
    const auto id = world.work(
        "coder-a",
        {.outcome = {.surface = failover::Surface::cli_text, .body = "cannot go on", .exit_code = 9},
         .exit_code = 9,
         .memory_kills = 1});
    CHECK(world.metadata(id, "/oom") == "true");
  }
  SECTION("a child of it, which it did not need") {
    auto fine = answers();
    fine.exit_code = 0;
    fine.memory_kills = 1;
    CHECK(world.metadata(world.work("coder-a", fine), "/oom") == "");
  }
  SECTION("by the engine's notice, where the container has no counter") {
    const auto id = world.submit("coder-a");
    world.tell(fleet::MemoryRanOut{"docker", world.engine.id_of("coder-a")});
    world.ends("coder-a", {.outcome = dead, .signal = 9});
    CHECK(world.metadata(id, "/oom") == "true");
  }
  SECTION("but not by a notice about an earlier task") {
    world.submit("coder-a");
    world.tell(fleet::MemoryRanOut{"docker", world.engine.id_of("coder-a")});
    world.ends("coder-a", answers());
    world.pass(30s);
    CHECK(world.metadata(world.work("coder-a", {.outcome = dead, .signal = 9}), "/oom") == "");
  }
}

TEST_CASE("a container killed for lack of memory says so in the attempt it took with it", "[fleet][end]") {
  World world(in_docker());
  const auto id = world.submit("coder-a");
  auto died = world.engine.crash("coder-a", 137);
  died->oom = true;
  world.runs.clear();
  world.tell(fleet::EngineEvent{"docker", *died});
  const auto first = world.attempts(id).at(0).metadata.value();
  CHECK(first.find(R"("oom":true)") != std::string::npos);
  CHECK(first.find(R"("exit_code":137)") != std::string::npos);
}
