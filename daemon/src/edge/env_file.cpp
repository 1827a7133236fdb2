#include "edge/env_file.hpp"

#include <filesystem>

#include "environment/atomic_file.hpp"

namespace understudy::daemon::edge {

void write_env_file(const fleet::WriteEnvFile& request, Log& log) {
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(request.path).parent_path(), ignored);
  if (const auto written = environment::write_atomically(request.path, request.text); !written)
    log.error("an env file could not be written", {{"instance", request.agent}, {"error", written.error()}});
}

}  // namespace understudy::daemon::edge
