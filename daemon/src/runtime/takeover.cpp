#include "runtime/takeover.hpp"

#include <algorithm>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "runtime/spool.hpp"

namespace understudy::daemon {

namespace asio = boost::asio;

EngineCall<void> await_takeover(std::string spool_dir) {
  using namespace std::chrono_literals;
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  for (auto pause = 1ms; !is_taken_over(spool_dir);
       pause = std::min(pause * 2, std::chrono::milliseconds(50))) {
    if (const auto spool = open_spool(spool_dir); !spool && spool.error().why == Unseen::absent)
      co_return std::unexpected(
          EngineError{EngineErrorKind::timeout, "the task's directory was removed as soon as it began"});
    if (std::chrono::steady_clock::now() > deadline)
      co_return std::unexpected(EngineError{
          EngineErrorKind::timeout, "the task was started but its shim gave no sign of life for 10 s"});
    timer.expires_after(pause);
    co_await timer.async_wait(asio::use_awaitable);
  }
  co_return EngineResult<void>{};
}

}  // namespace understudy::daemon
