#pragma once
#include <string>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Mounts that give agents the state directory or a part of it. Follows links, so it reads the disk. These
/// are warnings: in process mode a mount may be meant so.
[[nodiscard]] std::vector<Problem> mounts_of_state(const Config& config, const std::string& state_dir);

}  // namespace understudy::daemon::config
