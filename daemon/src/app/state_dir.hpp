#pragma once
#include <expected>
#include <string>
#include <vector>

namespace understudy::daemon::app {

/// Makes the directory (0700) when it is not there. One that belongs to somebody else, or that others may
/// change, is refused; one that others may read is narrowed, as are the files of the database in it. What was
/// narrowed, a sentence each.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> prepare_state_dir(const std::string& path);

/// Takes the directory's lock, so that one daemon owns it: until this process ends. Waits a second at most
/// for the last moments of one that was killed.
[[nodiscard]] std::expected<void, std::string> claim_state_dir(const std::string& path);

/// Whether a daemon owns it now.
[[nodiscard]] bool is_claimed(const std::string& path);

/// A sentence when anybody on this machine can read a configuration that has secrets in it; else empty.
[[nodiscard]] std::string readable_secrets(const std::string& config_path, bool has_secrets);

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
