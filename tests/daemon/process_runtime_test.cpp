#include "runtime/process/process_runtime.hpp"

#include <signal.h>

#include <sys/stat.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <iostream>

#include "daemon/runtime_fixture.hpp"
#include "runtime/net_probe.hpp"
#include "runtime/spool_watch.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::ports;
using namespace understudy::daemon::runtime;
using namespace understudy::daemon::testing;
using namespace std::chrono_literals;

namespace {

struct World {
  Scratch scratch;
  asio::io_context io;
  std::vector<RuntimeEvent> events;
  std::unique_ptr<ProcessRuntime> runtime;
  asio::cancellation_signal stop_events;

  World() { restart(); }
  ~World() {
    const auto left = run(io, runtime->list("me"));
    for (const auto& it : *left) {
      (void)run(io, runtime->kill(it.incarnation.container_id));
      (void)run(io, runtime->remove(it.incarnation.container_id));
    }
  }

  /// What a daemon's kill -9 and its restart do: another object over the same directory.
  void restart() {
    stop_events.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    runtime.reset();
    runtime = std::make_unique<ProcessRuntime>(
        io.get_executor(),
        ProcessRuntime::Settings{.agents_dir = scratch / "agents", .shim_path = shim_path()});
    auto listening = runtime->events([this](RuntimeEvent event) { events.push_back(std::move(event)); });
    asio::co_spawn(io, std::move(listening),
                   asio::bind_cancellation_slot(stop_events.slot(), [](std::exception_ptr) {}));
  }

  [[nodiscard]] InstanceSpec spec(std::vector<std::string> command = {}) const {
    InstanceSpec made;
    made.owner = "me";
    made.instance = "reviewer-default";
    made.generation = 3;
    made.spec_hash = "sha256:abc";
    made.command = std::move(command);
    made.env = {{"PATH", "/usr/bin:/bin"}, {"KEY", "secret"}};
    made.agent_dir = scratch / "agents/reviewer-default";
    return made;
  }

  ContainerId started(std::vector<std::string> command = {}) {
    const auto id = run(io, runtime->create(spec(std::move(command))));
    REQUIRE(id);
    REQUIRE(run(io, runtime->start(*id)));
    return *id;
  }
  Snapshot inspect(const ContainerId& id) { return run(io, runtime->inspect(id)).value(); }
  [[nodiscard]] std::string log() const { return slurp(scratch / "agents/reviewer-default/log"); }
  Probe probe(const ContainerId& id, const Readiness& readiness) {
    return run(io, runtime->probe(id, readiness));
  }
  bool died(const ContainerId& id) {
    return eventually(io, [&] {
      return std::ranges::any_of(events, [&](const RuntimeEvent& event) {
        return event.kind == RuntimeEventKind::died && event.incarnation.container_id == id;
      });
    });
  }
  TaskSpec task(std::string attempt, std::vector<std::string> command) const {
    return {attempt,
            std::move(command),
            {{"UNDERSTUDY_TIER", "2"}},
            {},
            "input",
            scratch / ("agents/reviewer-default/spool/" + attempt)};
  }
  TaskState end_of(const TaskSpec& task) {
    SpoolWatch watch(io.get_executor(), task.spool_dir);
    return run(io, watch.ended());
  }
};

std::string env_script() {
  return "tr '\\0' '\\n' < /proc/$$/environ | grep -v ^UNDERSTUDY_INSTANCE_RUN=; pwd";
}

}  // namespace

TEST_CASE("an instance without a command is held open until it is stopped", "[process]") {
  World world;
  const auto id = run(world.io, world.runtime->create(world.spec())).value();
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  CHECK(world.inspect(id).incarnation.stamp.empty());
  REQUIRE(run(world.io, world.runtime->start(id)));
  const auto running = world.inspect(id);
  CHECK(running.status == ContainerStatus::running);
  CHECK(running.owner == "me");
  CHECK(running.instance == "reviewer-default");
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
  const auto id = world.started({"sh", "-c", env_script()});
  REQUIRE(world.died(id));
  CHECK(world.log() == "PATH=/usr/bin:/bin\nKEY=secret\nTMPDIR=" + world.spec().agent_dir + "/tmp\n" +
                           world.spec().agent_dir + "/work\n");
}

TEST_CASE("the record of an instance is for its owner's eyes", "[process]") {
  World world;
  world.started();
  struct stat found {};
  REQUIRE(::stat((world.spec().agent_dir + "/process.json").c_str(), &found) == 0);
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
  const auto id = run(world.io, world.runtime->create(world.spec(row.command))).value();
  const auto failed = run(world.io, world.runtime->start(id));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == row.kind);
  CHECK(failed.error().message == row.message);
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
}

TEST_CASE("a process that is deaf to TERM is killed after its grace, with its group", "[process]") {
  World world;
  const auto id = world.started({"sh", "-c", "trap '' TERM; sleep 300 & echo $!; wait; sleep 300"});
  REQUIRE(eventually(world.io, [&] { return world.log().ends_with('\n'); }));
  const pid_t child = std::stoi(world.log());
  REQUIRE(run(world.io, world.runtime->stop(id, 1s)));
  CHECK(world.inspect(id).exit_code == 128 + SIGKILL);
  CHECK(eventually(world.io, [&] { return !is_running(child); }));
}

TEST_CASE("while it is being stopped an instance says so, and is not started", "[process]") {
  World world;
  const auto id = world.started({"sh", "-c", "trap '' TERM; echo up; while :; do sleep 0.05; done"});
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
  const auto id = world.started({"sh", "-c", "echo boom >&2; exit 42"});
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
  const auto id = world.started({"sleep", "300"});
  const bool ours = GENERATE(true, false);
  if (ours) {
    REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  } else {
    const auto stamp = world.inspect(id).incarnation.stamp;
    ::kill(std::stoi(stamp.substr(stamp.find('/') + 1)), SIGTERM);
  }
  REQUIRE(world.died(id));
  CHECK(world.events.back().external_stop == !ours);
}

TEST_CASE("a restarted daemon adopts a running instance", "[process]") {
  World world;
  const auto id = world.started({"sleep", "300"});
  const auto before = world.inspect(id);
  world.restart();
  const auto found = run(world.io, world.runtime->list("me")).value();
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
    ::kill(std::stoi(before.incarnation.stamp.substr(before.incarnation.stamp.find('/') + 1)), SIGKILL);
    REQUIRE(world.died(id));
    CHECK(world.inspect(id).status == ContainerStatus::stopped);
  }
}

TEST_CASE("what ended while no daemon ran is found stopped", "[process]") {
  World world;
  const auto id = world.started({"sh", "-c", "exit 3"});
  REQUIRE(world.died(id));
  world.restart();
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  CHECK(world.inspect(id).exit_code == 3);
}

TEST_CASE("a process whose pid was never written down is found by its output", "[process]") {
  World world;
  const auto id = world.started({"sleep", "300"});
  const auto before = world.inspect(id).incarnation;
  const auto path = world.spec().agent_dir + "/process.json";
  auto text = slurp(path);
  text.replace(text.find("\"running\""), 9, "\"starting\"");
  text.replace(text.find("\"pid\":"), 6, "\"pid\":0,\"was\":");
  std::ofstream(path) << text;
  world.restart();
  CHECK(world.inspect(id).status == ContainerStatus::running);
  CHECK(world.inspect(id).incarnation == before);
}

TEST_CASE("other owners' instances are not listed, and half a record is no instance", "[process]") {
  World world;
  world.started();
  CHECK(run(world.io, world.runtime->list("somebody"))->empty());
  std::filesystem::create_directories(world.scratch / "agents/broken");
  std::ofstream(world.scratch / "agents/broken/process.json") << "{\"id\":";
  world.restart();
  CHECK(run(world.io, world.runtime->list("me"))->size() == 1);
}

TEST_CASE("an instance is made once", "[process]") {
  World world;
  const auto id = run(world.io, world.runtime->create(world.spec())).value();
  CHECK(run(world.io, world.runtime->create(world.spec())).value() == id);
  auto other = world.spec();
  other.generation = 4;
  CHECK(run(world.io, world.runtime->create(other)).error().kind == EngineErrorKind::conflict);
  REQUIRE(run(world.io, world.runtime->start(id)));
  CHECK(run(world.io, world.runtime->create(world.spec())).error().kind == EngineErrorKind::conflict);
}

TEST_CASE("an instance is ready when its readiness says so", "[process]") {
  World world;
  const auto id = world.started({"sh", "-c", "echo serving on 80; sleep 300"});
  SECTION("log") {
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "no such words"}).verdict ==
          ProbeVerdict::not_yet);
    REQUIRE(eventually(world.io, [&] { return !world.log().empty(); }));
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "serving on"}).verdict ==
          ProbeVerdict::ready);
  }
  SECTION("exec") {
    CHECK(world.probe(id, {.kind = ReadinessKind::exec, .command = {"test", "$KEY"}}).verdict ==
          ProbeVerdict::ready);
    const auto failing = world.probe(id, {.kind = ReadinessKind::exec, .command = {"sh", "-c", "exit 5"}});
    CHECK(failing.verdict == ProbeVerdict::not_yet);
    CHECK(failing.detail == "sh exits with 5");
    CHECK(world.probe(id, {.kind = ReadinessKind::exec, .command = {"nonono"}}).verdict ==
          ProbeVerdict::failed);
    const auto hanging = world.probe(id, {.kind = ReadinessKind::exec, .command = {"sleep", "300"}});
    CHECK(hanging.verdict == ProbeVerdict::not_yet);
    CHECK(hanging.detail == "sleep does not end within 1 s");
  }
}

TEST_CASE("ports are probed over loopback", "[process]") {
  asio::io_context io;
  asio::ip::tcp::acceptor acceptor(io, {asio::ip::make_address("127.0.0.1"), 0});
  const int port = acceptor.local_endpoint().port();
  std::string answer;
  asio::ip::tcp::socket peer(io);
  const auto answer_with = [&](std::string text) {
    answer = std::move(text);
    acceptor.async_accept(peer, [&](boost::system::error_code) {
      if (!answer.empty())
        asio::async_write(peer, asio::buffer(answer), [&](boost::system::error_code, std::size_t) {});
    });
  };
  const auto http = [&] { return run(io, probe_http("127.0.0.1", port, "/healthz")); };
  SECTION("an open port") {
    CHECK(run(io, probe_tcp("127.0.0.1", port)).verdict == ProbeVerdict::ready);
  }
  SECTION("a closed port") {
    acceptor.close();
    CHECK(run(io, probe_tcp("127.0.0.1", port)).verdict == ProbeVerdict::not_yet);
    CHECK(http().detail.ends_with("Connection refused"));
  }
  SECTION("a good answer") {
    answer_with("HTTP/1.1 204 No Content\r\n\r\n");
    CHECK(http().verdict == ProbeVerdict::ready);
  }
  SECTION("a bad answer") {
    answer_with("HTTP/1.1 503 Service Unavailable\r\n\r\n");
    const auto probe = http();
    CHECK(probe.verdict == ProbeVerdict::not_yet);
    CHECK(probe.detail.ends_with("/healthz answers HTTP/1.1 503 Service Unavailable"));
  }
  SECTION("no answer") {
    answer_with("");
    CHECK(http().detail.ends_with("does not answer within 1 s"));
  }
}

TEST_CASE("a task runs in its instance with the instance's environment and its own", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sh", "-c", "cat; echo; " + env_script()});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  CHECK(world.end_of(task).end.exit_code == 0);
  CHECK(slurp(task.spool_dir + "/output") ==
        "input\nPATH=/usr/bin:/bin\nKEY=secret\nTMPDIR=" + world.spec().agent_dir +
            "/tmp\nUNDERSTUDY_TIER=2\n" + world.spec().agent_dir + "/work\n");
}

TEST_CASE("a task of a host agent runs with the operator's own environment", "[process]") {
  World world;
  ::setenv("OPERATORS_OWN", "yes", 1);
  auto task = world.task("at-1", {"sh", "-c", "echo $OPERATORS_OWN $UNDERSTUDY_TIER; pwd"});
  task.workdir = "/";
  REQUIRE(run(world.io, world.runtime->start_task("", task)));
  CHECK(world.end_of(task).end.exit_code == 0);
  CHECK(slurp(task.spool_dir + "/output") == "yes 2\n/\n");
}

TEST_CASE("a task needs a running instance and a command", "[process]") {
  World world;
  const auto id = run(world.io, world.runtime->create(world.spec())).value();
  CHECK(run(world.io, world.runtime->start_task(id, world.task("a", {"true"}))).error().kind ==
        EngineErrorKind::not_found);
  CHECK(run(world.io, world.runtime->start_task("", world.task("a", {}))).error().kind ==
        EngineErrorKind::invalid_spec);
}

TEST_CASE("a cancelled task gets TERM, then KILL", "[process]") {
  World world;
  const auto id = world.started();
  const auto task =
      world.task("at-1", {"sh", "-c", "trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  REQUIRE(eventually(world.io, [&] { return slurp(task.spool_dir + "/output") == "up\n"; }));
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::terminate)));
  REQUIRE(eventually(world.io, [&] { return slurp(task.spool_dir + "/output").ends_with("asked\n"); }));
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
  CHECK(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
}

TEST_CASE("a task survives a daemon's restart, not its instance's end", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  world.restart();
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}

TEST_CASE("figures: spawn to ready", "[.figures]") {
  World world;
  using Clock = std::chrono::steady_clock;
  const auto us = [](Clock::duration took) {
    return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  };
  constexpr std::size_t rounds = 101;
  std::vector<std::int64_t> starts, readies, tasks;
  const auto id = run(world.io, world.runtime->create(world.spec())).value();
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
  const auto left = world.scratch / "agents/reviewer-default/work/left";
  const auto id = run(world.io, world.runtime->create(spec)).value();
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
    std::filesystem::remove(world.scratch / "agents/reviewer-default/process.json");
    world.restart();
  }
  REQUIRE(run(world.io, world.runtime->create(spec)));
  CHECK_FALSE(std::filesystem::exists(left));
}

TEST_CASE("a pid file is its agent's word: nobody else is signalled for it", "[process]") {
  World world;
  const auto id = world.started();
  const auto liar = world.task("at-1", {"sleep", "300"});
  const auto other = world.task(
      "at-2", {"sh", "-c", "trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; echo .; done"});
  for (const auto& task : {liar, other}) REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  const auto said = [&] { return slurp(other.spool_dir + "/output"); };
  REQUIRE(eventually(world.io, [&] { return said().starts_with("ready\n"); }));
  std::filesystem::copy_file(other.spool_dir + "/pid", liar.spool_dir + "/pid",
                             std::filesystem::copy_options::overwrite_existing);
  REQUIRE(run(world.io, world.runtime->signal_task(id, liar.spool_dir, TaskSignal::terminate)));
  const auto before = said().size();
  REQUIRE(eventually(world.io, [&] { return said().size() > before + 20; }));
  CHECK(said().find("asked") == std::string::npos);
  REQUIRE(run(world.io, world.runtime->signal_task(id, other.spool_dir, TaskSignal::terminate)));
  REQUIRE(eventually(world.io, [&] { return said().find("asked") != std::string::npos; }));
}

TEST_CASE("a task that has cleared its environment can still be ended", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"env", "-i", "/bin/sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  REQUIRE(eventually(world.io, [&] {
    const auto pid = slurp(task.spool_dir + "/pid");
    return slurp("/proc/" + pid.substr(7, pid.find(',') - 7) + "/cmdline").starts_with("/bin/sleep");
  }));
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}

TEST_CASE("what an earlier daemon left is not gone because it could not be looked at", "[process]") {
  World world;
  const auto id = world.started();
  const auto before = world.inspect(id);
  std::optional<NoDescriptors> none(std::in_place);
  world.restart();
  const auto listed = run(world.io, world.runtime->list("me"));
  const auto seen = run(world.io, world.runtime->inspect(id));
  const auto second = run(world.io, world.runtime->create(world.spec()));
  none.reset();
  REQUIRE_FALSE(listed);
  CHECK(listed.error().kind == EngineErrorKind::unreachable);
  CHECK_FALSE(seen);
  CHECK_FALSE(second);
  REQUIRE(run(world.io, world.runtime->list("me")).value().size() == 1);
  CHECK(world.inspect(id).status == ContainerStatus::running);
  CHECK(world.inspect(id).incarnation == before.incarnation);
}

TEST_CASE("a task is not known to be gone while nobody can look", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  std::optional<NoDescriptors> none(std::in_place);
  const auto asked = run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill));
  none.reset();
  CHECK_FALSE(asked);
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}
