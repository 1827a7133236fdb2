#pragma once
#include <expected>
#include <string>

namespace understudy::daemon::app {

/// Makes the directory (0700) and takes its lock, so that one daemon owns it: until this process ends.
[[nodiscard]] std::expected<void, std::string> claim_state_dir(const std::string& path);

/// What the daemon needs beside its own binary: found from where that lies.
struct Installation {
  std::string binary;
  std::string shim;
  std::string dashboard;  ///< may be missing
};
[[nodiscard]] Installation find_installation();

/// Tells systemd, when it started us. "READY=1", "STOPPING=1", "RELOADING=1".
void notify_service_manager(const std::string& state);

}  // namespace understudy::daemon::app
