#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "config/model.hpp"

namespace understudy::daemon::app {

struct OpenFiles {
  std::uint64_t former{0};  ///< the soft limit at our start, restored for children
  std::uint64_t most{0};    ///< the limit now
};

/// Raises the soft limit of open files to the hard one and protects our memory: no core dumps, also of
/// children, and only root may inspect the process. Large blocks go back to the system when they are freed.
[[nodiscard]] OpenFiles prepare_process();

/// A sentence if a fleet of this size may run out of descriptors.
[[nodiscard]] std::optional<std::string> too_few_open_files(const config::Config& config, std::uint64_t most);
/// The hard limit of this process.
[[nodiscard]] std::uint64_t max_open_files();

}  // namespace understudy::daemon::app
