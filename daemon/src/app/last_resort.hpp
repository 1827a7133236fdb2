#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace understudy::daemon::app {

/// Ends the process when its end does not come by itself: a disk that does not answer keeps threads for as
/// long as it likes, and they cannot be ended one by one.
class LastResort {
 public:
  LastResort() = default;
  ~LastResort();
  LastResort(const LastResort&) = delete;
  LastResort& operator=(const LastResort&) = delete;

  /// From now on: unless this is destroyed or called again within that time, the sentence is said and the
  /// process ends with that status. What is not on disk by then is lost.
  void end_in(std::chrono::milliseconds limit, int status, std::string sentence);

 private:
  void watch();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::chrono::steady_clock::time_point at_{};
  int status_{1};
  std::string sentence_;
  bool done_{false};
  std::thread watching_;
};

}  // namespace understudy::daemon::app
