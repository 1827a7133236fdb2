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

/// Takes the fleet's turns when messages wait and when a timer of the fleet is due. What waits for the disk
/// in them does so on a thread of its own; messages that come meanwhile make the next turn.
///
/// A turn ends with a write to disk that all its messages share. Where several came together last time, the
/// first of the next waits for as many again, at most a quarter of what the last turn took.
class FleetDriver {
 public:
  using WriteEnvFile = std::function<void(const fleet::WriteEnvFile&)>;
  /// The files are written on the driver's thread.
  FleetDriver(boost::asio::io_context& io, WriteEnvFile write_env_file)
      : io_(io), timer_(io), patience_(io), late_(io), write_env_file_(std::move(write_env_file)) {}

  /// The fleet must outlive the io_context's last handler.
  void drive(fleet::Fleet& fleet);
  /// Somebody posted a message.
  void wake();
  /// Waits for the turn under way, if there is one; nothing of it is told any more.
  void stop();

  /// Work on the store between two turns, off the loop.
  template <class Work>
  auto between_turns(Work work) {
    return writer_.run(std::move(work));
  }

 private:
  void schedule();
  void run();
  void done(std::unique_ptr<fleet::TurnWork> work);
  void arm();
  void look_for_late();

  boost::asio::io_context& io_;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer patience_;
  boost::asio::steady_timer late_;
  WriteEnvFile write_env_file_;
  fleet::Fleet* fleet_{nullptr};
  std::size_t crowd_{1};  ///< how many messages the last turn had
  std::chrono::steady_clock::time_point began_{};
  std::chrono::steady_clock::duration taken_{};
  bool gathering_{false};
  bool scheduled_{false};
  bool under_way_{false};
  bool looking_{false};
  offload::Workers writer_{1};
};

}  // namespace understudy::daemon::app
