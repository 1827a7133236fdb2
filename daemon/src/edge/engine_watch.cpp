#include "edge/engine_watch.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <deque>
#include <optional>

#include "edge/container_ops.hpp"

namespace understudy::daemon::edge {

namespace asio = boost::asio;

namespace {

struct Watch {
  ports::Runtime& runtime;
  std::string owner;
  Post post;
  asio::steady_timer look;                 ///< fires when a listing is due
  asio::steady_timer death;                ///< cancelled when there are new deaths to tell
  std::deque<ports::RuntimeEvent> dead{};  ///< in order
  std::optional<bool> reachable{};         ///< unset: not known yet, the first answer is news either way

  void lost(const std::string& why) {
    if (reachable.value_or(true)) post(fleet::EngineLost{runtime.name(), why});
    reachable = false;
  }

  void take(const ports::RuntimeEvent& event) {
    switch (event.kind) {
      case ports::RuntimeEventKind::started:
        post(fleet::EngineEvent{runtime.name(), container::EngineStarted{event.incarnation}});
        return;
      case ports::RuntimeEventKind::changed:
        post(fleet::EngineEvent{runtime.name(), container::EngineChanged{event.incarnation}});
        return;
      case ports::RuntimeEventKind::out_of_memory:
        post(fleet::MemoryRanOut{runtime.name(), event.incarnation.container_id});
        return;
      case ports::RuntimeEventKind::died:
        dead.push_back(event);
        death.cancel();
        return;
      case ports::RuntimeEventKind::removed: look.expires_after(std::chrono::milliseconds{0}); return;
      case ports::RuntimeEventKind::unreachable: return lost(event.message);
      case ports::RuntimeEventKind::recovered:
        reachable = true;
        look.expires_after(std::chrono::milliseconds{0});
        return;
    }
  }

  /// With the end of its log when it failed; without a stamp the machine looks for itself.
  asio::awaitable<void> tell_death(ports::RuntimeEvent event) {
    std::string last_words;
    if (event.exit_code != 0 && !event.incarnation.stamp.empty()) {
      auto tail = co_await runtime.log_tail(event.incarnation.container_id, 20);
      if (tail) last_words = std::move(*tail);
    }
    container::EngineDied died{event.incarnation, event.exit_code, event.oom, event.external_stop,
                               std::move(last_words)};
    post(fleet::EngineEvent{runtime.name(), std::move(died)});
  }

  asio::awaitable<void> tell_deaths() {
    for (;;) {
      while (!dead.empty()) {
        auto event = std::move(dead.front());
        dead.pop_front();
        co_await tell_death(std::move(event));
      }
      death.expires_at(asio::steady_timer::time_point::max());
      boost::system::error_code woken;
      co_await death.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
        co_return;
    }
  }

  asio::awaitable<void> list() {
    auto snapshots = co_await runtime.list(owner);
    if (!snapshots) {
      lost(snapshots.error().message);
      co_return;
    }
    reachable = true;
    fleet::EngineListed listed{runtime.name(), {}};
    for (auto& one : *snapshots) {
      auto seen = co_await sighting(runtime, one, false);
      listed.found.push_back(
          {one.instance, one.owner, std::move(seen), one.status == ports::ContainerStatus::unclear});
    }
    post(std::move(listed));
  }

  /// A stalled engine keeps its connections open and says nothing; calls that wait for it would take a minute
  /// to notice. A single slow answer is not a stall.
  asio::awaitable<void> ask_whether_it_lives() {
    asio::steady_timer pause(co_await asio::this_coro::executor);
    for (int silences = 0;;) {
      pause.expires_after(silences == 1 ? std::chrono::seconds{1} : std::chrono::seconds{5});
      co_await pause.async_wait(asio::use_awaitable);
      const auto answers = co_await runtime.ping();
      silences = answers ? 0 : silences + 1;
      if (silences == 2) lost(answers.error().message);
      if (answers && !reachable.value_or(true)) look.expires_after(std::chrono::milliseconds{0});
    }
  }

  asio::awaitable<void> list_when_due(std::chrono::milliseconds every) {
    for (;;) {
      boost::system::error_code woken;
      co_await look.async_wait(asio::redirect_error(asio::use_awaitable, woken));
      if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
        co_return;
      look.expires_after(every);
      co_await list();
    }
  }
};

}  // namespace

asio::awaitable<void> watch_engine(ports::Runtime& runtime, std::string owner, Post post,
                                   std::chrono::milliseconds reconcile_every) {
  using namespace asio::experimental::awaitable_operators;
  const auto executor = co_await asio::this_coro::executor;
  Watch watch{runtime, std::move(owner), std::move(post),
              asio::steady_timer(executor, std::chrono::milliseconds{0}), asio::steady_timer(executor)};
  auto sink = [&watch](const ports::RuntimeEvent& event) { watch.take(event); };
  co_await (runtime.events(std::move(sink)) && watch.list_when_due(reconcile_every) && watch.tell_deaths() &&
            watch.ask_whether_it_lives());
}

}  // namespace understudy::daemon::edge
