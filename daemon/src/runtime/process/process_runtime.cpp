#include "runtime/process/process_runtime.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "offload/disk.hpp"
#include "runtime/process/fresh.hpp"
#include "runtime/process/instance.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

std::unexpected<EngineError> error(EngineErrorKind kind, std::string message) {
  return std::unexpected(EngineError{kind, std::move(message)});
}

std::unexpected<EngineError> unknown(const ContainerId& id) {
  return error(EngineErrorKind::not_found, fmt::format("there is no process instance {}", id));
}

EngineResult<void> make_directories(const InstanceSpec& spec) {
  auto made = make_own_directories(spec.agent_dir);
  if (!made) return error(EngineErrorKind::permission, std::move(made.error()));
  return {};
}

EngineResult<void> saved(const ProcessRecord& record) {
  const auto written = save(record);
  if (!written) return error(EngineErrorKind::transient, written.error());
  return {};
}

bool same_labels(const InstanceSpec& a, const InstanceSpec& b) {
  return a.owner == b.owner && a.instance == b.instance && a.generation == b.generation &&
         a.spec_hash == b.spec_hash;
}

}  // namespace

Snapshot ProcessRuntime::Instance::snapshot() const {
  const auto status = !runs()  ? ContainerStatus::stopped
                      : ending ? ContainerStatus::stopping
                               : ContainerStatus::running;
  return {status,
          {record.id, record.stamp()},
          record.spec.owner,
          record.spec.instance,
          record.spec.generation,
          record.spec.spec_hash,
          record.exit_code,
          record.oom,
          {}};
}

asio::awaitable<void> ProcessRuntime::Instance::await_end(std::chrono::seconds patience) {
  const auto timer = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, patience);
  waiting.push_back(timer);
  boost::system::error_code exited;
  co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, exited));
  std::erase(waiting, timer);
  if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
    throw boost::system::system_error(asio::error::operation_aborted);
}

ProcessRuntime::ProcessRuntime(asio::any_io_executor executor, Settings settings)
    : executor_(std::move(executor)),
      settings_(std::move(settings)),
      host_run_(fmt::format("host-{:x}", std::hash<std::string>{}(settings_.agents_dir))),
      groups_(settings_.cgroups ? Cgroups::find(settings_.owner) : std::nullopt),
      sweeper_(executor_, groups_) {
  settings_.hidden.push_back(settings_.agents_dir);
  load();
  kill_leftovers();
}

ProcessRuntime::~ProcessRuntime() {
  if (groups_ && groups_->is_empty("")) groups_->remove("");
}

/// What an earlier daemon left; again while some of it could not be looked at.
void ProcessRuntime::load() {
  unseen_.clear();
  std::error_code failed;
  for (fs::directory_iterator at(settings_.agents_dir, failed), end; !failed && at != end;
       at.increment(failed))
    if (const auto loaded = load_instance(at->path().string()); !loaded) unseen_ = loaded.error();
  if (failed && failed != std::errc::no_such_file_or_directory)
    unseen_ = fmt::format("{} cannot be read: {}", settings_.agents_dir, failed.message());
}

/// The error is a sentence: something may run that we do not see.
std::expected<void, std::string> ProcessRuntime::load_instance(const std::string& agent_dir) {
  const auto may_run = [&agent_dir](const Fault& fault) {
    return std::unexpected(describe(fault, agent_dir + "'s process"));
  };
  delete_what_was_set_aside(agent_dir);
  auto record = load_record(agent_dir);
  if (!record && record.error().why == Unseen::unknown) return may_run(record.error());
  if (!record || instances_.contains(record->id)) return {};
  if (record->phase == ProcessPhase::starting) {
    const auto found = find_by_output(record->log_path());
    if (!found && found.error().why == Unseen::unknown) return may_run(found.error());
    record->key = found.value_or(ProcessKey{});
    record->phase = found ? ProcessPhase::running : ProcessPhase::created;
  }
  auto child =
      record->phase == ProcessPhase::running ? adopt(record->key) : std::unexpected(Fault{Unseen::absent, 0});
  if (!child && child.error().why == Unseen::unknown) return may_run(child.error());
  auto instance = std::make_shared<Instance>();
  instance->record = std::move(*record);
  instances_[instance->record.id] = instance;
  if (child) {
    watch(*instance, std::move(*child));
  } else if (instance->record.phase == ProcessPhase::running) {
    const auto end = load_exit(agent_dir);
    instance->record.phase = ProcessPhase::exited;
    instance->record.exit_code = end.exit_code;
    instance->record.oom = end.oom;
    (void)save(instance->record);  // only remembers what the next look would find again
  }
  return {};
}

/// Nothing is begun or declared absent beside what may run unseen.
EngineResult<void> ProcessRuntime::see_all() {
  if (!unseen_.empty()) load();
  if (!unseen_.empty()) return error(EngineErrorKind::unreachable, unseen_);
  return {};
}

void ProcessRuntime::watch(Instance& instance, Child child) {
  instance.record.key = child.key;
  instance.ending = false;
  instance.watch = std::make_unique<ExitWatch>(
      executor_, std::move(child),
      [this, id = instance.record.id](std::optional<int> code) { on_exit(id, code); });
}

/// The supervisor has ended. That is told before anything is killed: the tasks die of it, not by themselves.
/// What is left is swept before the instance can start again.
void ProcessRuntime::on_exit(const std::string& id, std::optional<int> code) {
  const auto instance = find(id);
  if (!instance) return;
  auto& record = instance->record;
  const auto end = load_exit(record.spec.agent_dir);
  record.phase = ProcessPhase::exited;
  record.exit_code = code ? code : end.exit_code;  // of an adopted one we know by what it left
  record.oom = end.oom;
  (void)save(record);  // a full disk must not hide the exit
  instance->watch.reset();
  const bool ours = std::exchange(instance->ending, false);
  emit({.kind = RuntimeEventKind::died,
        .incarnation = {id, record.stamp()},
        .exit_code = record.exit_code,
        .oom = record.oom,
        .external_stop = !ours && record.exit_code == 128 + SIGTERM});
  instance->sweeping = true;
  kill_tasks_of(record.spec.agent_dir);
  sweeper_.sweep(id, "", [instance](bool) {
    instance->sweeping = false;
    for (const auto& timer : std::exchange(instance->waiting, {})) timer->cancel();
  });
}

void ProcessRuntime::emit(RuntimeEvent event) {
  asio::post(executor_, [this, alive = std::weak_ptr(alive_), event = std::move(event)] {
    if (alive.expired()) return;
    for (auto* sink : std::list(sinks_)) (*sink)(event);
  });
}

std::shared_ptr<ProcessRuntime::Instance> ProcessRuntime::find(const ContainerId& id) const {
  const auto found = instances_.find(id);
  return found == instances_.end() ? nullptr : found->second;
}

EngineCall<ContainerId> ProcessRuntime::create(InstanceSpec spec) {
  if (const auto seen = see_all(); !seen) co_return std::unexpected(seen.error());
  const auto there_already = [this, &spec]() -> std::optional<EngineResult<ContainerId>> {
    for (const auto& [id, other] : instances_) {
      if (other->record.spec.agent_dir != spec.agent_dir) continue;
      if (other->record.phase == ProcessPhase::created && same_labels(other->record.spec, spec)) return id;
      return error(EngineErrorKind::conflict,
                   fmt::format("{} has a process instance already: {}", spec.instance, id));
    }
    return std::nullopt;
  };
  if (auto one = there_already()) co_return std::move(*one);
  auto make = [copy = spec]() -> EngineResult<void> {
    if (copy.ephemeral)
      if (const auto gone = set_aside(copy.agent_dir); !gone)
        return error(EngineErrorKind::permission, gone.error());
    return make_directories(copy);
  };
  const auto made = co_await offload::at(settings_.disk, spec.agent_dir, std::move(make));
  if (!made) co_return std::unexpected(made.error());
  if (auto one = there_already()) co_return std::move(*one);  // made meanwhile
  auto instance = std::make_shared<Instance>();
  instance->record.id = wire::random_id(spec.instance + ".", 12);
  instance->record.spec = std::move(spec);
  if (const auto written = saved(instance->record); !written) co_return std::unexpected(written.error());
  instances_[instance->record.id] = instance;
  co_return instance->record.id;
}

/// What the supervisor is told, once the files of a former life are gone and the command is known to be
/// there.
EngineResult<Launch> ProcessRuntime::launch_main(const ProcessRecord& record) const {
  const auto& spec = record.spec;
  if (const auto made = make_directories(spec); !made) return std::unexpected(made.error());
  std::error_code ignored;
  for (const auto* former : {"/log", "/log.1", "/ready", "/exit", "/tmp"})
    fs::remove_all(spec.agent_dir + former, ignored);
  if (const auto made = make_directories(spec); !made) return std::unexpected(made.error());
  const Launch inner{spec.command, environment_of(record), record.workdir(), {}};
  Launch launch{{settings_.shim_path, "main", spec.agent_dir}, inner.env, "/", record.log_path()};
  if (spec.command.empty()) return launch;
  if (const auto found = check_program(inner); !found) return std::unexpected(found.error());
  auto& words = launch.command;
  words.insert(words.end(), {"--cwd", inner.workdir, "--log-bytes", std::to_string(spec.log_max_bytes)});
  if (spec.readiness.kind == ReadinessKind::log)
    words.insert(words.end(), {"--ready", spec.readiness.pattern});
  const auto options = options_for({settings_.hidden, settings_.open_files}, record, "", spec.command,
                                   group_for(record.id, "main", &spec));
  words.insert(words.end(), options.begin(), options.end());
  words.push_back("--");
  words.insert(words.end(), spec.command.begin(), spec.command.end());
  return launch;
}

EngineCall<void> ProcessRuntime::start(ContainerId id) {
  const auto instance = find(id);
  if (!instance) co_return unknown(id);
  co_await sweeper_.settled(id);
  if (instance->ending) co_return error(EngineErrorKind::conflict, fmt::format("{} is being stopped", id));
  if (instance->runs()) co_return EngineResult<void>{};
  ProcessRecord& record = instance->record;
  auto prepare = [this, copy = record] { return launch_main(copy); };
  auto launch = co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(prepare));
  if (!launch) co_return std::unexpected(launch.error());
  // Meanwhile somebody may have removed it, or a start that was given up on has arrived.
  if (find(id) != instance) co_return unknown(id);
  if (instance->runs()) co_return EngineResult<void>{};
  if (instance->is_there()) co_return error(EngineErrorKind::conflict, fmt::format("{} is being ended", id));
  record.phase = ProcessPhase::starting;
  record.exit_code.reset();
  record.oom = false;
  if (const auto written = saved(record); !written) co_return std::unexpected(written.error());
  auto child = spawn(*launch);
  record.phase = child ? ProcessPhase::running : ProcessPhase::exited;
  if (child) watch(*instance, std::move(*child));
  const auto written = saved(record);
  if (!child) co_return std::unexpected(child.error());
  if (!written) co_return std::unexpected(written.error());
  emit({.kind = RuntimeEventKind::started, .incarnation = {id, record.stamp()}});
  co_return EngineResult<void>{};
}

EngineCall<void> ProcessRuntime::end(std::shared_ptr<Instance> instance, std::chrono::seconds grace) {
  // What holds an instance without a command open knows no other way to be killed.
  const int kill_request = instance->record.spec.command.empty() ? SIGKILL : SIGUSR1;
  for (const auto& [number, patience] :
       {std::pair{SIGTERM, grace}, std::pair{kill_request, std::chrono::seconds(3)},
        std::pair{SIGKILL, std::chrono::seconds(6)}}) {
    if (!instance->is_there()) co_return EngineResult<void>{};
    if (number == SIGTERM && grace.count() <= 0) continue;
    instance->ending = true;
    if (instance->watch) instance->watch->signal(number);
    co_await instance->await_end(patience);
  }
  if (!instance->is_there()) co_return EngineResult<void>{};
  co_return error(EngineErrorKind::timeout,
                  fmt::format("{} is still there 5 s after KILL", instance->record.id));
}

EngineCall<void> ProcessRuntime::stop(ContainerId id, std::chrono::seconds grace) {
  const auto instance = find(id);
  if (!instance) co_return unknown(id);
  co_return co_await end(instance, grace);
}

EngineCall<void> ProcessRuntime::kill(ContainerId id) {
  const auto instance = find(id);
  if (!instance) co_return unknown(id);
  co_return co_await end(instance, std::chrono::seconds(0));
}

EngineCall<void> ProcessRuntime::remove(ContainerId id) {
  const auto instance = find(id);
  if (!instance) co_return EngineResult<void>{};
  if (instance->runs()) co_return error(EngineErrorKind::conflict, fmt::format("{} runs: stop it first", id));
  co_await sweeper_.settled(id);
  std::error_code failed;
  fs::remove(instance->record.path(), failed);
  if (failed)
    co_return error(EngineErrorKind::transient,
                    fmt::format("{} cannot be removed: {}", id, failed.message()));
  if (instance->record.spec.ephemeral)
    (void)set_aside(instance->record.spec.agent_dir);  // the next create insists
  instances_.erase(id);
  emit({.kind = RuntimeEventKind::removed, .incarnation = {id, instance->record.stamp()}});
  co_return EngineResult<void>{};
}

}  // namespace understudy::daemon
