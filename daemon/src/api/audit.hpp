#pragma once
#include <optional>

#include "api/world.hpp"
#include "fleet/message.hpp"

namespace understudy::daemon::api {

/// What waits to be written into the audit log, as a message; nothing when nothing does.
[[nodiscard]] std::optional<fleet::What> audit_write(World& world);

}  // namespace understudy::daemon::api
