#include <fmt/format.h>

#include <filesystem>

#include "offload/disk.hpp"
#include "runtime/docker/docker_runtime.hpp"
#include "runtime/spool.hpp"
#include "runtime/spool_place.hpp"
#include "runtime/takeover.hpp"

namespace understudy::daemon::runtime {

using Operation = EngineOperation;

namespace {

std::string inside(const std::string& spool_dir) {
  return fmt::format("{}/{}", spool_in_container, std::filesystem::path(spool_dir).filename().string());
}

EngineRequest begin_exec(const std::string& exec, bool attached, std::chrono::seconds patience) {
  // Alone: started twice, an exec would run twice on one engine and fail on the other.
  return {.method = "POST",
          .target = fmt::format("/exec/{}/start", exec),
          .body = fmt::format(R"({{"Detach":{},"Tty":false}})", !attached),
          .patience = patience,
          .alone = true};
}

EngineRequest make_exec(const ContainerId& id, std::string body) {
  return {.method = "POST", .target = fmt::format("/containers/{}/exec", id), .body = std::move(body)};
}

}  // namespace

EngineCall<int> DockerRuntime::run_in(ContainerId id, std::vector<std::string> command,
                                      std::chrono::seconds patience) {
  EngineRequest make = make_exec(id, exec_body(command, {}, {}, true));
  const auto made = co_await send(Operation::exec, std::move(make));
  if (!made) co_return std::unexpected(made.error());
  const auto exec = parse_text(made->body, "Id");
  EngineRequest begin = begin_exec(exec, true, patience);
  // An attached exec answers until the command ends; its output does not matter here.
  const auto ran = co_await send(Operation::exec, std::move(begin));
  if (!ran) co_return std::unexpected(ran.error());
  EngineRequest ask{.target = fmt::format("/exec/{}/json", exec)};
  const auto end = co_await send(Operation::exec, std::move(ask));
  if (!end) co_return std::unexpected(end.error());
  if (const auto code = parse_exec_exit(end->body)) co_return *code;
  co_return engine_error(EngineErrorKind::transient, "the engine does not say how the command ended");
}

EngineCall<void> DockerRuntime::start_task(ContainerId id, TaskSpec task) {
  if (id.empty())
    co_return engine_error(EngineErrorKind::invalid_spec, "a task on the host has no container");
  if (task.command.empty()) co_return engine_error(EngineErrorKind::invalid_spec, "the agent has no command");
  // A new one would not be the one that the container sees: only its next start mounts it.
  const auto spool_parent = std::filesystem::path(task.spool_dir).parent_path();
  const auto agent_dir = place_of(task.spool_dir).agent_dir;
  auto look_for_it = [&spool_parent] {
    std::error_code ignored;
    return std::filesystem::exists(spool_parent, ignored);
  };
  if (!co_await offload::at(settings_.disk, agent_dir, std::move(look_for_it))) {
    (void)co_await stop(id, std::chrono::seconds(1));
    co_return engine_error(
        EngineErrorKind::conflict,
        "somebody removed the spool directory; the container is started again to have one");
  }
  auto prepare = [&task] { return prepare_spool(task.spool_dir, task.input, true); };
  const auto prepared = co_await offload::at(settings_.disk, agent_dir, std::move(prepare));
  if (!prepared) co_return engine_error(EngineErrorKind::transient, prepared.error());
  std::vector<std::string> command{std::string(shim_in_container), "run", inside(task.spool_dir), "--"};
  command.insert(command.end(), task.command.begin(), task.command.end());
  EngineRequest make = make_exec(id, exec_body(command, task.env, task.workdir, false));
  const auto made = co_await send(Operation::exec, std::move(make));
  if (!made) {
    auto error = made.error();
    // What is made and not started runs nothing, though the answer got lost.
    if (error.kind == EngineErrorKind::timeout)
      if (const auto answers = co_await ping(); !answers) error.kind = EngineErrorKind::unreachable;
    co_return std::unexpected(error);
  }
  EngineRequest begin = begin_exec(parse_text(made->body, "Id"), false, std::chrono::seconds(30));
  const auto begun = co_await send(Operation::exec, std::move(begin));
  if (!begun) co_return std::unexpected(begun.error());
  co_return co_await await_takeover(settings_.disk, task.spool_dir);
}

EngineCall<void> DockerRuntime::signal_task(ContainerId id, std::string spool_dir, TaskSignal signal) {
  const auto look_there = [&spool_dir] { return look_at_spool(spool_dir); };
  const auto state = co_await offload::at(settings_.disk, place_of(spool_dir).agent_dir, look_there);
  if (state.phase == TaskPhase::finished && !state.shim_lives && !state.end.tampered)
    co_return EngineResult<void>{};
  std::vector<std::string> command{std::string(shim_in_container), "signal", inside(spool_dir),
                                   signal == TaskSignal::terminate ? "TERM" : "KILL"};
  const auto code = co_await run_in(id, std::move(command), std::chrono::seconds(10));
  if (code && *code == 0) co_return EngineResult<void>{};
  if (!code && code.error().kind == EngineErrorKind::not_found) co_return EngineResult<void>{};
  if (!code && code.error().kind != EngineErrorKind::conflict) co_return std::unexpected(code.error());
  if (!code) {
    // A container that does not run has no task either; one that is paused does not run its tasks' signals.
    const auto found = co_await look(std::move(id));
    if (!found && found.error().kind != EngineErrorKind::not_found) co_return std::unexpected(found.error());
    if (found && found->snapshot.status != ContainerStatus::stopped) co_return std::unexpected(code.error());
    co_return EngineResult<void>{};
  }
  constexpr int still_there = 3;
  if (*code != still_there) {
    const auto after = co_await offload::at(settings_.disk, place_of(spool_dir).agent_dir, look_there);
    if (after.phase != TaskPhase::running) co_return EngineResult<void>{};
  }
  co_return engine_error(EngineErrorKind::transient,
                         fmt::format("the task could not be signalled: the shim exits with {}", *code));
}

}  // namespace understudy::daemon::runtime
