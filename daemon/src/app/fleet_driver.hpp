#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <utility>

#include "fleet/fleet.hpp"
#include "offload/workers.hpp"

namespace understudy::daemon::app {

/// Takes the fleet's turns when messages wait or a timer of the fleet is due. Turns run on a thread of their
/// own, which waits for the disk; messages that come meanwhile are for the next turn.
///
/// All messages of a turn share one commit. If the last turn had several, the next one waits for as many, for
/// at most a quarter of the time that the last turn took.
class FleetDriver {
 public:
  using WriteEnvFile = std::function<void(const fleet::WriteEnvFile&)>;
  /// `write_env_file` is called on the driver's thread.
  FleetDriver(boost::asio::io_context& io, WriteEnvFile write_env_file)
      : io_(io), timer_(io), gather_timer_(io), late_timer_(io), write_env_file_(std::move(write_env_file)) {}

  /// The fleet must outlive the io_context's last handler.
  void drive(fleet::Fleet& fleet);
  /// Call it after a message was posted.
  void wake();
  /// Waits for the turn under way, if any, but does not finish it.
  void stop();

  /// Runs work on the store between two turns, off the loop.
  template <class Work>
  auto between_turns(Work work) {
    return writer_.run(std::move(work));
  }

 private:
  void schedule();
  void run();
  void done(std::unique_ptr<fleet::TurnWork> work);
  void arm();
  void watch_for_late();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer gather_timer_;
  boost::asio::steady_timer late_timer_;
  WriteEnvFile write_env_file_;
  fleet::Fleet* fleet_{nullptr};
  std::size_t last_size_{1};  ///< messages of the last turn
  std::chrono::steady_clock::time_point began_{};
  std::chrono::steady_clock::duration taken_{};
  bool gathering_{false};
  bool scheduled_{false};
  bool under_way_{false};
  bool watching_late_{false};
  offload::Workers writer_{1};
};

}  // namespace understudy::daemon::app
