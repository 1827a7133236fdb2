#pragma once
#include <string>
#include <vector>

#include "config/parse.hpp"

namespace understudy::daemon::config {

/// Mounts that bring the state directory, or a part of it, before an agent. Links are followed, so it looks
/// at the disk. Not refused: a configuration of process mode may mean it.
[[nodiscard]] std::vector<Problem> mounts_of_state(const Config& config, const std::string& state_dir);

}  // namespace understudy::daemon::config
