#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace understudy::daemon::app {

/// Ends the process when it does not end by itself: threads stuck on a disk cannot be ended one by one.
class LastResort {
 public:
  LastResort() = default;
  ~LastResort();
  LastResort(const LastResort&) = delete;
  LastResort& operator=(const LastResort&) = delete;

  /// Unless this is destroyed or called again within the limit, prints the sentence and exits with the
  /// status. What is not on disk by then is lost.
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
