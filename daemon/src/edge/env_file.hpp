#pragma once
#include <string>

#include "fleet/effect.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::edge {

/// Waits for the disk. A failure is logged: the next change of tier writes it again. The lines that it
/// replaces are kept beside it, the last 64 of them.
void write_env_file(const fleet::WriteEnvFile& request, ports::Log& log);

[[nodiscard]] std::string former_env_file(const std::string& env_file);

}  // namespace understudy::daemon::edge
