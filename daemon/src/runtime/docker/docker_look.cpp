// What the engine is asked: inspection, lists, logs, probes.
#include <fmt/format.h>

#include "runtime/docker/docker_runtime.hpp"
#include "runtime/docker/frames.hpp"
#include "runtime/files.hpp"
#include "runtime/net_probe.hpp"

namespace understudy::daemon {

namespace asio = boost::asio;
using Operation = EngineOperation;

namespace {

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

EngineCall<Inspection> DockerRuntime::look(ContainerId id) {
  EngineRequest request{.target = fmt::format("/containers/{}/json", id)};
  const auto answer = co_await send(Operation::inspect, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  auto found = parse_inspection(answer->body);
  if (!found)
    co_return std::unexpected(EngineError{EngineErrorKind::transient,
                                          "the engine's inspection of a container cannot be understood"});
  const auto& incarnation = found->snapshot.incarnation;
  if (found->snapshot.status == ContainerStatus::running && stopping_->contains(incarnation.container_id))
    found->snapshot.status = ContainerStatus::stopping;
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
  for (const auto& id : parse_list(answer->body)) {
    const auto found = co_await inspect(id);
    if (!found) co_return std::unexpected(found.error());
    if (found->status != ContainerStatus::absent && found->owner == owner) all.push_back(*found);
  }
  co_return all;
}

EngineCall<std::string> DockerRuntime::log_tail(ContainerId id, int lines) {
  EngineRequest request{.target = fmt::format("/containers/{}/logs?stdout=1&stderr=1&tail={}", id, lines)};
  const auto answer = co_await send(Operation::logs, std::move(request));
  if (!answer) co_return std::unexpected(answer.error());
  // The engine keeps no order between the two streams, and tails each by itself.
  co_return last_lines(demultiplexed(answer->body), lines);
}

asio::awaitable<Probe> DockerRuntime::probe(ContainerId id, Readiness readiness) {
  const auto found = co_await look(id);
  if (!found)
    co_return Probe{
        found.error().kind == EngineErrorKind::not_found ? ProbeVerdict::failed : ProbeVerdict::not_yet,
        found.error().message};
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
    case ReadinessKind::log: co_return co_await probe_log(std::move(id), std::move(readiness.pattern));
  }
  co_return Probe{ProbeVerdict::ready, {}};
}

asio::awaitable<Probe> DockerRuntime::probe_exec(ContainerId id, std::vector<std::string> command) {
  const auto name = command.empty() ? std::string{} : command.front();
  const auto code = co_await run_in(std::move(id), std::move(command), std::chrono::seconds(1));
  if (!code) co_return Probe{ProbeVerdict::not_yet, code.error().message};
  if (*code == 0) co_return Probe{ProbeVerdict::ready, {}};
  if (*code == 126 || *code == 127)
    co_return Probe{ProbeVerdict::failed, fmt::format("{} cannot be run in the container", name)};
  co_return Probe{ProbeVerdict::not_yet, fmt::format("{} exits with {}", name, *code)};
}

asio::awaitable<Probe> DockerRuntime::probe_log(ContainerId id, std::string pattern) {
  const auto log = co_await log_tail(std::move(id), 5000);
  if (!log) co_return Probe{ProbeVerdict::not_yet, log.error().message};
  if (log->find(pattern) != std::string::npos) co_return Probe{ProbeVerdict::ready, {}};
  co_return Probe{ProbeVerdict::not_yet, fmt::format("the output does not yet say \"{}\"", pattern)};
}

}  // namespace understudy::daemon
