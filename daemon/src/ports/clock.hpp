#pragma once
#include <chrono>

namespace understudy::daemon::ports {

/// The two times of the daemon. Wall time is what people see and what disk keeps; steady time measures.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual std::chrono::sys_time<std::chrono::milliseconds> wall() const = 0;
  [[nodiscard]] virtual std::chrono::milliseconds steady() const = 0;
};

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::sys_time<std::chrono::milliseconds> wall() const override {
    return std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] std::chrono::milliseconds steady() const override {
    return std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::steady_clock::now().time_since_epoch());
  }
};

}  // namespace understudy::daemon::ports
