#include "runtime/process/sweep.hpp"

#include <algorithm>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <vector>

#include "runtime/process/marks.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct Sweeper::State : std::enable_shared_from_this<State> {
  struct Wanted {
    std::string run;
    std::string attempt;
    std::function<void(bool)> done;
    std::chrono::steady_clock::time_point deadline;
    bool left{false};

    [[nodiscard]] std::string group() const { return attempt.empty() ? run : run + "/" + attempt; }
    [[nodiscard]] bool has(const Marked& one) const {
      return one.run == run && (attempt.empty() || one.attempt == attempt);
    }
  };

  State(const asio::any_io_executor& executor, std::optional<Cgroups> of)
      : groups(std::move(of)), timer(executor) {}

  void pass_in(std::chrono::milliseconds pause) {
    waiting = true;
    timer.expires_after(pause);
    timer.async_wait([weak = weak_from_this()](boost::system::error_code stopped) {
      const auto self = weak.lock();
      if (!stopped && self) self->pass();
    });
  }

  void pass() {
    waiting = false;
    for (auto& one : wanted) one.left = false;
    if (groups) kill_groups();
    kill_by_mark();  // also what a group was not made for, or what left it
    const auto now = std::chrono::steady_clock::now();
    std::vector<std::pair<std::function<void(bool)>, bool>> done;
    std::erase_if(wanted, [&](Wanted& one) {
      const bool over = !one.left || now > one.deadline;
      if (over) done.emplace_back(std::move(one.done), !one.left);
      return over;
    });
    if (!wanted.empty()) pass_in(5ms);
    for (const auto& [tell, gone] : done) tell(gone);
  }

  void kill_groups() {
    for (auto& one : wanted) {
      // A supervisor is never in a group: it is the one who says how its process ended.
      groups->kill(one.group());
      one.left = !groups->is_empty(one.group());
      if (!one.left) groups->remove(one.group());
    }
  }

  void kill_by_mark() {
    const auto pass = kill_marked([this](const Marked& found) {
      bool doomed = false;
      for (auto& one : wanted)
        if (one.has(found)) doomed = one.left = true;
      return doomed;
    });
    if (pass.saw_all) return;
    for (auto& one : wanted) one.left = true;
  }

  std::optional<Cgroups> groups;
  asio::steady_timer timer;
  std::vector<Wanted> wanted;
  bool waiting{false};
};

Sweeper::Sweeper(asio::any_io_executor executor, std::optional<Cgroups> groups)
    : state_(std::make_shared<State>(executor, std::move(groups))) {}

Sweeper::~Sweeper() {
  state_->timer.cancel();
}

void Sweeper::sweep(std::string run, std::string attempt, std::function<void(bool gone)> done) {
  state_->wanted.push_back(
      {std::move(run), std::move(attempt), std::move(done), std::chrono::steady_clock::now() + 5s});
  if (!state_->waiting) state_->pass_in(0ms);
}

asio::awaitable<bool> Sweeper::swept(std::string run, std::string attempt) {
  // Shared, because a cancelled waiter is gone before the sweep is.
  const auto over = std::make_shared<asio::steady_timer>(co_await asio::this_coro::executor, 6s);
  const auto nothing_left = std::make_shared<bool>(false);
  sweep(std::move(run), std::move(attempt), [over, nothing_left](bool gone) {
    *nothing_left = gone;
    over->cancel();
  });
  boost::system::error_code swept;
  co_await over->async_wait(asio::redirect_error(asio::use_awaitable, swept));
  co_return *nothing_left;
}

asio::awaitable<void> Sweeper::settled(std::string run) {
  const auto state = state_;
  asio::steady_timer pause(co_await asio::this_coro::executor);
  while (std::ranges::find(state->wanted, run, &State::Wanted::run) != state->wanted.end()) {
    pause.expires_after(5ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace understudy::daemon::runtime
