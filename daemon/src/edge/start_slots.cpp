#include "edge/start_slots.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace understudy::daemon::edge {

namespace asio = boost::asio;

asio::awaitable<StartSlots::Slot> StartSlots::take() {
  if (free_ > 0 && waiting_.empty()) {
    --free_;
    co_return Slot(*this);
  }
  const auto place = waiting_.emplace(waiting_.end(), io_, std::chrono::steady_clock::time_point::max());
  struct Leave {
    std::list<asio::steady_timer>& waiting;
    std::list<asio::steady_timer>::iterator place;
    ~Leave() { waiting.erase(place); }
  } const leave{waiting_, place};
  while (free_ == 0 || place != waiting_.begin()) {
    boost::system::error_code woken;
    place->expires_at(std::chrono::steady_clock::time_point::max());
    co_await place->async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto cancelled = (co_await asio::this_coro::cancellation_state).cancelled();
    if (cancelled != asio::cancellation_type::none)
      throw boost::system::system_error(asio::error::operation_aborted);
  }
  --free_;
  co_return Slot(*this);
}

void StartSlots::give_back() {
  ++free_;
  if (!waiting_.empty()) waiting_.front().cancel();
}

}  // namespace understudy::daemon::edge
