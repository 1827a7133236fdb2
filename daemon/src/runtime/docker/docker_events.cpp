#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <random>
#include <utility>

#include "runtime/docker/docker_runtime.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using Operation = EngineOperation;
using Kind = RuntimeEventKind;

namespace {

constexpr std::size_t longest_line = 1U << 20U;

/// A person stops a container with one of these. SIGKILL alone counts as a crash.
bool asks_to_end(int signal) {
  return signal == 0 || signal == 2 || signal == 3 || signal == 15;
}

}  // namespace

asio::awaitable<void> DockerRuntime::deliver(EventSink& sink, EngineEvent event) {
  const ContainerId id = event.id;
  last_event_ns_ = std::max(last_event_ns_, event.time_ns);
  if (event.action == "kill") {
    if (asks_to_end(event.signal)) signalled_.insert(id);
    co_return;
  }
  if (event.action == "pause" || event.action == "unpause" || event.action == "oom") {
    const auto kind = event.action == "oom" ? Kind::out_of_memory : Kind::changed;
    sink({.kind = kind, .incarnation = {id, stamps_[id]}});
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

EngineCall<void> DockerRuntime::follow(EventSink& sink, bool& opened) {
  engine_.reset();  // another version may have come up behind the socket
  const auto spoken = co_await engine();
  if (!spoken) co_return std::unexpected(spoken.error());
  // What happened while nobody listened comes first.
  const auto since = last_event_ns_ > 0 ? "&since=" + since_text(last_event_ns_ + 1) : std::string{};
  EngineRequest request{.target =
                            fmt::format("/v{}.{}/events?filters={}{}", spoken->version.major,
                                        spoken->version.minor, label_filter(settings_.owner, true), since)};
  std::string pending;
  const auto told_open = [&] {
    opened = true;
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
  EngineHttp::OnOpen on_open = told_open;
  EngineHttp::OnBytes on_bytes = received;
  const auto ended = co_await http_.stream(std::move(request), std::move(on_open), std::move(on_bytes));
  if (!ended) co_return std::unexpected(ended.error());
  co_return judge(spoken->flavour, Operation::events, ended->status, ended->body);
}

/// A stream that ended is not an engine that is gone: proxies end quiet ones. Whether it answers decides.
asio::awaitable<void> DockerRuntime::events(EventSink sink) {
  asio::steady_timer timer(executor_);
  std::minstd_rand random(std::random_device{}());
  auto pause = settings_.first_backoff;
  for (bool told = false;;) {
    bool opened = false;
    (void)co_await follow(sink, opened);
    const auto answers = co_await ping();
    // Without a stream the listing tells; and perhaps it was the time that the engine did not understand.
    if (opened)
      pause = settings_.first_backoff;
    else
      last_event_ns_ = 0;
    if (opened || answers) told = false;
    if (!answers && !std::exchange(told, true))
      sink({.kind = Kind::unreachable, .message = answers.error().message});
    // It answers and tells no events, so listings are all there is.
    if (answers && !opened) sink({.kind = Kind::recovered});
    // Jitter, so that several daemons do not knock at a restarted engine together.
    std::uniform_int_distribution<std::int64_t> spread(pause.count() * 8 / 10, pause.count() * 12 / 10);
    timer.expires_after(std::chrono::milliseconds(spread(random)));
    co_await timer.async_wait(asio::use_awaitable);
    pause = std::min(pause * 2, settings_.longest_backoff);
  }
}

}  // namespace understudy::daemon::runtime
