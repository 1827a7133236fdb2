#include "runtime/process/orphans.hpp"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <set>

#include "runtime/spawn.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;
using namespace std::chrono_literals;

struct OrphanReaper::State : std::enable_shared_from_this<State> {
  explicit State(const asio::any_io_executor& executor) : ends(executor, SIGCHLD), pause(executor) {
    for_each_stray_child([this](pid_t pid) {
      if (::waitpid(pid, nullptr, WNOHANG) == 0) earlier_children.insert(pid);
    });
    kills = ::getpid() != 1 && earlier_children.empty();
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  }

  void listen() {
    ends.async_wait([weak = weak_from_this()](boost::system::error_code failed, int) {
      const auto self = weak.lock();
      if (failed || !self) return;
      self->look_soon();
      self->listen();
    });
  }

  /// Many ends are one look.
  void look_soon() {
    if (std::exchange(looking, true)) return;
    pause.expires_after(10ms);
    pause.async_wait([weak = weak_from_this()](boost::system::error_code failed) {
      const auto self = weak.lock();
      if (failed || !self) return;
      self->looking = false;
      self->look();
    });
  }

  /// How many it killed, which are not gone yet.
  int look() {
    int killed = 0;
    for_each_stray_child([this, &killed](pid_t pid) {
      if (::waitpid(pid, nullptr, WNOHANG) != 0) return;
      if (kills && !earlier_children.contains(pid) && ::kill(pid, SIGKILL) == 0) ++killed;
    });
    return killed;
  }

  asio::signal_set ends;
  asio::steady_timer pause;
  std::set<pid_t> earlier_children;
  bool kills{true};
  bool looking{false};
};

OrphanReaper::OrphanReaper(asio::any_io_executor executor) : state_(std::make_shared<State>(executor)) {
  state_->listen();
}

OrphanReaper::~OrphanReaper() {
  boost::system::error_code ignored;
  state_->ends.cancel(ignored);
  state_->pause.cancel();
  ::prctl(PR_SET_CHILD_SUBREAPER, 0);
}

asio::awaitable<void> OrphanReaper::none_left() {
  const auto state = state_;
  asio::steady_timer pause(co_await asio::this_coro::executor);
  for (int looks = 0; looks < 400 && state->look() > 0; ++looks) {
    pause.expires_after(5ms);
    co_await pause.async_wait(asio::use_awaitable);
  }
}

}  // namespace understudy::daemon::runtime
