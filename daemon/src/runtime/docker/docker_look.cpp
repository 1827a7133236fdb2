// What the engine is asked: inspection, lists, probes.
#include <fmt/format.h>

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/net_probe.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using Operation = EngineOperation;

namespace {

bool may_be_about_one(const EngineError& error) {
  return error.kind == EngineErrorKind::timeout || error.kind == EngineErrorKind::transient;
}

std::string why_it_ended(const Snapshot& snapshot) {
  if (!snapshot.error.empty()) return snapshot.error;
  if (!snapshot.exit_code) return "the container does not run";
  const int code = *snapshot.exit_code;
  // Under the engine's init a program that cannot be run is not a failed start but a short life.
  const auto* hint = snapshot.oom                 ? ": out of memory"
                     : code == 126 || code == 127 ? ": its program could not be run"
                                                  : "";
  return fmt::format("the container ended with exit code {}{}", code, hint);
}

}  // namespace

EngineCall<Inspection> DockerRuntime::look(ContainerId id, std::chrono::seconds patience) {
  EngineRequest request{.target = fmt::format("/containers/{}/json", id), .patience = patience};
  const auto answer = co_await send(Operation::inspect, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  auto found = parse_inspection(answer->body);
  if (!found)
    co_return engine_error(EngineErrorKind::transient,
                           "the engine's inspection of a container cannot be understood");
  const auto& incarnation = found->snapshot.incarnation;
  const bool up =
      found->snapshot.status == ContainerStatus::running || found->snapshot.status == ContainerStatus::paused;
  if (up && stopping_->contains(incarnation.container_id)) found->snapshot.status = ContainerStatus::stopping;
  stamps_[incarnation.container_id] = incarnation.stamp;
  co_return std::move(*found);
}

EngineCall<Snapshot> DockerRuntime::inspect(ContainerId id) {
  const auto found = co_await look(id);
  if (found) co_return found->snapshot;
  if (found.error().kind != EngineErrorKind::not_found) co_return std::unexpected(found.error());
  Snapshot absent;
  absent.incarnation.container_id = id;
  co_return absent;
}

EngineCall<std::vector<Snapshot>> DockerRuntime::list(std::string owner) {
  EngineRequest request{.target = "/containers/json?all=1&filters=" + label_filter(owner, false)};
  const auto answer = co_await send(Operation::list, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  std::vector<Snapshot> all;
  for (auto& listed : parse_list(answer->body)) {
    const auto found = co_await look(listed.incarnation.container_id, std::chrono::seconds(3));
    if (!found && found.error().kind == EngineErrorKind::not_found) continue;
    // An engine may hang on one container, as Docker does when it froze while a command began in it.
    if (!found && !may_be_about_one(found.error())) co_return std::unexpected(found.error());
    if (!found)
      if (const auto answers = co_await ping(); !answers) co_return std::unexpected(answers.error());
    const auto& seen = found ? found->snapshot : listed;
    if (seen.owner == owner) all.push_back(seen);
  }
  co_return all;
}

asio::awaitable<Probe> DockerRuntime::probe(ContainerId id, Readiness readiness) {
  // One at a time: whoever asked before may have given up on an engine that is slow to answer.
  if (!probing_->insert(id).second)
    co_return Probe{ProbeVerdict::not_yet, "the probe before has not ended yet"};
  const std::shared_ptr<void> done(nullptr, [under_way = probing_, id](void*) { under_way->erase(id); });
  auto found = co_await look(id);
  if (!found)
    co_return Probe{
        found.error().kind == EngineErrorKind::not_found ? ProbeVerdict::failed : ProbeVerdict::not_yet,
        found.error().message};
  if (found->snapshot.status == ContainerStatus::paused)
    co_return Probe{ProbeVerdict::not_yet, "the container is paused"};
  if (found->snapshot.status != ContainerStatus::running)
    co_return Probe{ProbeVerdict::failed, why_it_ended(found->snapshot)};
  const std::string host = found->network == "host" ? "127.0.0.1" : found->address;
  const bool over_network = readiness.kind == ReadinessKind::http || readiness.kind == ReadinessKind::tcp;
  if (over_network && host.empty())
    co_return Probe{ProbeVerdict::failed,
                    fmt::format("a container on the network \"{}\" has no address to probe", found->network)};
  switch (readiness.kind) {
    case ReadinessKind::none: break;
    case ReadinessKind::http: co_return co_await probe_http(host, readiness.port, readiness.path);
    case ReadinessKind::tcp: co_return co_await probe_tcp(host, readiness.port);
    case ReadinessKind::exec: co_return co_await probe_exec(std::move(id), std::move(readiness.command));
    case ReadinessKind::log: co_return co_await probe_log(std::move(*found), std::move(readiness.pattern));
  }
  co_return Probe{ProbeVerdict::ready, {}};
}

/// The shim ends the command at its limit, and all that it started: a client that hangs up ends nothing.
asio::awaitable<Probe> DockerRuntime::probe_exec(ContainerId id, std::vector<std::string> command) {
  constexpr int limit_s = 1;
  constexpr int ran_out_of_time = 124;
  const auto name = command.empty() ? std::string{} : command.front();
  std::vector<std::string> limited{std::string(shim_in_container), "probe", std::to_string(limit_s), "--"};
  limited.insert(limited.end(), command.begin(), command.end());
  const auto code = co_await run_in(std::move(id), std::move(limited), std::chrono::seconds(limit_s + 5));
  if (!code) co_return Probe{ProbeVerdict::not_yet, code.error().message};
  if (*code == 0) co_return Probe{ProbeVerdict::ready, {}};
  if (*code == 126 || *code == 127)
    co_return Probe{ProbeVerdict::failed, fmt::format("{} cannot be run in the container", name)};
  if (*code == ran_out_of_time)
    co_return Probe{ProbeVerdict::not_yet, fmt::format("{} does not end within {} s", name, limit_s)};
  co_return Probe{ProbeVerdict::not_yet, fmt::format("{} exits with {}", name, *code)};
}

}  // namespace understudy::daemon::runtime
