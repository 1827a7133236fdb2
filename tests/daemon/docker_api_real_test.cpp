// Against a real engine; hidden, because it needs one: UNDERSTUDY_TEST_ENGINE names its socket and
// UNDERSTUDY_TEST_IMAGE an image with busybox. tests/system/test_docker_runtime.py runs it.
#include <algorithm>
#include <iostream>

#include "daemon/runtime_fixture.hpp"
#include "runtime/docker/docker_runtime.hpp"
#include "runtime/spool_watch.hpp"
#include "wire/ids.hpp"

using namespace understudy::daemon::testing;

namespace {

std::string setting(const char* name) {
  const char* value = ::getenv(name);
  return value ? value : "";
}

struct World {
  Scratch scratch;
  asio::io_context io;
  std::string owner = wire::random_id("", 12);
  std::vector<RuntimeEvent> events;
  DockerRuntime runtime;
  asio::cancellation_signal stop_events;

  World()
      : runtime(io.get_executor(), {.socket_path = engine_socket(setting("UNDERSTUDY_TEST_ENGINE")).value(),
                                    .shim_path = shim_path(),
                                    .owner = owner}) {
    auto listening = runtime.events([this](RuntimeEvent event) { events.push_back(std::move(event)); });
    asio::co_spawn(io, std::move(listening),
                   asio::bind_cancellation_slot(stop_events.slot(), [](std::exception_ptr) {}));
    REQUIRE(eventually(io, [&] { return !events.empty(); }));
  }
  ~World() {
    const auto left = run(io, runtime.list(owner));
    for (const auto& it : *left) {
      (void)run(io, runtime.kill(it.incarnation.container_id));
      (void)run(io, runtime.remove(it.incarnation.container_id));
    }
  }

  [[nodiscard]] InstanceSpec spec(std::vector<std::string> command = {}) const {
    InstanceSpec made;
    made.owner = owner;
    made.instance = "reviewer-default";
    made.generation = 3;
    made.spec_hash = "sha256:abc";
    made.image = setting("UNDERSTUDY_TEST_IMAGE");
    made.command = std::move(command);
    made.env = {{"PATH", "/bin"}, {"KEY", "secret"}};
    made.network = "none";
    made.memory_mb = 64;
    made.agent_dir = scratch / "agents/reviewer-default";
    return made;
  }
  ContainerId started(std::vector<std::string> command = {}) {
    const auto id = run(io, runtime.create(spec(std::move(command))));
    if (!id) FAIL(id.error().message);
    const auto begun = run(io, runtime.start(*id));
    if (!begun) FAIL(begun.error().message);
    return *id;
  }
  Snapshot inspect(const ContainerId& id) { return run(io, runtime.inspect(id)).value(); }
  const RuntimeEvent* last(RuntimeEventKind kind) {
    const auto is = [kind](const RuntimeEvent& event) { return event.kind == kind; };
    REQUIRE(eventually(io, [&] { return std::ranges::any_of(events, is); }));
    return &*std::ranges::find_if(events, is);
  }
  [[nodiscard]] TaskSpec task(std::string name, std::vector<std::string> command) const {
    const auto dir = spec().agent_dir + "/spool/" + name;
    return {std::move(name), std::move(command), {{"UNDERSTUDY_TIER", "2"}}, {}, "input", dir};
  }
  TaskState end_of(const TaskSpec& task) {
    SpoolWatch watch(io.get_executor(), task.spool_dir);
    return run(io, watch.ended());
  }
};

}  // namespace

TEST_CASE("a container lives from creation to removal", "[.engine]") {
  World world;
  const auto id = run(world.io, world.runtime.create(world.spec())).value();
  CHECK(run(world.io, world.runtime.create(world.spec())).value() == id);
  const auto made = world.inspect(id);
  CHECK(made.status == ContainerStatus::stopped);
  CHECK(made.incarnation.stamp.empty());
  CHECK(made.owner == world.owner);
  CHECK(made.generation == 3);
  CHECK(made.spec_hash == "sha256:abc");
  REQUIRE(run(world.io, world.runtime.start(id)));
  REQUIRE(run(world.io, world.runtime.start(id)));
  const auto running = world.inspect(id);
  CHECK(running.status == ContainerStatus::running);
  CHECK_FALSE(running.incarnation.stamp.empty());
  CHECK(run(world.io, world.runtime.remove(id)).error().kind == EngineErrorKind::conflict);
  CHECK(run(world.io, world.runtime.list(world.owner))->size() == 1);
  CHECK(run(world.io, world.runtime.list("somebody"))->empty());
  CHECK(world.last(RuntimeEventKind::started)->incarnation == running.incarnation);
  REQUIRE(run(world.io, world.runtime.stop(id, 5s)));
  CHECK(world.inspect(id).status == ContainerStatus::stopped);
  REQUIRE(run(world.io, world.runtime.stop(id, 5s)));
  REQUIRE(run(world.io, world.runtime.kill(id)));
  const auto* died = world.last(RuntimeEventKind::died);
  CHECK(died->incarnation == running.incarnation);
  CHECK_FALSE(died->external_stop);
  REQUIRE(run(world.io, world.runtime.remove(id)));
  REQUIRE(run(world.io, world.runtime.remove(id)));
  CHECK(world.inspect(id).status == ContainerStatus::absent);
  CHECK(world.last(RuntimeEventKind::removed)->incarnation.container_id == id);
}

TEST_CASE("while Docker stops a container it is stopping", "[.engine]") {
  World world;
  const auto id = world.started({"sh", "-c", "trap '' TERM; while :; do sleep 1; done"});
  bool stopped = false;
  auto stopping = world.runtime.stop(id, 1s);
  asio::co_spawn(world.io, std::move(stopping),
                 [&](std::exception_ptr, const EngineResult<void>& result) { stopped = result.has_value(); });
  CHECK(world.inspect(id).status == ContainerStatus::stopping);
  CHECK(eventually(world.io, [&] { return stopped; }));
  CHECK(world.inspect(id).exit_code == 137);
}

TEST_CASE("a crash and a stop by somebody else are told apart", "[.engine]") {
  World world;
  const bool crash = GENERATE(true, false);
  const auto id = world.started(crash ? std::vector<std::string>{"sh", "-c", "echo boom >&2; exit 42"}
                                      : std::vector<std::string>{});
  if (!crash) {
    DockerRuntime other(world.io.get_executor(),
                        {.socket_path = engine_socket(setting("UNDERSTUDY_TEST_ENGINE")).value()});
    REQUIRE(run(world.io, other.stop(id, 5s)));
  }
  const auto* died = world.last(RuntimeEventKind::died);
  CHECK(died->exit_code == (crash ? 42 : 0));
  CHECK(died->external_stop == !crash);
  CHECK(died->incarnation == world.inspect(id).incarnation);
  if (crash) {
    CHECK(run(world.io, world.runtime.log_tail(id, 10)).value() == "boom\n");
    CHECK(run(world.io, world.runtime.probe(id, {})).detail == "the container ended with exit code 42");
  }
}

TEST_CASE("what cannot be made or started says why", "[.engine]") {
  World world;
  auto spec = world.spec();
  SECTION("an image that is not there") {
    spec.image = "no/such:image";
    const auto made = run(world.io, world.runtime.create(spec));
    CHECK(made.error().kind == EngineErrorKind::image_missing);
    CHECK(made.error().message.starts_with("the image no/such:image is not on this engine"));
  }
  SECTION("a program that is not there") {
    spec.command = {"no-such-agent"};
    const auto id = run(world.io, world.runtime.create(spec)).value();
    const auto begun = run(world.io, world.runtime.start(id));
    if (begun) {  // the engine's init runs, and fails to run the program
      CHECK(world.last(RuntimeEventKind::died)->exit_code == 127);
      CHECK(run(world.io, world.runtime.probe(id, {})).detail ==
            "the container ended with exit code 127: its program could not be run");
    } else {
      CHECK(begun.error().kind == EngineErrorKind::invalid_spec);
      CHECK(begun.error().message.find("no-such-agent") != std::string::npos);
    }
    CHECK(world.inspect(id).status == ContainerStatus::stopped);
  }
  SECTION("a mount that is not there") {
    spec.mounts = {{.source = "/no/such/source", .target = "/data"}};
    CHECK(run(world.io, world.runtime.create(spec)).error().message ==
          "the mount's source /no/such/source does not exist");
  }
  SECTION("a network that is not there") {
    spec.network = "no-such-network";
    const auto id = run(world.io, world.runtime.create(spec));
    if (id) CHECK_FALSE(run(world.io, world.runtime.start(*id)));
  }
  SECTION("a start of nothing") {
    CHECK(run(world.io, world.runtime.start("feedfacefeed")).error().kind == EngineErrorKind::not_found);
  }
}

TEST_CASE("a real container is probed by exec and by its log", "[.engine]") {
  World world;
  const auto id = world.started({"sh", "-c", "echo serving; while :; do sleep 1; done"});
  const auto probe = [&](Readiness readiness) {
    return run(world.io, world.runtime.probe(id, std::move(readiness)));
  };
  CHECK(probe({}).verdict == ProbeVerdict::ready);
  CHECK(probe({.kind = ReadinessKind::exec, .command = {"true"}}).verdict == ProbeVerdict::ready);
  CHECK(probe({.kind = ReadinessKind::exec, .command = {"false"}}).detail == "false exits with 1");
  CHECK(probe({.kind = ReadinessKind::exec, .command = {"nonono"}}).verdict == ProbeVerdict::failed);
  CHECK(probe({.kind = ReadinessKind::log, .pattern = "never said"}).verdict == ProbeVerdict::not_yet);
  for (int looks = 0; looks < 50; ++looks)
    if (probe({.kind = ReadinessKind::log, .pattern = "serving"}).verdict == ProbeVerdict::ready) break;
  CHECK(probe({.kind = ReadinessKind::log, .pattern = "serving"}).verdict == ProbeVerdict::ready);
  CHECK(probe({.kind = ReadinessKind::http, .port = 80}).verdict == ProbeVerdict::failed);
}

TEST_CASE("a container on the host's network is probed over loopback", "[.engine]") {
  World world;
  auto spec = world.spec({"sh", "-c", "cd /etc && echo hi > index.html && exec httpd -f -p 127.0.0.1:18991"});
  spec.network = "host";
  const auto id = run(world.io, world.runtime.create(spec)).value();
  REQUIRE(run(world.io, world.runtime.start(id)));
  Probe probe;
  for (int looks = 0; looks < 500 && probe.verdict != ProbeVerdict::ready; ++looks)
    probe = run(world.io,
                world.runtime.probe(id, {.kind = ReadinessKind::http, .port = 18991, .path = "/index.html"}));
  CHECK(probe.verdict == ProbeVerdict::ready);
}

TEST_CASE("a task runs in a container and its spool is here", "[.engine]") {
  World world;
  const auto id = world.started();
  const auto task =
      world.task("at-1", {"sh", "-c", "cat; echo; echo $KEY $UNDERSTUDY_TIER; echo oops >&2; exit 7"});
  const auto begun = run(world.io, world.runtime.start_task(id, task));
  if (!begun) FAIL(begun.error().message);
  CHECK(world.end_of(task).end.exit_code == 7);
  CHECK(slurp(task.spool_dir + "/output") == "input\nsecret 2\n");
  CHECK(slurp(task.spool_dir + "/stderr") == "oops\n");
  const auto missing = world.task("at-2", {"no-such-agent"});
  REQUIRE(run(world.io, world.runtime.start_task(id, missing)));
  CHECK(world.end_of(missing).end.error == "command not found: no-such-agent");
}

TEST_CASE("a task in a container is signalled, and lost with its container", "[.engine]") {
  World world;
  const auto id = world.started();
  const auto task = world.task(
      "at-1", {"sh", "-c", "trap 'echo asked; exit 9' TERM; echo up; while :; do sleep 0.1; done"});
  REQUIRE(run(world.io, world.runtime.start_task(id, task)));
  REQUIRE(eventually(world.io, [&] { return slurp(task.spool_dir + "/output") == "up\n"; }));
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  SECTION("TERM") {
    const auto sent = run(world.io, world.runtime.signal_task(id, task.spool_dir, TaskSignal::terminate));
    if (!sent) FAIL(sent.error().message);
    CHECK(world.end_of(task).end.exit_code == 9);
  }
  SECTION("KILL") {
    REQUIRE(run(world.io, world.runtime.signal_task(id, task.spool_dir, TaskSignal::kill)));
    CHECK(world.end_of(task).end.signal == 9);
    CHECK(run(world.io, world.runtime.signal_task(id, task.spool_dir, TaskSignal::kill)));
  }
  SECTION("the container goes") {
    REQUIRE(run(world.io, world.runtime.kill(id)));
    CHECK(world.end_of(task).phase == TaskPhase::lost);
    CHECK(run(world.io, world.runtime.signal_task(id, task.spool_dir, TaskSignal::kill)));
  }
}

TEST_CASE("a container out of memory says so", "[.engine]") {
  World world;
  const auto id = world.started({"sh", "-c", "exec tail /dev/zero"});
  const auto* died = world.last(RuntimeEventKind::died);
  CHECK(died->incarnation.container_id == id);
  CHECK(died->exit_code == 137);
  CHECK(died->oom);
}

TEST_CASE("an engine's crash is noticed, and the containers it ended are found ended", "[.engine-restart]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sleep", "300"});
  REQUIRE(run(world.io, world.runtime.start_task(id, task)));
  world.events.clear();
  std::cout << "ready" << std::endl;  // now the engine is killed and started again
  CHECK(world.last(RuntimeEventKind::unreachable)->message.find("engine") != std::string::npos);
  world.last(RuntimeEventKind::recovered);
  const auto all = run(world.io, world.runtime.list(world.owner));
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().status == ContainerStatus::stopped);
  CHECK(world.end_of(task).phase == TaskPhase::lost);
  REQUIRE(run(world.io, world.runtime.start(id)));
  const auto again = world.task("at-2", {"true"});
  REQUIRE(run(world.io, world.runtime.start_task(id, again)));
  CHECK(world.end_of(again).end.exit_code == 0);
}

TEST_CASE("figures: start to ready", "[.engine-figures]") {
  World world;
  using Clock = std::chrono::steady_clock;
  const auto us = [](Clock::duration took) {
    return std::chrono::duration_cast<std::chrono::microseconds>(took).count();
  };
  std::vector<std::int64_t> starts, rests, tasks;
  const auto id = run(world.io, world.runtime.create(world.spec())).value();
  for (int round = 0; round < 15; ++round) {
    const auto begin = Clock::now();
    REQUIRE(run(world.io, world.runtime.start(id)));
    const auto begun = Clock::now();
    CHECK(run(world.io, world.runtime.probe(id, {})).verdict == ProbeVerdict::ready);
    CHECK(world.inspect(id).status == ContainerStatus::running);
    const auto ready = Clock::now();
    const auto task = world.task("at-" + std::to_string(round), {"true"});
    REQUIRE(run(world.io, world.runtime.start_task(id, task)));
    const auto taken = Clock::now();
    CHECK(world.end_of(task).end.exit_code == 0);
    starts.push_back(us(begun - begin));
    rests.push_back(us(ready - begun));
    tasks.push_back(us(taken - ready));
    REQUIRE(run(world.io, world.runtime.stop(id, 5s)));
  }
  for (auto* list : {&starts, &rests, &tasks}) std::ranges::sort(*list);
  std::cout << "start " << starts[7] << " us, probe and confirm " << rests[7] << " us, task taken over "
            << tasks[7] << " us (medians of 15)\n";
}
