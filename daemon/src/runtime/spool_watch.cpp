#include "runtime/spool_watch.hpp"

#include <fmt/format.h>
#include <sys/inotify.h>

#include <algorithm>
#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "offload/disk.hpp"
#include "runtime/spool_place.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;

namespace {

using namespace std::chrono_literals;
using Pause = std::chrono::milliseconds;

/// What one look at a spool gives.
struct Sight {
  TaskState state;
  std::uint64_t size{0};
  std::optional<Descriptor> notices{};  ///< of the first look that found the directory
};

constexpr Pause between_looks{1s};
constexpr Pause first_retry{50ms};
constexpr Pause last_retry{2s};

}  // namespace

struct SpoolWatch::State : std::enable_shared_from_this<SpoolWatch::State> {
  State(asio::any_io_executor executor, std::string dir, offload::Disk* at)
      : disk(at), place(place_of(dir).agent_dir), spool(std::move(dir)), notices(executor), alarm(executor) {}

  /// Waits for the disk.
  std::optional<Descriptor> begin_notices() {
    const auto* directory = spool.directory();
    if (!directory) return std::nullopt;
    // Of the directory that is held, not of what has its name.
    const auto path = fmt::format("/proc/self/fd/{}", directory->get());
    constexpr auto news = IN_MODIFY | IN_MOVED_TO | IN_CLOSE_WRITE;
    Descriptor inotify(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC));
    // Without notices (no inotify left, or the directory is gone) the look each second does.
    if (!inotify || ::inotify_add_watch(inotify.get(), path.c_str(), news) < 0) return std::nullopt;
    return inotify;
  }

  /// Begun before the look, so that nothing is missed between the two.
  asio::awaitable<Sight> look() {
    auto there = [self = shared_from_this(), first = !looked] {
      Sight sight;
      if (first) sight.notices = self->begin_notices();
      sight.state = self->spool.look();
      if (sight.state.phase != TaskPhase::unknown) sight.size = self->spool.size();
      return sight;
    };
    auto sight = co_await offload::at(disk, place, std::move(there));
    looked = true;
    if (sight.notices && !closed) {
      notices.assign(sight.notices->release());
      listen();
    }
    co_return sight;
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
    // Events may come faster than we read them.
    for (int reads = 0; reads < 64; ++reads)
      if (::read(notices.native_handle(), events.data(), events.size()) <= 0) return;
  }

  [[nodiscard]] Pause pause_after(const TaskState& seen) {
    retry = seen.phase == TaskPhase::unknown ? std::clamp(retry * 2, first_retry, last_retry) : Pause{0};
    return retry > Pause{0} ? retry : between_looks;
  }

  offload::Disk* disk;
  std::string place;
  Spool spool;
  asio::posix::stream_descriptor notices;
  asio::steady_timer alarm;
  std::uint64_t size{0};
  Pause retry{0};
  bool noticed{false};
  bool looked{false};
  bool closed{false};  ///< nobody waits any more
};

SpoolWatch::SpoolWatch(asio::any_io_executor executor, std::string spool_dir, offload::Disk* disk)
    : state_(std::make_shared<State>(std::move(executor), std::move(spool_dir), disk)) {}

SpoolWatch::~SpoolWatch() {
  state_->closed = true;
  boost::system::error_code ignored;
  state_->notices.close(ignored);
  state_->alarm.cancel();
}

asio::awaitable<TaskState> SpoolWatch::next(Spool::Time until) {
  const auto state = state_;
  for (;;) {
    state->noticed = false;
    const auto sight = co_await state->look();
    const auto& seen = sight.state;
    const bool known = seen.phase != TaskPhase::unknown;
    const bool grew = known && std::exchange(state->size, sight.size) != sight.size;
    const auto now = std::chrono::steady_clock::now();
    if (known && (grew || seen.phase != TaskPhase::running || now >= until)) co_return seen;
    const auto next_look = now + state->pause_after(seen);
    state->alarm.expires_at(until > now ? std::min(until, next_look) : next_look);
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

asio::awaitable<TaskState> SpoolWatch::look() {
  const auto state = state_;
  auto sight = co_await state->look();
  co_return std::move(sight.state);
}

Spool& SpoolWatch::spool() {
  return state_->spool;
}

}  // namespace understudy::daemon::runtime
