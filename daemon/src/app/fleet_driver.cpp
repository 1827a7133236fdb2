#include "app/fleet_driver.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <utility>

namespace understudy::daemon::app {

using namespace std::chrono_literals;

namespace {

/// A deadline in the past would spin.
constexpr auto shortest_wait = 5ms;
/// Deadlines on the wall clock are looked at again, should that clock be set.
constexpr auto longest_wait = 30s;
/// Longer nobody waits for company.
constexpr std::chrono::steady_clock::duration longest_patience = 2ms;

}  // namespace

void FleetDriver::drive(fleet::Fleet& fleet) {
  fleet_ = &fleet;
  wake();
}

void FleetDriver::wake() {
  if (scheduled_ || !fleet_) return;
  if (fleet_->waiting() >= crowd_) return schedule();
  if (std::exchange(gathering_, true)) return;
  patience_.expires_after(std::min(taken_ / 4, longest_patience));
  patience_.async_wait([this](boost::system::error_code error) {
    if (!error && fleet_ && !scheduled_) schedule();
  });
}

void FleetDriver::schedule() {
  scheduled_ = true;
  if (std::exchange(gathering_, false)) patience_.cancel();
  boost::asio::post(io_, [this] {
    scheduled_ = false;
    run();
  });
}

void FleetDriver::stop() {
  fleet_ = nullptr;
  timer_.cancel();
  patience_.cancel();
}

void FleetDriver::run() {
  if (!fleet_) return;
  const auto began = std::chrono::steady_clock::now();
  crowd_ = std::max<std::size_t>(fleet_->waiting(), 1);
  fleet_->turn();
  taken_ = std::chrono::steady_clock::now() - began;
  arm();
}

void FleetDriver::arm() {
  if (!fleet_) return;
  const auto now = std::chrono::steady_clock::now();
  auto at = now + longest_wait;
  if (const auto due = fleet_->next_deadline())
    at = std::clamp(std::chrono::steady_clock::time_point(*due), now + shortest_wait, at);
  timer_.expires_at(at);
  timer_.async_wait([this](boost::system::error_code error) {
    if (error || !fleet_) return;
    fleet_->post({fleet::Ticked{}});
  });
}

}  // namespace understudy::daemon::app
