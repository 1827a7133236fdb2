#include "runtime/process/exit_watch.hpp"

#include <signal.h>

#include <boost/asio/posix/stream_descriptor.hpp>

namespace understudy::daemon {

namespace asio = boost::asio;

struct ExitWatch::State {
  State(const asio::any_io_executor& executor, Child child, OnExit callback)
      : key(std::move(child.key)), pidfd(executor, child.pidfd.release()), on_exit(std::move(callback)) {}

  ProcessKey key;
  asio::posix::stream_descriptor pidfd;
  OnExit on_exit;
};

ExitWatch::ExitWatch(asio::any_io_executor executor, Child child, OnExit on_exit)
    : state_(std::make_shared<State>(executor, std::move(child), std::move(on_exit))) {
  state_->pidfd.async_wait(asio::posix::stream_descriptor::wait_read,
                           [weak = std::weak_ptr(state_)](boost::system::error_code failed) {
                             const auto state = weak.lock();
                             if (failed || !state) return;
                             // An unreaped child keeps its number, and so does a group with members; only a
                             // reaped stranger's number may belong to somebody else.
                             const auto now = key_of(state->key.pid);
                             if (!now || *now == state->key) ::kill(-state->key.pid, SIGKILL);
                             const auto code = reap(state->pidfd.native_handle());
                             if (const auto tell = std::move(state->on_exit)) tell(code);
                           });
}

ExitWatch::~ExitWatch() {
  boost::system::error_code ignored;
  state_->pidfd.close(ignored);
}

void ExitWatch::signal(int number) const {
  if (is_alive(state_->key)) ::kill(-state_->key.pid, number);
}

std::optional<Child> adopt(const ProcessKey& key) {
  auto pidfd = open_pidfd(key.pid);
  if (!pidfd || !is_alive(key))
    return std::nullopt;  // looked at after the handle was taken: no reuse in between
  return Child{key, std::move(pidfd)};
}

}  // namespace understudy::daemon
