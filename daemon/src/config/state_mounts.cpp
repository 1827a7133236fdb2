#include "config/state_mounts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "config/reader.hpp"

namespace understudy::daemon::config {

namespace {

namespace fs = std::filesystem;

/// As the kernel will see it; what is not there yet as it is written.
fs::path real(const std::string& path) {
  std::error_code error;
  auto found = fs::weakly_canonical(fs::absolute(path, error), error);
  if (error) found = fs::path(path).lexically_normal();
  return found.has_filename() ? found : found.parent_path();
}

bool holds(const fs::path& outer, const fs::path& inner) {
  return std::ranges::mismatch(outer, inner).in1 == outer.end();
}

}  // namespace

std::vector<Problem> mounts_of_state(const Config& config, const std::string& state_dir) {
  std::vector<Problem> found;
  const auto state = real(state_dir);
  for (const auto& [name, type] : config.agent_types) {
    const auto& mounts = type.container.mounts;
    for (std::size_t i = 0; i < mounts.size(); ++i) {
      const auto source = real(mounts[i].source);
      const bool is_around = holds(source, state);
      if (!is_around && !holds(state, source)) continue;
      found.push_back(
          {fmt::format("/agent_types/{}/container/mounts/{}/source", pointer_escape(name), i),
           fmt::format("{} {} the state directory {}: agents of this type {} there are the daemon's tokens, "
                       "keys and every task; mount something else",
                       mounts[i].source, is_around ? "holds" : "lies in", state.string(),
                       mounts[i].read_only ? "can read what is in it, and"
                                           : "can read and change what is in it, and")});
    }
  }
  return found;
}

}  // namespace understudy::daemon::config
