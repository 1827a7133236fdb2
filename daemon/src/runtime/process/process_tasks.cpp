#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "offload/disk.hpp"
#include "runtime/process/instance.hpp"
#include "runtime/process/task_signal.hpp"
#include "runtime/spool.hpp"
#include "runtime/spool_place.hpp"
#include "runtime/takeover.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;

void kill_tasks_of(const std::string& agent_dir) {
  const auto agent = Directory::open(agent_dir);
  const auto spools = agent ? agent->directory("spool") : std::unexpected(agent.error());
  const auto names = spools ? spools->names(10'000) : std::unexpected(spools.error());
  if (!names) return;
  for (const auto& name : *names) {
    const auto spool_dir = fmt::format("{}/spool/{}", agent_dir, name);
    const auto state = look_at_spool(spool_dir);
    if (state.shim_lives || state.phase == TaskPhase::unknown) signal_group(spool_dir, SIGKILL);
  }
}

EngineCall<Snapshot> ProcessRuntime::inspect(ContainerId id) {
  const auto instance = find(id);
  if (instance) co_return instance->snapshot();
  if (const auto seen = co_await see_all(); !seen) co_return std::unexpected(seen.error());
  if (const auto late = find(id)) co_return late->snapshot();
  Snapshot absent;
  absent.incarnation.container_id = id;
  co_return absent;
}

EngineCall<std::vector<Snapshot>> ProcessRuntime::list(std::string owner) {
  if (const auto seen = co_await see_all(); !seen) co_return std::unexpected(seen.error());
  std::vector<Snapshot> found;
  for (const auto& [id, instance] : instances_)
    if (instance->record.spec.owner == owner) found.push_back(instance->snapshot());
  co_return found;
}

EngineCall<std::string> ProcessRuntime::log_tail(ContainerId id, int lines) {
  const auto instance = find(id);
  if (!instance) co_return std::string{};
  auto read = [path = instance->record.log_path(), lines] {
    auto tail = tail_of_file(path, lines);
    // Just after the log was begun again, the last words are in the old one.
    const auto have = static_cast<int>(std::ranges::count(tail, '\n'));
    if (have < lines) tail = tail_of_file(path + ".1", lines - have) + tail;
    return tail;
  };
  co_return co_await offload::at(settings_.disk, instance->record.spec.agent_dir, std::move(read));
}

asio::awaitable<void> ProcessRuntime::events(EventSink sink) {
  const auto place = sinks_.insert(sinks_.end(), &sink);
  const std::shared_ptr<void> leave(nullptr, [this, place, alive = std::weak_ptr(alive_)](void*) {
    if (!alive.expired()) sinks_.erase(place);
  });
  sink({.kind = RuntimeEventKind::recovered});
  asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
  co_await never.async_wait(asio::use_awaitable);
}

void ProcessRuntime::own(Child child, ExitWatch::OnExit on_exit) {
  const pid_t pid = child.key.pid;
  auto ended = [this, pid, tell = std::move(on_exit)](std::optional<int> code) {
    tell(code);
    children_.erase(pid);
  };
  children_[pid] = std::make_unique<ExitWatch>(executor_, std::move(child), std::move(ended));
}

EngineCall<void> ProcessRuntime::start_task(ContainerId id, TaskSpec task) {
  const auto instance = find(id);
  if (!id.empty() && (!instance || !instance->runs()))
    co_return engine_error(EngineErrorKind::not_found, fmt::format("{} does not run", id));
  if (task.command.empty()) co_return engine_error(EngineErrorKind::invalid_spec, "the agent has no command");
  // An earlier attempt that lost its shim may be dying still.
  co_await sweeper_.settled(instance ? id : host_run_);
  const auto attempt = std::filesystem::path(task.spool_dir).filename().string();
  const auto run = instance ? id : host_run_;
  std::string workdir = !task.workdir.empty() ? task.workdir
                        : instance            ? instance->record.workdir()
                                              : std::string{};
  auto prepare = [this, &task, &workdir, attempt, run,
                  record = instance
                               ? std::optional(instance->record)
                               : std::nullopt]() -> std::expected<std::vector<std::string>, std::string> {
    // What was made when the instance was may have been removed since, by the agent for one.
    auto made = record ? make_own_directories(record->spec.agent_dir) : std::expected<void, std::string>{};
    if (made) made = prepare_spool(task.spool_dir, task.input, false);
    if (!made) return std::unexpected(std::move(made.error()));
    if (!record && workdir.starts_with(settings_.agents_dir + "/")) {  // nothing was created before
      std::error_code failed;  // the shim says which directory it cannot enter
      std::filesystem::create_directories(workdir, failed);
    }
    const auto group = group_for(run, attempt, record ? &record->spec : nullptr);
    return record ? options_for(bounds(), *record, attempt, task.command, group)
                  : options_on_host(bounds(), run, attempt, group);
  };
  const auto prepared =
      co_await offload::at(settings_.disk, place_of(task.spool_dir).agent_dir, std::move(prepare));
  if (!prepared) co_return engine_error(EngineErrorKind::transient, prepared.error());
  if (instance && !instance->runs())  // it may have ended meanwhile
    co_return engine_error(EngineErrorKind::not_found, fmt::format("{} does not run", id));
  Launch launch{{settings_.shim_path, "run", task.spool_dir}, {}, {}};
  if (!workdir.empty()) launch.command.insert(launch.command.end(), {"--cwd", std::move(workdir)});
  launch.command.insert(launch.command.end(), prepared->begin(), prepared->end());
  launch.command.push_back("--");
  launch.command.insert(launch.command.end(), task.command.begin(), task.command.end());
  launch.env =
      instance ? merged(environment_of(instance->record), task.env) : operators_environment(task.env);
  auto shim = spawn(launch);
  if (!shim) co_return std::unexpected(shim.error());
  own(std::move(*shim), [this, run, spool_dir = task.spool_dir](std::optional<int>) {
    auto cleaning = clean_up_behind(run, spool_dir);
    asio::co_spawn(executor_, std::move(cleaning), asio::detached);
  });
  co_return co_await await_takeover(settings_.disk, task.spool_dir);
}

/// A killed shim could not clean up after its task.
asio::awaitable<void> ProcessRuntime::clean_up_behind(std::string run, std::string spool_dir) {
  const std::weak_ptr alive(alive_);
  const auto place = place_of(spool_dir);
  auto kill_unless_finished = [&spool_dir] {
    const bool finished = look_at_spool(spool_dir).phase == TaskPhase::finished;
    if (!finished) signal_group(spool_dir, SIGKILL);
    return finished;
  };
  const bool finished =
      co_await offload::at(settings_.disk, place.agent_dir, std::move(kill_unless_finished));
  if (!finished && !alive.expired()) sweeper_.sweep(run, place.attempt, [](bool) {});
}

EngineCall<void> ProcessRuntime::signal_task(ContainerId id, std::string spool_dir, TaskSignal signal) {
  const bool kill = signal == TaskSignal::kill;
  const auto place = place_of(spool_dir);
  auto signal_it = [&spool_dir, kill] {
    const auto state = look_at_spool(spool_dir);
    if (state.phase != TaskPhase::finished || state.shim_lives)
      signal_group(spool_dir, kill ? SIGKILL : SIGTERM);
  };
  co_await offload::at(settings_.disk, place.agent_dir, std::move(signal_it));
  if (!kill) co_return EngineResult<void>{};
  const bool gone = co_await sweeper_.swept(id.empty() ? host_run_ : id, place.attempt);
  if (!gone)
    co_return engine_error(EngineErrorKind::transient,
                           "processes of the task may still be there 5 s after KILL");
  co_return EngineResult<void>{};
}

}  // namespace understudy::daemon::runtime
