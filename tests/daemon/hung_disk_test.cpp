// An agent's directory on a disk that does not answer, as on a mount that hangs: the loop goes on.
#include <fcntl.h>
#include <signal.h>

#include <boost/asio/detached.hpp>
#include <future>

#include "daemon/runtime_fixture.hpp"
#include "offload/disk.hpp"
#include "runtime/process/process_runtime.hpp"
#include "runtime/spool_watch.hpp"

using namespace understudy::daemon::testing;

namespace {

struct Hung {
  Scratch scratch;
  std::string agent_dir = scratch / "agents/a";
  asio::io_context io;
  std::promise<void> answers;
  offload::Disk disk{2};

  /// Whatever is asked of the agent's directory from now on waits behind this.
  void hang() {
    auto job = [this]() -> asio::awaitable<void> {
      auto wait = [hung = answers.get_future().share()] { hung.wait(); };
      co_await disk.at(agent_dir, std::move(wait));
    };
    asio::co_spawn(io, std::move(job), asio::detached);
    io.restart();
    io.poll();
  }
  template <class T>
  void waits(asio::awaitable<T> work, const std::function<void()>& meanwhile = {}) {
    hang();
    bool done = false;
    asio::co_spawn(io, std::move(work), [&done](std::exception_ptr failed, const T&) {
      done = true;
      CHECK_FALSE(failed);
    });
    io.restart();
    io.run_for(std::chrono::milliseconds(50));  // it comes back: nothing holds the loop
    CHECK_FALSE(done);
    if (meanwhile) meanwhile();
    answers.set_value();
    CHECK(eventually(io, [&done] { return done; }));
  }
};

struct Processes : Hung {
  ProcessRuntime runtime{io.get_executor(),
                         {.agents_dir = scratch / "agents", .shim_path = shim_path(), .disk = &disk}};

  [[nodiscard]] InstanceSpec spec() const {
    InstanceSpec made;
    made.owner = "me";
    made.instance = "a";
    made.env = {{"PATH", "/usr/bin:/bin"}};
    made.agent_dir = agent_dir;
    return made;
  }
  ~Processes() {
    const auto all = run(io, runtime.list("me"));
    for (const auto& one : *all) (void)run(io, runtime.kill(one.incarnation.container_id));
  }
};

}  // namespace

TEST_CASE("an instance is made, started and given its task when its disk answers", "[process][disk]") {
  Processes world;
  SECTION("made") {
    world.waits(world.runtime.create(world.spec()));
  }
  SECTION("started") {
    const auto id = run(world.io, world.runtime.create(world.spec())).value();
    world.waits(world.runtime.start(id));
    CHECK(run(world.io, world.runtime.inspect(id))->status == ContainerStatus::running);
  }
  SECTION("given its task") {
    const auto id = run(world.io, world.runtime.create(world.spec())).value();
    REQUIRE(run(world.io, world.runtime.start(id)));
    world.waits(world.runtime.start_task(
        id, {.attempt_id = "at-1", .command = {"true"}, .spool_dir = world.agent_dir + "/spool/at-1"}));
  }
  SECTION("removed") {
    const auto id = run(world.io, world.runtime.create(world.spec())).value();
    world.waits(world.runtime.remove(id));
    CHECK(run(world.io, world.runtime.inspect(id))->status == ContainerStatus::absent);
  }
}

TEST_CASE("a running instance is asked and signalled when its disk answers", "[process][disk]") {
  Processes world;
  const auto id = run(world.io, world.runtime.create(world.spec())).value();
  REQUIRE(run(world.io, world.runtime.start(id)));
  SECTION("what it said") {
    world.waits(world.runtime.log_tail(id, 10));
  }
  SECTION("whether it is ready, by words that it said") {
    world.waits(world.runtime.probe(id, {.kind = ReadinessKind::log, .pattern = "ready"}));
  }
  SECTION("whether it is ready, by a command") {
    world.waits(world.runtime.probe(id, {.kind = ReadinessKind::exec, .command = {"true"}}));
  }
  SECTION("a task's end") {
    world.waits(world.runtime.signal_task(id, world.agent_dir + "/spool/at-1", TaskSignal::terminate));
  }
  SECTION("a kill, which it does not survive meanwhile") {
    world.waits(world.runtime.kill(id));
    CHECK(run(world.io, world.runtime.inspect(id))->status == ContainerStatus::stopped);
  }
}

TEST_CASE("the end of a process is told when its disk answers", "[process][disk]") {
  Processes world;
  std::vector<RuntimeEvent> told;
  asio::co_spawn(world.io,
                 world.runtime.events([&told](const RuntimeEvent& event) { told.push_back(event); }),
                 asio::detached);
  const auto id = run(world.io, world.runtime.create(world.spec())).value();
  REQUIRE(run(world.io, world.runtime.start(id)));
  REQUIRE(eventually(world.io, [&told] { return told.back().kind == RuntimeEventKind::started; }));
  const auto stamp = told.back().incarnation.stamp;
  const auto pid = std::stoi(stamp.substr(stamp.find('/') + 1));
  world.hang();
  REQUIRE(::kill(pid, SIGKILL) == 0);
  world.io.restart();
  world.io.run_for(std::chrono::milliseconds(50));
  CHECK(told.back().kind == RuntimeEventKind::started);
  world.answers.set_value();
  CHECK(eventually(world.io, [&told] { return told.back().kind == RuntimeEventKind::died; }));
  CHECK(told.back().exit_code == 128 + SIGKILL);
}

TEST_CASE("an instance that could not be looked at is looked at again when its disk answers",
          "[process][disk]") {
  Hung world;
  std::filesystem::create_directories(world.agent_dir);
  std::ofstream(world.agent_dir + "/process.json") << "{}";
  const asio::steady_timer first(world.io);  // the loop's own descriptors
  std::optional<NoDescriptors> none(std::in_place);
  ProcessRuntime runtime(
      world.io.get_executor(),
      {.agents_dir = world.scratch / "agents", .shim_path = shim_path(), .disk = &world.disk});
  none.reset();
  // Nobody else finds meanwhile that nothing is there.
  bool second_done = false;
  auto second = runtime.list("me");
  world.waits(runtime.list("me"), [&] {
    asio::co_spawn(world.io, std::move(second),
                   [&second_done](std::exception_ptr, const auto&) { second_done = true; });
    world.io.run_for(std::chrono::milliseconds(20));
    CHECK_FALSE(second_done);
  });
  CHECK(eventually(world.io, [&second_done] { return second_done; }));
  CHECK(run(world.io, runtime.list("me")).has_value());
}

TEST_CASE("a spool is looked at when its disk answers", "[spool][disk]") {
  Hung world;
  const auto spool_dir = world.agent_dir + "/spool/at-1";
  REQUIRE(prepare_spool(spool_dir, "input", false));
  std::ofstream(spool_dir + "/status") << R"({"exit_code":0})";
  SpoolWatch watch(world.io.get_executor(), spool_dir, &world.disk);
  world.waits(watch.next());
}
