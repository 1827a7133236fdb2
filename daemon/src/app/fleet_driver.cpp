#include "app/fleet_driver.hpp"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>

namespace understudy::daemon::app {

using namespace std::chrono_literals;

namespace {

/// Keeps deadlines in the past from spinning.
constexpr auto shortest_wait = 5ms;
/// Deadlines on the wall clock are checked this often, in case that clock is set.
constexpr auto longest_wait = 30s;
/// Longest a turn waits to gather messages.
constexpr std::chrono::steady_clock::duration max_gathering = 2ms;

}  // namespace

void FleetDriver::drive(fleet::Fleet& fleet) {
  fleet_ = &fleet;
  wake();
}

void FleetDriver::wake() {
  if (scheduled_ || under_way_ || !fleet_) return;
  if (fleet_->waiting() >= last_size_) return schedule();
  if (std::exchange(gathering_, true)) return;
  gather_timer_.expires_after(std::min(taken_ / 4, max_gathering));
  gather_timer_.async_wait([this](boost::system::error_code error) {
    if (!error && fleet_ && !scheduled_ && !under_way_) schedule();
  });
}

void FleetDriver::schedule() {
  scheduled_ = true;
  if (std::exchange(gathering_, false)) gather_timer_.cancel();
  boost::asio::post(io_, [this] {
    scheduled_ = false;
    run();
  });
}

void FleetDriver::stop() {
  fleet_ = nullptr;
  timer_.cancel();
  gather_timer_.cancel();
  late_timer_.cancel();
  writer_.join();
}

void FleetDriver::run() {
  if (!fleet_ || under_way_) return;
  const auto waiting = fleet_->waiting();
  auto work = fleet_->begin_turn();
  if (!work) return arm();
  last_size_ = std::max<std::size_t>(waiting, 1);
  under_way_ = true;
  began_ = std::chrono::steady_clock::now();
  watch_for_late();
  writer_.post([this, work = std::move(work), home = boost::asio::make_work_guard(io_)]() mutable {
    work->run();
    for (const auto& file : work->take_env_files()) write_env_file_(file);
    boost::asio::post(home.get_executor(),
                      [this, work = std::move(work)]() mutable { done(std::move(work)); });
  });
}

void FleetDriver::done(std::unique_ptr<fleet::TurnWork> work) {
  if (!fleet_) return;
  under_way_ = false;
  taken_ = std::chrono::steady_clock::now() - began_;
  fleet_->finish(std::move(work));
  arm();
  if (fleet_ && fleet_->waiting() > 0) wake();
}

void FleetDriver::watch_for_late() {
  if (std::exchange(watching_late_, true)) return;
  late_timer_.expires_after(500ms);
  late_timer_.async_wait([this](boost::system::error_code error) {
    watching_late_ = false;
    if (error || !fleet_ || !under_way_) return;
    fleet_->refuse_late();
    watch_for_late();
  });
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
