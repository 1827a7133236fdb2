#pragma once
#include <expected>
#include <string>
#include <vector>

namespace understudy::daemon::app {

/// $XDG_STATE_HOME/understudy, else ~/.local/state/understudy.
[[nodiscard]] std::string default_state_dir();

/// Creates the directory (0700) if it is missing. Refuses one that belongs to another user or that others may
/// change. Makes one that others may read private, and the database in it, with a sentence for each.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> prepare_state_dir(const std::string& path);

/// The same without changing anything: what would be refused is the error, what would be mended the
/// sentences. A directory that is missing has neither.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> inspect_state_dir(const std::string& path);

/// Locks the directory for this daemon until the process ends. Waits up to a second for a killed daemon's
/// children.
[[nodiscard]] std::expected<void, std::string> claim_state_dir(const std::string& path);

/// Whether a daemon holds the lock.
[[nodiscard]] bool is_claimed(const std::string& path);

/// A sentence if everybody on this machine can read a configuration with secrets; else empty.
[[nodiscard]] std::string readable_secrets(const std::string& config_path, bool has_secrets);

/// Files of the installation, found relative to the binary.
struct Installation {
  std::string binary;
  std::string shim;
  std::string dashboard;  ///< may be missing
};
[[nodiscard]] Installation find_installation();

/// Copies the shim into the state directory, and returns where. For a daemon in a container: the engine takes
/// the paths of mounts from its own machine, where the state directory has the same path and our /usr is
/// missing.
[[nodiscard]] std::expected<std::string, std::string> share_shim(const Installation& installation,
                                                                 const std::string& state_dir);

/// Notifies systemd, if it started us: "READY=1", "STOPPING=1", "RELOADING=1".
void notify_service_manager(const std::string& state);

}  // namespace understudy::daemon::app
