#pragma once
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <list>
#include <string_view>

namespace understudy::daemon::edge {

/// Coroutines that must have ended before what they refer to is destroyed.
class TaskGroup {
 public:
  TaskGroup(boost::asio::io_context& io, std::function<void(std::string_view)> on_failure)
      : io_(io), idle_(io), on_failure_(std::move(on_failure)) {}

  void spawn(std::string_view name, boost::asio::awaitable<void> work);
  /// Cancels what runs and returns when all of it has ended.
  boost::asio::awaitable<void> stop();
  [[nodiscard]] bool stopping() const { return stopping_; }

 private:
  boost::asio::io_context& io_;
  boost::asio::steady_timer idle_;
  std::function<void(std::string_view)> on_failure_;
  std::list<boost::asio::cancellation_signal> running_;
  bool stopping_{false};
};

}  // namespace understudy::daemon::edge
