// An instance: made, started, ended, adopted by the next daemon.
#include <sys/stat.h>

#include <iostream>

#include "daemon/process_world.hpp"

using namespace process_world;

TEST_CASE("an instance without a command is held open until it is stopped", "[process]") {
  World world;
  const auto id = world.created(world.spec());
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  CHECK(world.inspect(id).incarnation.stamp.empty());
  REQUIRE(run(world.io, world.runtime->start(id)));
  const auto running = world.inspect(id);
  CHECK(running.status == ContainerStatus::running);
  CHECK(running.owner == world.owner);
  CHECK(running.instance == "a-one");
  CHECK(running.generation == 3);
  CHECK(running.spec_hash == "sha256:abc");
  CHECK_FALSE(running.incarnation.stamp.empty());
  CHECK(world.probe(id, {}).verdict == ProbeVerdict::ready);
  REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  REQUIRE(run(world.io, world.runtime->remove(id)));
  REQUIRE(run(world.io, world.runtime->remove(id)));
  CHECK(world.inspect(id).status == ContainerStatus::absent);
}

TEST_CASE("an instance's process has exactly its environment and its own directory", "[process]") {
  World world;
  const auto id = world.started(print_environment);
  REQUIRE(world.died(id));
  CHECK(world.log() == "PATH=/usr/bin:/bin\nHOME=" + world.agent_dir + "/home\nTMPDIR=" + world.agent_dir +
                           "/tmp\n" + world.agent_dir + "/work\n");
}

TEST_CASE("the record of an instance is for its owner's eyes", "[process]") {
  World world;
  world.started();
  struct stat found {};
  REQUIRE(::stat((world.agent_dir + "/process.json").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0600);
}

TEST_CASE("two starts are two incarnations", "[process]") {
  World world;
  const auto id = world.started();
  const auto first = world.inspect(id).incarnation;
  REQUIRE(run(world.io, world.runtime->start(id)));  // runs already
  CHECK(world.inspect(id).incarnation == first);
  REQUIRE(run(world.io, world.runtime->kill(id)));
  REQUIRE(run(world.io, world.runtime->start(id)));
  CHECK(world.inspect(id).incarnation != first);
}

TEST_CASE("a command that cannot run is an error that names it", "[process]") {
  World world;
  struct Row {
    std::vector<std::string> command;
    EngineErrorKind kind;
    std::string message;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {{"no-such-agent"},
       EngineErrorKind::invalid_spec,
       "command not found: no-such-agent (PATH is /usr/bin:/bin)"},
      {{"/no/such/agent"}, EngineErrorKind::invalid_spec, "command not found: /no/such/agent"},
      {{"/etc/passwd"}, EngineErrorKind::permission, "/etc/passwd is not a program that we may run"},
  }));
  const auto id = world.created(world.spec(row.command));
  const auto failed = run(world.io, world.runtime->start(id));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == row.kind);
  CHECK(failed.error().message == row.message);
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
}

TEST_CASE("a process that is deaf to TERM is killed after its grace, with its group", "[process]") {
  World world;
  const auto id = world.started("trap '' TERM; sleep 300 & echo $!; wait; sleep 300");
  REQUIRE(eventually(world.io, [&] { return world.log().ends_with('\n'); }));
  const pid_t child = std::stoi(world.log());
  REQUIRE(run(world.io, world.runtime->stop(id, 1s)));
  CHECK(world.inspect(id).exit_code == 128 + SIGKILL);
  CHECK(eventually(world.io, [&] { return !is_running(child); }));
}

TEST_CASE("while it is being stopped an instance says so, and is not started", "[process]") {
  World world;
  const auto id = world.started("trap '' TERM; echo up; while :; do sleep 0.05; done");
  REQUIRE(eventually(world.io, [&] { return !world.log().empty(); }));
  auto stopping = world.runtime->stop(id, 1s);
  bool stopped = false;
  asio::co_spawn(world.io, std::move(stopping),
                 [&](std::exception_ptr, const EngineResult<void>& result) { stopped = result.has_value(); });
  world.io.restart();
  world.io.poll();
  CHECK(world.inspect(id).status == ContainerStatus::stopping);
  CHECK(run(world.io, world.runtime->start(id)).error().kind == EngineErrorKind::conflict);
  CHECK(run(world.io, world.runtime->remove(id)).error().kind == EngineErrorKind::conflict);
  CHECK(eventually(world.io, [&] { return stopped; }));
}

TEST_CASE("a crash is an event with the incarnation and the exit code", "[process]") {
  World world;
  const auto id = world.started("echo boom >&2; exit 42");
  const auto incarnation = world.inspect(id).incarnation;
  REQUIRE(world.died(id));
  REQUIRE(world.events.size() == 3);
  CHECK(world.events[0].kind == RuntimeEventKind::recovered);
  CHECK(world.events[1].kind == RuntimeEventKind::started);
  CHECK(world.events[2].incarnation == incarnation);
  CHECK(world.events[2].exit_code == 42);
  CHECK_FALSE(world.events[2].external_stop);
  CHECK(run(world.io, world.runtime->log_tail(id, 50)).value() == "boom\n");
  const auto probe = world.probe(id, {});
  CHECK(probe.verdict == ProbeVerdict::failed);
  CHECK(probe.detail == "the process ended with exit code 42");
}

TEST_CASE("a TERM that is not ours counts as an external stop, ours does not", "[process]") {
  World world;
  const auto id = world.started("exec sleep 300");
  const bool ours = GENERATE(true, false);
  if (ours) {
    REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  } else {
    ::kill(world.pid_of(id), SIGTERM);
  }
  REQUIRE(world.died(id));
  CHECK(world.events.back().external_stop == !ours);
}

TEST_CASE("a restarted daemon adopts a running instance", "[process]") {
  World world;
  const auto id = world.started("exec sleep 300");
  const auto before = world.inspect(id);
  world.restart();
  const auto found = run(world.io, world.runtime->list(world.owner)).value();
  REQUIRE(found.size() == 1);
  CHECK(found[0].incarnation == before.incarnation);
  CHECK(found[0].status == ContainerStatus::running);
  CHECK(found[0].generation == 3);
  world.events.clear();
  SECTION("and stops it") {
    REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
    REQUIRE(run(world.io, world.runtime->start(id)));  // with the environment of the record
    CHECK(world.inspect(id).status == ContainerStatus::running);
  }
  SECTION("and hears of its end") {
    ::kill(world.pid_of(id), SIGKILL);
    REQUIRE(world.died(id));
    CHECK(world.inspect(id).status == ContainerStatus::stopped);
  }
}

TEST_CASE("an instance that ended while no daemon ran is found stopped", "[process]") {
  World world;
  const auto id = world.started("exit 3");
  REQUIRE(world.died(id));
  world.restart();
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  CHECK(world.inspect(id).exit_code == 3);
}

TEST_CASE("a process whose pid was never written down is found by its output", "[process]") {
  World world;
  const auto id = world.started("exec sleep 300");
  const auto before = world.inspect(id).incarnation;
  const auto path = world.agent_dir + "/process.json";
  auto text = slurp(path);
  text.replace(text.find("\"running\""), 9, "\"starting\"");
  text.replace(text.find("\"pid\":"), 6, "\"pid\":0,\"was\":");
  std::ofstream(path) << text;
  world.restart();
  CHECK(world.inspect(id).status == ContainerStatus::running);
  CHECK(world.inspect(id).incarnation == before);
}

TEST_CASE("other owners' instances are not listed, and half a record is not an instance", "[process]") {
  World world;
  world.started();
  CHECK(run(world.io, world.runtime->list("somebody"))->empty());
  std::filesystem::create_directories(world.scratch / "state/agents/broken");
  std::ofstream(world.scratch / "state/agents/broken/process.json") << "{\"id\":";
  world.restart();
  CHECK(run(world.io, world.runtime->list(world.owner))->size() == 1);
}

TEST_CASE("an instance is made once", "[process]") {
  World world;
  const auto id = world.created(world.spec());
  CHECK(run(world.io, world.runtime->create(world.spec())).value() == id);
  auto other = world.spec();
  other.generation = 4;
  CHECK(run(world.io, world.runtime->create(other)).error().kind == EngineErrorKind::conflict);
  REQUIRE(run(world.io, world.runtime->start(id)));
  CHECK(run(world.io, world.runtime->create(world.spec())).error().kind == EngineErrorKind::conflict);
}

TEST_CASE("figures: spawn to ready", "[.figures]") {
  World world;
  using Clock = std::chrono::steady_clock;
  const auto us = [](Clock::duration took) {
    return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  };
  constexpr std::size_t rounds = 101;
  std::vector<std::int64_t> starts, readies, tasks;
  const auto id = world.created(world.spec());
  for (std::size_t round = 0; round < rounds; ++round) {
    const auto begin = Clock::now();
    REQUIRE(run(world.io, world.runtime->start(id)));
    starts.push_back(us(Clock::now() - begin));
    REQUIRE(world.probe(id, {}).verdict == ProbeVerdict::ready);
    REQUIRE(world.inspect(id).status == ContainerStatus::running);
    readies.push_back(us(Clock::now() - begin));
    const auto task = world.task("at-" + std::to_string(round), {"true"});
    const auto handed_over = Clock::now();
    REQUIRE(run(world.io, world.runtime->start_task(id, task)));
    CHECK(world.end_of(task).end.exit_code == 0);
    tasks.push_back(us(Clock::now() - handed_over));
    REQUIRE(run(world.io, world.runtime->kill(id)));
  }
  for (auto* list : {&starts, &readies, &tasks}) std::ranges::sort(*list);
  for (const auto& [name, list] :
       {std::pair{"start", &starts}, {"start to ready", &readies}, {"task of true", &tasks}})
    std::cout << name << ": median " << (*list)[rounds / 2] << " us, p95 " << (*list)[rounds * 95 / 100]
              << " us\n";
}

TEST_CASE("an ephemeral instance begins with an empty work directory", "[process][ephemeral]") {
  World world;
  auto spec = world.spec();
  spec.ephemeral = true;
  const auto left = world.agent_dir + "/work/left";
  const auto id = world.created(spec);
  std::ofstream(left) << "by the first task";
  SECTION("when the one before was removed") {
    SECTION("by the same daemon") {}
    SECTION("by the next") {
      world.restart();
    }
    REQUIRE(run(world.io, world.runtime->remove(id)));
    CHECK_FALSE(std::filesystem::exists(left));
  }
  SECTION("and even when its record was lost") {
    std::filesystem::remove(world.agent_dir + "/process.json");
    world.restart();
  }
  REQUIRE(run(world.io, world.runtime->create(spec)));
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("an instance of an earlier daemon is not gone because it could not be looked at", "[process]") {
  World world;
  const auto id = world.started();
  const auto before = world.inspect(id);
  std::optional<NoDescriptors> none(std::in_place);
  world.restart();
  const auto listed = run(world.io, world.runtime->list(world.owner));
  const auto seen = run(world.io, world.runtime->inspect(id));
  const auto second = run(world.io, world.runtime->create(world.spec()));
  none.reset();
  REQUIRE_FALSE(listed);
  CHECK(listed.error().kind == EngineErrorKind::unreachable);
  CHECK_FALSE(seen);
  CHECK_FALSE(second);
  REQUIRE(run(world.io, world.runtime->list(world.owner)).value().size() == 1);
  CHECK(world.inspect(id).status == ContainerStatus::running);
  CHECK(world.inspect(id).incarnation == before.incarnation);
}
