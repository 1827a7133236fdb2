#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "fleet/fleet.hpp"

namespace understudy::daemon::app {

/// Calls turn() when messages wait and when a timer of the fleet is due.
class FleetDriver {
 public:
  explicit FleetDriver(boost::asio::io_context& io) : io_(io), timer_(io) {}

  /// The fleet must outlive the io_context's last handler.
  void drive(fleet::Fleet& fleet);
  /// Somebody posted a message.
  void wake();
  void stop();

 private:
  void run();
  void arm();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  fleet::Fleet* fleet_{nullptr};
  bool scheduled_{false};
};

}  // namespace understudy::daemon::app
