#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "config/model.hpp"

namespace understudy::daemon::app {

struct OpenFiles {
  std::uint64_t former{0};  ///< the soft limit as we were started; our children get it back
  std::uint64_t most{0};    ///< what we have now
};

/// Raises the soft limit of open files to the hard one, and sees to it that no memory of ours is written down
/// or read: no core dumps, here and in all that we start, and nobody but root may look into the process. The
/// memory of large blocks goes back to the system when they are freed.
[[nodiscard]] OpenFiles prepare_process();

/// A sentence when a fleet of this size may run out of descriptors.
[[nodiscard]] std::optional<std::string> too_few_open_files(const config::Config& config, std::uint64_t most);
/// The hard limit of this process.
[[nodiscard]] std::uint64_t max_open_files();

}  // namespace understudy::daemon::app
