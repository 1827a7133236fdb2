#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace understudy::daemon::api {

/// The daemon's own values on /health and /metrics.
struct DaemonStatus {
  std::string version{};
  std::chrono::steady_clock::time_point started{std::chrono::steady_clock::now()};
  std::vector<std::string> runtimes{};           ///< names
  std::function<std::uint64_t()> log_dropped{};  ///< log lines that nobody read in time
  bool tls{false};                               ///< on the listener
  bool exposed_without_tls{false};               ///< reachable from other machines in plain text
  bool few_open_files{false};                    ///< the limit of open files is too low for this fleet
  bool demo{false};                              ///< `serve --demo`: providers fail as scripted

  [[nodiscard]] double uptime_s() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  }
};

}  // namespace understudy::daemon::api
