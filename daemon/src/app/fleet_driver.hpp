#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fleet/fleet.hpp"

namespace understudy::daemon::app {

/// Calls turn() when messages wait and when a timer of the fleet is due.
///
/// A turn ends with a write to disk that all its messages share. Where several came together last time, the
/// first of the next waits for as many again, at most a quarter of what the last turn took.
class FleetDriver {
 public:
  explicit FleetDriver(boost::asio::io_context& io) : io_(io), timer_(io), patience_(io) {}

  /// The fleet must outlive the io_context's last handler.
  void drive(fleet::Fleet& fleet);
  /// Somebody posted a message.
  void wake();
  void stop();

 private:
  void schedule();
  void run();
  void arm();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer patience_;
  fleet::Fleet* fleet_{nullptr};
  std::size_t crowd_{1};  ///< how many messages the last turn had
  std::chrono::steady_clock::duration taken_{};
  bool gathering_{false};
  bool scheduled_{false};
};

}  // namespace understudy::daemon::app
