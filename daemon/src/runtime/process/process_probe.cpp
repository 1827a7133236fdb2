// Whether an instance is ready.
#include <fmt/format.h>
#include <signal.h>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "offload/disk.hpp"
#include "runtime/net_probe.hpp"
#include "runtime/process/instance.hpp"
#include "runtime/process/listeners.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;

namespace {

/// Its supervisor has seen the words go by and left them. Words that it was not told to look for (the
/// configuration has others since) are looked for in what is left of the log.
bool has_said(const ProcessRecord& record, const std::string& pattern) {
  if (read_file(record.spec.agent_dir + "/ready", 64 * 1024) == pattern) return true;
  if (record.spec.readiness.kind == ReadinessKind::log && record.spec.readiness.pattern == pattern)
    return false;
  const auto limit = static_cast<std::size_t>(record.spec.log_max_bytes) + (1 << 20);
  for (const auto& path : {record.log_path() + ".1", record.log_path()})
    if (read_file(path, limit).value_or("").find(pattern) != std::string::npos) return true;
  return false;
}

}  // namespace

asio::awaitable<Probe> ProcessRuntime::probe(ContainerId id, Readiness readiness) {
  const auto instance = find(id);
  if (!instance || !instance->runs()) {
    const auto code = instance ? instance->record.exit_code : std::nullopt;
    co_return Probe{ProbeVerdict::failed, code ? fmt::format("the process ended with exit code {}", *code)
                                               : "the process does not run"};
  }
  switch (readiness.kind) {
    case ReadinessKind::none: co_return Probe{ProbeVerdict::ready, {}};
    case ReadinessKind::exec: co_return co_await probe_exec(instance, readiness.command);
    case ReadinessKind::log: {
      auto look = [record = instance->record, &readiness] { return has_said(record, readiness.pattern); };
      if (co_await offload::at(settings_.disk, instance->record.spec.agent_dir, std::move(look)))
        co_return Probe{ProbeVerdict::ready, {}};
      co_return Probe{ProbeVerdict::not_yet,
                      fmt::format("the output does not yet say \"{}\"", readiness.pattern)};
    }
    case ReadinessKind::tcp:
    case ReadinessKind::http: break;
  }
  // A sibling's server must not make us ready: its answer would be the sibling's.
  if (const auto stranger = stranger_on(readiness.port, instance->record.key.pid); !stranger.empty())
    co_return Probe{ProbeVerdict::not_yet, fmt::format("port {} is {}", readiness.port, stranger)};
  if (readiness.kind == ReadinessKind::tcp) co_return co_await probe_tcp("127.0.0.1", readiness.port);
  co_return co_await probe_http("127.0.0.1", readiness.port, readiness.path);
}

asio::awaitable<Probe> ProcessRuntime::probe_exec(std::shared_ptr<Instance> instance,
                                                  std::vector<std::string> command) {
  const auto& record = instance->record;
  const Launch inner{std::move(command), environment_of(record), record.workdir(), {}};
  auto look = [&inner] { return check_program(inner); };
  if (const auto found = co_await offload::at(settings_.disk, record.spec.agent_dir, std::move(look)); !found)
    co_return Probe{ProbeVerdict::failed, found.error().message};
  auto child = spawn(confined(inner, record, "enter"));
  if (!child) co_return Probe{ProbeVerdict::failed, child.error().message};
  // Shared, because the child outlives this look when the look is cancelled.
  const auto code = std::make_shared<std::optional<int>>();
  const auto timer =
      std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, std::chrono::seconds(1));
  const pid_t pid = child->key.pid;
  own(std::move(*child), [code, timer](std::optional<int> ended) {
    *code = ended;
    timer->cancel();
  });
  boost::system::error_code ended;
  co_await timer->async_wait(asio::redirect_error(asio::use_awaitable, ended));
  if (*code == 0) co_return Probe{ProbeVerdict::ready, {}};
  if (*code)
    co_return Probe{ProbeVerdict::not_yet, fmt::format("{} exits with {}", inner.command.front(), **code)};
  if (const auto late = children_.find(pid); late != children_.end()) late->second->signal(SIGKILL);
  co_return Probe{ProbeVerdict::not_yet, fmt::format("{} does not end within 1 s", inner.command.front())};
}

}  // namespace understudy::daemon::runtime
