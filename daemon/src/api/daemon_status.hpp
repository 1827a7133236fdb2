#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace understudy::daemon::api {

/// What the daemon says of itself on /health and /metrics.
struct DaemonStatus {
  std::string version{};
  std::chrono::steady_clock::time_point started{std::chrono::steady_clock::now()};
  std::vector<std::string> runtimes{};           ///< names of those in use
  std::function<std::uint64_t()> log_dropped{};  ///< lines of the log that nobody read
  bool tls{false};                               ///< the listener's
  bool exposed_without_tls{false};  ///< clients of other machines reach it, and others can read what is said
  bool few_open_files{false};       ///< the limit of open files is low for a fleet of this size

  [[nodiscard]] double uptime_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
};

}  // namespace understudy::daemon::api
