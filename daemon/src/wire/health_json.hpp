#pragma once
#include <string>

#include "understudy/failover/health_entry.hpp"

namespace understudy::daemon::wire {

/// The contract's `health`. Reason and agent are given as they are: who may not read what providers wrote
/// gets an entry with the kind's name for the reason. What is well has neither.
[[nodiscard]] std::string health_json(failover::Scope scope, const failover::Entry& entry,
                                      failover::Instant now);
/// Of what has no entry.
[[nodiscard]] std::string closed_health_json(failover::Scope scope);

}  // namespace understudy::daemon::wire
