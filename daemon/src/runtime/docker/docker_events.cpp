#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>

#include "runtime/docker/docker_runtime.hpp"

namespace understudy::daemon {

namespace asio = boost::asio;
using Operation = EngineOperation;
using Kind = RuntimeEventKind;

namespace {

constexpr std::size_t longest_line = 1U << 20U;

/// How a person stops a container. A stop begins with such a signal; SIGKILL alone is as good as a crash.
bool asks_to_end(int signal) {
  return signal == 0 || signal == 2 || signal == 3 || signal == 15;
}

}  // namespace

asio::awaitable<void> DockerRuntime::deliver(EventSink& sink, EngineEvent event) {
  const ContainerId id = event.id;
  if (event.action == "kill") {
    if (asks_to_end(event.signal)) signalled_.insert(id);
    co_return;
  }
  if (event.action == "destroy" || event.action == "remove") {
    sink({.kind = Kind::removed, .incarnation = {id, stamps_[id]}});
    stamps_.erase(id);
    co_return;
  }
  const std::string seen_before = stamps_[id];
  const auto found = co_await look(id);
  if (event.action == "start") {
    if (found) sink({.kind = Kind::started, .incarnation = found->snapshot.incarnation});
    co_return;
  }
  if (event.action != "die") co_return;
  // Running again already: then the one that died is the one we knew before.
  const bool again = found && found->snapshot.status == ContainerStatus::running;
  sink({.kind = Kind::died,
        .incarnation = {id, found && !again ? found->snapshot.incarnation.stamp : seen_before},
        .exit_code = event.exit_code,
        .oom = found && !again && found->snapshot.oom,
        .external_stop = signalled_.contains(id) && !asked_to_stop_.contains(id)});
  signalled_.erase(id);
}

EngineCall<void> DockerRuntime::follow(EventSink& sink, bool& reachable) {
  engine_.reset();  // another version may have come up behind the socket
  const auto spoken = co_await engine();
  if (!spoken) co_return std::unexpected(spoken.error());
  EngineRequest request{.target = fmt::format("/v{}.{}/events?filters={}", spoken->version.major,
                                              spoken->version.minor, label_filter(settings_.owner, true))};
  std::string pending;
  const auto opened = [&] {
    reachable = true;
    sink({.kind = Kind::recovered});
  };
  const auto received = [&](std::string bytes) -> asio::awaitable<void> {
    pending += bytes;
    for (auto end = pending.find('\n'); end != std::string::npos; end = pending.find('\n')) {
      auto event = parse_event(std::string_view(pending).substr(0, end));
      pending.erase(0, end + 1);
      if (event) co_await deliver(sink, std::move(*event));
    }
    if (pending.size() > longest_line) pending.clear();
  };
  EngineHttp::OnOpen on_open = opened;
  EngineHttp::OnBytes on_bytes = received;
  const auto ended = co_await http_.stream(std::move(request), std::move(on_open), std::move(on_bytes));
  if (!ended) co_return std::unexpected(ended.error());
  const auto judged = judge(spoken->flavour, Operation::events, ended->status, ended->body);
  if (!judged) co_return std::unexpected(judged.error());
  co_return std::unexpected(
      EngineError{EngineErrorKind::unreachable, "the engine ended its stream of events"});
}

asio::awaitable<void> DockerRuntime::events(EventSink sink) {
  asio::steady_timer timer(executor_);
  std::minstd_rand random(std::random_device{}());
  auto pause = settings_.first_backoff;
  for (bool told = false;;) {
    bool reachable = false;
    const auto ended = co_await follow(sink, reachable);
    if (reachable) {
      pause = settings_.first_backoff;
      told = false;
    }
    if (!told && !ended) sink({.kind = Kind::unreachable, .message = ended.error().message});
    told = true;
    // Jitter, so that several daemons do not knock at a restarted engine together.
    std::uniform_int_distribution<std::int64_t> spread(pause.count() * 8 / 10, pause.count() * 12 / 10);
    timer.expires_after(std::chrono::milliseconds(spread(random)));
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(pause * 2, settings_.longest_backoff);
  }
}

}  // namespace understudy::daemon
