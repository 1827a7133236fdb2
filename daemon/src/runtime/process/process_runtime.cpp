#include "runtime/process/process_runtime.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "offload/disk.hpp"
#include "runtime/process/fresh.hpp"
#include "runtime/process/instance.hpp"
#include "runtime/process/left_instance.hpp"
#include "understudy/check.hpp"
#include "wire/ids.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

std::unexpected<EngineError> unknown(const ContainerId& id) {
  return engine_error(EngineErrorKind::not_found, fmt::format("there is no process instance {}", id));
}

EngineResult<void> make_directories(const InstanceSpec& spec) {
  auto made = make_own_directories(spec.agent_dir);
  if (!made) return engine_error(EngineErrorKind::permission, std::move(made.error()));
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

/// Before anything is served. What cannot be looked at is looked for again.
void ProcessRuntime::load() {
  const auto agents = agents_below(settings_.agents_dir);
  if (!agents) unseen_ = agents.error();
  for (const auto& agent_dir : agents.value_or(std::vector<std::string>{}))
    take_over(read_left(agent_dir, {}));
}

/// What is unseen stays so until all was looked at: meanwhile others must not find that nothing is there.
asio::awaitable<void> ProcessRuntime::load_again() {
  auto list = [dir = settings_.agents_dir] { return agents_below(dir); };
  const auto agents = co_await offload::at(settings_.disk, settings_.agents_dir, std::move(list));
  std::string unseen = agents ? std::string{} : agents.error();
  std::set<ContainerId> known;
  for (const auto& [id, instance] : instances_) known.insert(id);
  for (const auto& agent_dir : agents.value_or(std::vector<std::string>{})) {
    auto read = [&agent_dir, &known] { return read_left(agent_dir, known); };
    auto left = co_await offload::at(settings_.disk, agent_dir, std::move(read));
    if (!left) unseen = left.error();
    take_over(std::move(left));
  }
  unseen_ = std::move(unseen);
}

void ProcessRuntime::take_over(std::expected<std::optional<LeftInstance>, std::string> left) {
  if (!left) unseen_ = left.error();
  if (!left || !*left || instances_.contains((*left)->record.id)) return;
  auto instance = std::make_shared<Instance>();
  instance->record = std::move((*left)->record);
  instances_[instance->record.id] = instance;
  if ((*left)->child) watch(*instance, std::move(*(*left)->child));
}

/// Nothing is begun or declared absent beside what may run unseen.
EngineCall<void> ProcessRuntime::see_all() {
  if (!unseen_.empty()) co_await load_again();
  if (!unseen_.empty()) co_return engine_error(EngineErrorKind::unreachable, unseen_);
  co_return EngineResult<void>{};
}

void ProcessRuntime::watch(Instance& instance, Child child) {
  UNDERSTUDY_CHECK(!instance.is_there(), instance.record.id);  // one life at a time
  instance.record.key = child.key;
  instance.ending = false;
  instance.watch = std::make_unique<ExitWatch>(
      executor_, std::move(child),
      [this, id = instance.record.id](std::optional<int> code) { on_exit(id, code); });
}

void ProcessRuntime::on_exit(const std::string& id, std::optional<int> code) {
  const auto instance = find(id);
  if (!instance) return;
  auto ending = tell_exit(instance, code);
  asio::co_spawn(executor_, std::move(ending), asio::detached);
}

/// The supervisor has ended. That is told before anything is killed: the tasks die of it, not by themselves.
/// What is left is swept before the instance can start again.
asio::awaitable<void> ProcessRuntime::tell_exit(std::shared_ptr<Instance> instance, std::optional<int> code) {
  const std::weak_ptr alive(alive_);
  auto& record = instance->record;
  auto read = [dir = record.spec.agent_dir] { return load_exit(dir); };
  const auto end = co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(read));
  if (alive.expired()) co_return;
  record.phase = ProcessPhase::exited;
  record.exit_code = code ? code : end.exit_code;  // of an adopted one we know by what it left
  record.oom = end.oom;
  UNDERSTUDY_CHECK(instance->watch, record.id);
  instance->sweeping = true;
  instance->watch.reset();
  const bool ours = std::exchange(instance->ending, false);
  emit({.kind = RuntimeEventKind::died,
        .incarnation = {record.id, record.stamp()},
        .exit_code = record.exit_code,
        .oom = record.oom,
        .external_stop = !ours && record.exit_code == 128 + SIGTERM});
  auto clean = [copy = record] {
    kill_tasks_of(copy.spec.agent_dir);
    (void)save(copy);  // a full disk must not hide the exit
  };
  co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(clean));
  if (alive.expired()) co_return;
  sweeper_.sweep(record.id, "", [instance](bool) {
    instance->sweeping = false;
    for (const auto& timer : std::exchange(instance->waiting, {})) timer->cancel();
  });
}

EngineCall<void> ProcessRuntime::saved(ProcessRecord record) {
  auto write = [&record] { return save(record); };
  const auto written = co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(write));
  if (!written) co_return engine_error(EngineErrorKind::transient, written.error());
  co_return EngineResult<void>{};
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
  if (const auto seen = co_await see_all(); !seen) co_return std::unexpected(seen.error());
  const auto there_already = [this, &spec]() -> std::optional<EngineResult<ContainerId>> {
    for (const auto& [id, other] : instances_) {
      if (other->record.spec.agent_dir != spec.agent_dir) continue;
      if (other->record.phase == ProcessPhase::created && same_labels(other->record.spec, spec)) return id;
      return engine_error(EngineErrorKind::conflict,
                          fmt::format("{} has a process instance already: {}", spec.instance, id));
    }
    return std::nullopt;
  };
  if (auto one = there_already()) co_return std::move(*one);
  auto make = [copy = spec]() -> EngineResult<void> {
    if (copy.ephemeral)
      if (const auto gone = set_aside(copy.agent_dir); !gone)
        return engine_error(EngineErrorKind::permission, gone.error());
    return make_directories(copy);
  };
  const auto made = co_await offload::at(settings_.disk, spec.agent_dir, std::move(make));
  if (!made) co_return std::unexpected(made.error());
  if (auto one = there_already()) co_return std::move(*one);  // made meanwhile
  auto instance = std::make_shared<Instance>();
  instance->record.id = wire::random_id(spec.instance + ".", 12);
  instance->record.spec = std::move(spec);
  const ContainerId id = instance->record.id;
  instances_[id] = instance;
  if (const auto written = co_await saved(instance->record); !written) {
    instances_.erase(id);
    co_return std::unexpected(written.error());
  }
  co_return id;
}

Bounds ProcessRuntime::bounds() const {
  Bounds bounds{settings_.hidden, settings_.open_files};
  if (settings_.also_hidden) std::ranges::move(settings_.also_hidden(), std::back_inserter(bounds.hidden));
  return bounds;
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
  const auto options = options_for(bounds(), record, "", spec.command, group_for(record.id, "main", &spec));
  words.insert(words.end(), options.begin(), options.end());
  words.push_back("--");
  words.insert(words.end(), spec.command.begin(), spec.command.end());
  return launch;
}

EngineCall<void> ProcessRuntime::start(ContainerId id) {
  const auto instance = find(id);
  if (!instance) co_return unknown(id);
  co_await sweeper_.settled(id);
  if (instance->ending)
    co_return engine_error(EngineErrorKind::conflict, fmt::format("{} is being stopped", id));
  if (instance->runs()) co_return EngineResult<void>{};
  ProcessRecord& record = instance->record;
  auto prepare = [this, copy = record] { return launch_main(copy); };
  auto launch = co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(prepare));
  if (!launch) co_return std::unexpected(launch.error());
  // Meanwhile somebody may have removed it, or a start that was given up on has arrived.
  const auto overtaken = [&]() -> std::optional<EngineResult<void>> {
    if (find(id) != instance || instance->leaving) return unknown(id);
    if (instance->runs()) return EngineResult<void>{};
    if (instance->is_there())
      return engine_error(EngineErrorKind::conflict, fmt::format("{} is being ended", id));
    return std::nullopt;
  };
  if (const auto other = overtaken()) co_return *other;
  ProcessRecord starting = record;
  starting.phase = ProcessPhase::starting;
  starting.exit_code.reset();
  starting.oom = false;
  if (const auto written = co_await saved(starting); !written) co_return std::unexpected(written.error());
  if (const auto other = overtaken()) co_return *other;
  record = std::move(starting);
  auto child = spawn(*launch);
  record.phase = child ? ProcessPhase::running : ProcessPhase::exited;
  if (child) watch(*instance, std::move(*child));
  if (child) emit({.kind = RuntimeEventKind::started, .incarnation = {id, record.stamp()}});
  const auto written = co_await saved(record);
  if (!child) co_return std::unexpected(child.error());
  co_return written;
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
  co_return engine_error(EngineErrorKind::timeout,
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
  if (instance->runs())
    co_return engine_error(EngineErrorKind::conflict, fmt::format("{} runs: stop it first", id));
  co_await sweeper_.settled(id);
  instance->leaving = true;
  auto forget = [&record = instance->record] {
    std::error_code failed;
    fs::remove(record.path(), failed);
    if (!failed && record.spec.ephemeral) (void)set_aside(record.spec.agent_dir);  // the next create insists
    return failed;
  };
  const auto failed =
      co_await offload::at(settings_.disk, instance->record.spec.agent_dir, std::move(forget));
  instance->leaving = false;
  if (failed)
    co_return engine_error(EngineErrorKind::transient,
                           fmt::format("{} cannot be removed: {}", id, failed.message()));
  if (instances_.erase(id) == 0) co_return EngineResult<void>{};  // by another, meanwhile
  emit({.kind = RuntimeEventKind::removed, .incarnation = {id, instance->record.stamp()}});
  co_return EngineResult<void>{};
}

}  // namespace understudy::daemon::runtime
