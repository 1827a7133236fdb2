#pragma once
#include <memory>

#include "fleet/fleet.hpp"
#include "http/audit.hpp"

namespace understudy::daemon::api {

/// Audit entries on their way to the disk.
struct AuditLog {
  http::AuditTrail trail{};                                        ///< not written yet
  std::shared_ptr<int> turns_under_way{std::make_shared<int>(0)};  ///< turns that write entries
};

/// Has the fleet write the pending entries.
void write_audit(AuditLog& audit, fleet::Fleet& fleet);

}  // namespace understudy::daemon::api
