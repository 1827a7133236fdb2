#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/credentials.hpp"
#include "config/key_file.hpp"
#include "fleet/ports.hpp"

namespace understudy::daemon::app {

/// Providers' keys outside the configuration: in the daemon's own environment, and in files, as these were
/// last read. Thread-safe; reads no file itself.
class ProviderKeys final : public fleet::Keys {
 public:
  [[nodiscard]] std::optional<std::string> find(const std::string& variable) const override;
  [[nodiscard]] std::expected<std::string, std::string> in_file(const std::string& path) const override;

  /// What was found in a file; true when it is another key than before, the first one, or none any more. A
  /// key is given up only when it is missing twice: its file may be about to be written again.
  bool note(const std::string& path, const config::KeyFile& found);
  /// Where the files are, links followed and not: what no agent may read.
  [[nodiscard]] std::vector<std::string> places() const;
  /// Forgets all other files.
  void keep(const std::vector<std::string>& paths);

 private:
  struct Known {
    std::expected<std::string, std::string> key;
    std::string place;
    bool is_missing{false};  ///< at the last look, though `key` still stands
  };

  mutable std::mutex mutex_{};
  std::map<std::string, Known> files_{};
};

/// Reads every file that the configuration names; warns of those that others can read.
[[nodiscard]] std::vector<config::Problem> read_key_files(const config::Config& config, ProviderKeys& keys);

/// Warnings: which provider has no key, and which tiers need it.
[[nodiscard]] std::vector<config::Problem> missing_keys(const config::Config& config,
                                                        const fleet::Keys& keys);

}  // namespace understudy::daemon::app
