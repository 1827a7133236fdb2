#pragma once
#include "api/world.hpp"

namespace understudy::daemon::api {

/// Sends what waits for the audit log on its way there.
void write_audit(World& world);

}  // namespace understudy::daemon::api
