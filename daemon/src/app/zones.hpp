#pragma once
#include "understudy/failover/classify.hpp"

namespace understudy::daemon::app {

/// The system's time zone database.
class SystemZones final : public failover::ZoneLookup {
 public:
  [[nodiscard]] std::optional<failover::Instant> to_instant(std::string_view zone,
                                                            std::chrono::local_seconds local) const override;
  [[nodiscard]] std::optional<std::chrono::local_seconds> to_local(std::string_view zone,
                                                                   failover::Instant at) const override;
};

}  // namespace understudy::daemon::app
