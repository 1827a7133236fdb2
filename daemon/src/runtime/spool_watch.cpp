#include <sys/inotify.h>
#include <sys/stat.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/files.hpp"
#include "runtime/spool.hpp"

namespace understudy::daemon {

namespace asio = boost::asio;

namespace {

std::int64_t size_of(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 ? found.st_size : 0;
}

}  // namespace

struct SpoolWatch::State : std::enable_shared_from_this<SpoolWatch::State> {
  State(asio::any_io_executor executor, std::string dir)
      : spool_dir(std::move(dir)), notices(executor), alarm(executor) {}

  void watch() {
    Descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    // Without notices (no inotify left, or the directory is gone) the look each second does.
    if (!inotify ||
        ::inotify_add_watch(inotify.get(), spool_dir.c_str(), IN_MODIFY | IN_MOVED_TO | IN_CLOSE_WRITE) < 0)
      return;
    notices.assign(inotify.release());
    listen();
  }

  void listen() {
    notices.async_wait(asio::posix::stream_descriptor::wait_read,
                       [weak = weak_from_this()](boost::system::error_code failed) {
                         const auto self = weak.lock();
                         if (failed || !self) return;
                         self->drain();
                         self->noticed = true;
                         self->alarm.cancel();
                         self->listen();
                       });
  }

  void drain() {
    std::array<char, 4096> events;
    while (::read(notices.native_handle(), events.data(), events.size()) > 0) continue;
  }

  [[nodiscard]] bool grew() {
    const std::array now{size_of(spool_dir + "/output"), size_of(spool_dir + "/stderr")};
    return std::exchange(sizes, now) != now;
  }

  std::string spool_dir;
  asio::posix::stream_descriptor notices;
  asio::steady_timer alarm;
  std::array<std::int64_t, 2> sizes{0, 0};
  bool noticed{false};
};

SpoolWatch::SpoolWatch(asio::any_io_executor executor, std::string spool_dir)
    : state_(std::make_shared<State>(std::move(executor), std::move(spool_dir))) {
  state_->watch();
}

SpoolWatch::~SpoolWatch() {
  boost::system::error_code ignored;
  state_->notices.close(ignored);
  state_->alarm.cancel();
}

asio::awaitable<TaskState> SpoolWatch::next() {
  const auto state = state_;
  for (;;) {
    state->noticed = false;
    const TaskState seen = look_at_spool(state->spool_dir);
    if (state->grew() || seen.phase != TaskPhase::running) co_return seen;
    state->alarm.expires_after(std::chrono::seconds(1));
    boost::system::error_code woken;
    if (!state->noticed) co_await state->alarm.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
}

asio::awaitable<TaskState> SpoolWatch::ended() {
  for (;;) {
    const TaskState seen = co_await next();
    if (seen.phase != TaskPhase::running) co_return seen;
  }
}

}  // namespace understudy::daemon
