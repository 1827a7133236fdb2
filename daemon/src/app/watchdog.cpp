#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "agl/sweep.hpp"
#include "app/housekeeping.hpp"

namespace understudy::daemon::app {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

/// Limit per turn, to let other messages through.
constexpr std::int64_t max_per_turn = 200;
/// Workers send a heartbeat every ten seconds.
constexpr double silent_for_s = 60;
constexpr auto silence_check_interval = 10s;

/// Repeats the work, one turn at a time, until nothing is left.
asio::awaitable<void> exhaust(agl::RolloutStore& rollouts, agl::Work work, ports::Log& log) {
  for (bool more = true; more;) {
    auto again = work;
    const auto done = co_await rollouts.write(std::move(again));
    if (!done) log.warning("the watchdog could not write", {{"error", done.error().detail}});
    more = done && *done == std::to_string(max_per_turn);
  }
}

asio::awaitable<bool> is_due(agl::RolloutStore& rollouts) {
  auto query = [](store::Reader& reader) { return reader.next_deadline(); };
  const auto next = co_await rollouts.read(std::move(query), api::ReadClass::trusted);
  co_return next&&* next&&** next <= rollouts.now_s();
}

}  // namespace

asio::awaitable<void> keep_watch(agl::RolloutStore& rollouts, double debounce_s, ports::Log& log) {
  const auto every = std::chrono::milliseconds(static_cast<std::int64_t>(std::max(1.0, debounce_s) * 1000));
  asio::steady_timer timer(co_await asio::this_coro::executor);
  auto next_silence_check = steady_clock::now() + silence_check_interval;
  for (;;) {
    timer.expires_after(every);
    co_await timer.async_wait(asio::use_awaitable);
    const bool due = co_await is_due(rollouts);
    if (due) {
      auto judging = exhaust(rollouts, agl::sweep(max_per_turn), log);
      co_await std::move(judging);
    }
    if (steady_clock::now() < next_silence_check) continue;
    next_silence_check = steady_clock::now() + silence_check_interval;
    auto marking = exhaust(rollouts, agl::mark_stale(silent_for_s, max_per_turn), log);
    co_await std::move(marking);
  }
}

}  // namespace understudy::daemon::app
