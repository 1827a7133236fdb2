#pragma once
#include "fleet/effect.hpp"
#include "ports/log.hpp"

namespace understudy::daemon::edge {

/// Waits for the disk. What goes wrong is logged: the next move of the tier writes it again.
void write_env_file(const fleet::WriteEnvFile& request, Log& log);

}  // namespace understudy::daemon::edge
