#pragma once
#include <memory>

#include "fleet/fleet.hpp"
#include "http/audit.hpp"

namespace understudy::daemon::api {

/// The audit log's way to the disk.
struct AuditLog {
  http::AuditTrail trail{};                                        ///< what is not on disk yet
  std::shared_ptr<int> turns_under_way{std::make_shared<int>(0)};  ///< turns that write some of it
};

/// Posts what waits for the audit log to the fleet, which writes it.
void write_audit(AuditLog& audit, fleet::Fleet& fleet);

}  // namespace understudy::daemon::api
