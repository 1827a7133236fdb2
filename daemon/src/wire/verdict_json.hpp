#pragma once
#include <string>

#include "understudy/failover/outcome.hpp"

namespace understudy::daemon::wire {

/// {"kind","failover","retry_after_s"?,"reset_at"?,"rule","evidence"}
[[nodiscard]] std::string verdict_json(const failover::Verdict& verdict);

}  // namespace understudy::daemon::wire
