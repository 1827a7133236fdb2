#include "app/last_resort.hpp"

#include <unistd.h>

#include <cstdlib>

#include "log/line_writer.hpp"

namespace understudy::daemon::app {

LastResort::~LastResort() {
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  if (watching_.joinable()) watching_.join();
}

void LastResort::end_in(std::chrono::milliseconds limit, int status, std::string sentence) {
  {
    const std::lock_guard lock(mutex_);
    at_ = std::chrono::steady_clock::now() + limit;
    status_ = status;
    sentence_ = std::move(sentence);
  }
  changed_.notify_one();
  if (!watching_.joinable()) watching_ = std::thread([this] { watch(); });
}

void LastResort::watch() {
  std::unique_lock lock(mutex_);
  while (!done_ && std::chrono::steady_clock::now() < at_) changed_.wait_until(lock, at_);
  if (done_) return;
  log::LineWriter(STDERR_FILENO).post("understudyd: " + sentence_ + '\n');
  std::_Exit(status_);
}

}  // namespace understudy::daemon::app
