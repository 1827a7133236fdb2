#include "app/watchdog.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agl/sweep.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// In one turn, so that others get theirs in between.
constexpr std::int64_t done_a_turn = 200;
/// A worker says something every ten seconds.
constexpr double silent_for_s = 60;
constexpr auto look_for_silence = 10s;

/// Turn after turn until there is nothing left to do.
asio::awaitable<void> exhaust(agl::RolloutStore& rollouts, agl::Work work, ports::Log& log) {
  for (bool more = true; more;) {
    auto again = work;
    const auto done = co_await rollouts.write(std::move(again));
    if (!done) log.warning("the watchdog could not write", {{"error", done.error().detail}});
    more = done && *done == std::to_string(done_a_turn);
  }
}

asio::awaitable<bool> is_due(agl::RolloutStore& rollouts) {
  auto look = [](store::Reader& reader) { return reader.next_deadline(); };
  const auto next = co_await rollouts.read(std::move(look), api::Lane::trusted);
  co_return next&&* next&&** next <= rollouts.now_s();
}

}  // namespace

asio::awaitable<void> keep_watch(agl::RolloutStore& rollouts, double debounce_s, ports::Log& log) {
  const auto every = std::chrono::milliseconds(static_cast<std::int64_t>(std::max(1.0, debounce_s) * 1000));
  asio::steady_timer timer(co_await asio::this_coro::executor);
  auto next_silence = steady_clock::now() + look_for_silence;
  for (;;) {
    timer.expires_after(every);
    co_await timer.async_wait(asio::use_awaitable);
    const bool due = co_await is_due(rollouts);
    if (due) {
      auto judging = exhaust(rollouts, agl::sweep(done_a_turn), log);
      co_await std::move(judging);
    }
    if (steady_clock::now() < next_silence) continue;
    next_silence = steady_clock::now() + look_for_silence;
    auto marking = exhaust(rollouts, agl::mark_stale(silent_for_s, done_a_turn), log);
    co_await std::move(marking);
  }
}

}  // namespace understudy::daemon::app
