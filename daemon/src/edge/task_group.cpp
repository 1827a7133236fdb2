#include "edge/task_group.hpp"

#include <fmt/format.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/multiple_exceptions.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

namespace understudy::daemon::edge {

namespace asio = boost::asio;

void TaskGroup::spawn(std::string_view name, asio::awaitable<void> work) {
  if (stopping_) return;
  const auto place = running_.emplace(running_.end());
  auto ended = [this, place, name = std::string(name)](const std::exception_ptr& failure) {
    running_.erase(place);
    if (running_.empty()) idle_.cancel();
    if (!failure) return;
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& error) {
      if (error.code() != asio::error::operation_aborted)
        on_failure_(fmt::format("{}: {}", name, error.what()));
    } catch (const asio::multiple_exceptions& several) {  // some of several that wait for each other
      if (!stopping_) on_failure_(fmt::format("{}: {}", name, several.what()));
    } catch (const std::exception& error) {
      on_failure_(fmt::format("{}: {}", name, error.what()));
    }
  };
  asio::co_spawn(io_, std::move(work), asio::bind_cancellation_slot(place->slot(), std::move(ended)));
}

asio::awaitable<void> TaskGroup::stop() {
  stopping_ = true;
  for (auto& signal : running_) signal.emit(asio::cancellation_type::terminal);
  while (!running_.empty()) {
    idle_.expires_at(std::chrono::steady_clock::time_point::max());
    boost::system::error_code ignored;
    co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
  }
}

}  // namespace understudy::daemon::edge
