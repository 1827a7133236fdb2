#pragma once
#include <string_view>

namespace understudy::daemon::config {

/// Variables that name or pay for a tier, or choose its vendor: agent.env, the same for all tiers, cannot set
/// them.
[[nodiscard]] bool belongs_to_tier(std::string_view name);
/// Variables that only the daemon sets, since the tier machine decides on retries.
[[nodiscard]] bool belongs_to_daemon(std::string_view name);

}  // namespace understudy::daemon::config
