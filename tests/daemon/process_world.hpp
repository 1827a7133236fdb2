#pragma once
#include <signal.h>

#include <algorithm>
#include <sstream>

#include "daemon/runtime_fixture.hpp"
#include "runtime/files.hpp"
#include "runtime/process/process_runtime.hpp"
#include "runtime/spool_watch.hpp"

/// Process instances under a daemon that may be lost and come back.
namespace process_world {

using namespace understudy::daemon::testing;
using namespace std::chrono_literals;

/// Of the shell itself, and where it is.
constexpr const char* print_environment =
    "tr '\\0' '\\n' < /proc/$$/environ | grep -v ^UNDERSTUDY_INSTANCE_RUN=; pwd";

struct World {
  Scratch scratch;
  asio::io_context io;
  std::string owner = "test-" + std::to_string(::getpid());
  std::string agent_dir = scratch / "state/agents/a-one";
  bool cgroups;
  std::vector<RuntimeEvent> events;
  std::unique_ptr<ProcessRuntime> runtime;
  asio::cancellation_signal stop_events;

  explicit World(bool with_cgroups = true) : cgroups(with_cgroups) {
    std::filesystem::create_directories(scratch / "state/agents");
    std::ofstream(scratch / "state/operator-token") << "secret";
    start_daemon();
  }
  ~World() {
    auto counted = [](asio::awaitable<void> inner) -> asio::awaitable<bool> {
      co_await std::move(inner);
      co_return true;
    };
    auto ending = runtime->end_everything();
    (void)run(io, counted(std::move(ending)));
    lose_daemon();
  }

  void start_daemon() {
    ProcessRuntime::Settings settings{
        .agents_dir = scratch / "state/agents", .shim_path = shim_path(), .owner = owner, .cgroups = cgroups};
    settings.hidden = {scratch / "state", scratch / "config.json"};
    settings.also_hidden = [this] { return std::vector<std::string>{scratch / "provider.key"}; };
    runtime = std::make_unique<ProcessRuntime>(io.get_executor(), settings);
    auto listening = runtime->events([this](RuntimeEvent event) { events.push_back(std::move(event)); });
    asio::co_spawn(io, std::move(listening),
                   asio::bind_cancellation_slot(stop_events.slot(), [](std::exception_ptr) {}));
  }
  /// As after kill -9: whatever it had begun goes on without it.
  void lose_daemon() {
    stop_events.emit(asio::cancellation_type::terminal);
    io.restart();
    io.poll();
    runtime.reset();
  }
  void restart() {
    lose_daemon();
    start_daemon();
  }

  [[nodiscard]] InstanceSpec spec(std::vector<std::string> command = {}) const {
    InstanceSpec made;
    made.owner = owner;
    made.instance = "a-one";
    made.generation = 3;
    made.spec_hash = "sha256:abc";
    made.command = std::move(command);
    made.env = {{"PATH", "/usr/bin:/bin"}, {"HOME", agent_dir + "/home"}};
    made.agent_dir = agent_dir;
    return made;
  }
  ContainerId created(InstanceSpec of) { return run(io, runtime->create(std::move(of))).value(); }
  ContainerId started(InstanceSpec of) {
    const auto id = created(std::move(of));
    REQUIRE(run(io, runtime->start(id)));
    return id;
  }
  ContainerId started() { return started(spec()); }
  ContainerId started(const std::string& script) { return started(spec({"sh", "-c", script})); }

  Snapshot inspect(const ContainerId& id) { return run(io, runtime->inspect(id)).value(); }
  ContainerStatus status(const ContainerId& id) { return inspect(id).status; }
  pid_t pid_of(const ContainerId& id) {
    const auto stamp = inspect(id).incarnation.stamp;
    return std::stoi(stamp.substr(stamp.find('/') + 1));
  }
  [[nodiscard]] std::string log() const { return slurp(agent_dir + "/log"); }
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

  [[nodiscard]] std::string spool(const std::string& attempt) const {
    return agent_dir + "/spool/" + attempt;
  }
  [[nodiscard]] TaskSpec task(const std::string& attempt, std::vector<std::string> command) const {
    return {attempt, std::move(command), {{"UNDERSTUDY_TIER", "2"}}, {}, "input", spool(attempt)};
  }
  TaskState end_of(const TaskSpec& task) {
    SpoolWatch watch(io.get_executor(), task.spool_dir);
    return run(io, watch.ended());
  }
  void begin(const ContainerId& id, const std::string& attempt, const std::string& script,
             std::vector<std::string> words = {}) {
    TaskSpec task{
        .attempt_id = attempt, .command = {"sh", "-c", script, "agent"}, .spool_dir = spool(attempt)};
    task.command.insert(task.command.end(), words.begin(), words.end());
    REQUIRE(run(io, runtime->start_task(id, task)));
  }
  /// What a task said that ran to its end.
  std::string said(const ContainerId& id, const std::string& attempt, const std::string& script,
                   std::vector<std::string> words = {}) {
    begin(id, attempt, script, std::move(words));
    REQUIRE(eventually(io, [&] { return look_at_spool(spool(attempt)).phase == TaskPhase::finished; }));
    return slurp(spool(attempt) + "/output") + slurp(spool(attempt) + "/stderr");
  }

  /// As eventually(), for a look that asks the runtime itself.
  bool in_time(const std::function<bool()>& so) {
    for (int looks = 0; looks < 2'000; ++looks) {
      if (so()) return true;
      (void)eventually(io, [n = 0]() mutable { return ++n > 3; });
    }
    return false;
  }
  /// Waits for `count` numbers of processes in a file.
  std::vector<pid_t> pids_in(const std::string& path, std::size_t count) {
    std::vector<pid_t> pids;
    REQUIRE(eventually(io, [&] {
      pids.clear();
      std::istringstream text(slurp(path));
      for (pid_t pid = 0; text >> pid;) pids.push_back(pid);
      return pids.size() >= count;
    }));
    return pids;
  }
  bool all_gone(const std::vector<pid_t>& pids) {
    return eventually(io, [&] { return std::ranges::none_of(pids, is_running); });
  }
};

}  // namespace process_world
