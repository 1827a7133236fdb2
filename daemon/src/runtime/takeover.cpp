#include "runtime/takeover.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "offload/disk.hpp"
#include "runtime/spool.hpp"
#include "runtime/spool_place.hpp"

namespace understudy::daemon::runtime {

namespace asio = boost::asio;

namespace {

enum class Sign : std::uint8_t { none_yet, taken_over, removed };

Sign look(const std::string& spool_dir) {
  if (is_taken_over(spool_dir)) return Sign::taken_over;
  const auto spool = open_spool(spool_dir);
  return !spool && spool.error().kind == FileErrorKind::absent ? Sign::removed : Sign::none_yet;
}

}  // namespace

EngineCall<void> await_takeover(offload::Disk* disk, std::string spool_dir) {
  using namespace std::chrono_literals;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  for (auto pause = 1ms;; pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
    auto look_there = [&spool_dir] { return look(spool_dir); };
    const auto sign = co_await offload::at(disk, place_of(spool_dir).agent_dir, std::move(look_there));
    if (sign == Sign::taken_over) co_return EngineResult<void>{};
    if (sign == Sign::removed)
      co_return engine_error(EngineErrorKind::timeout,
                             "the task's directory was removed as soon as it began");
    if (std::chrono::steady_clock::now() > deadline)
      co_return engine_error(EngineErrorKind::timeout,
                             "the task was started but its shim gave no sign of life for 10 s");
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
}

}  // namespace understudy::daemon::runtime
