#include "runtime/process/exit_watch.hpp"

#include <poll.h>
#include <signal.h>

#include <boost/asio/posix/stream_descriptor.hpp>

namespace understudy::daemon::runtime {

namespace asio = boost::asio;

struct ExitWatch::State : std::enable_shared_from_this<State> {
  State(const asio::any_io_executor& executor, Child child, OnExit callback)
      : key(std::move(child.key)), pidfd(executor, child.pidfd.release()), on_exit(std::move(callback)) {}

  void wait();
  void end();

  ProcessKey key;
  asio::posix::stream_descriptor pidfd;
  OnExit on_exit;
};

namespace {

/// The reactor may wake us without cause, for an earlier descriptor of that number.
bool has_ended(int pidfd) {
  pollfd state{pidfd, POLLIN, 0};
  return ::poll(&state, 1, 0) > 0;
}

}  // namespace

void ExitWatch::State::wait() {
  pidfd.async_wait(asio::posix::stream_descriptor::wait_read,
                   [weak = weak_from_this()](boost::system::error_code failed) {
                     const auto state = weak.lock();
                     if (failed || !state) return;
                     if (has_ended(state->pidfd.native_handle()))
                       state->end();
                     else
                       state->wait();
                   });
}

void ExitWatch::State::end() {
  // An unreaped child keeps its number, and so does a group with members; only the number of a reaped
  // stranger may have a new owner.
  const auto now = key_of(key.pid);
  if (now ? *now == key : now.error().kind == FileErrorKind::absent) ::kill(-key.pid, SIGKILL);
  const auto code = reap(pidfd.native_handle());
  if (const auto tell = std::move(on_exit)) tell(code);
}

ExitWatch::ExitWatch(asio::any_io_executor executor, Child child, OnExit on_exit)
    : state_(std::make_shared<State>(executor, std::move(child), std::move(on_exit))) {
  state_->wait();
}

ExitWatch::~ExitWatch() {
  boost::system::error_code ignored;
  state_->pidfd.close(ignored);
}

void ExitWatch::signal(int number) const {
  if (is_alive(state_->key)) ::kill(-state_->key.pid, number);
}

FileResult<Child> adopt(const ProcessKey& key) {
  auto pidfd = pidfd_of(key.pid);
  if (!pidfd) return std::unexpected(key.pid <= 0 ? FileError{FileErrorKind::absent, 0} : pidfd.error());
  const auto now = key_of(key.pid);  // after the handle was taken: no reuse in between
  if (!now) return std::unexpected(now.error());
  if (*now != key) return std::unexpected(FileError{FileErrorKind::absent, 0});
  return Child{key, std::move(*pidfd)};
}

}  // namespace understudy::daemon::runtime
