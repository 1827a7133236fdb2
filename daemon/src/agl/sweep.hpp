#pragma once
#include <cstdint>

#include "fleet/message.hpp"

/// Timeouts of the store's attempts and workers.
namespace understudy::daemon::agl {

/// Judges up to `limit` overdue attempts; answers how many.
[[nodiscard]] fleet::StoreWrite::Work sweep(std::int64_t limit);
/// Marks up to `limit` workers without a heartbeat for `silent_for_s`; answers how many.
[[nodiscard]] fleet::StoreWrite::Work mark_stale(double silent_for_s, std::int64_t limit);

}  // namespace understudy::daemon::agl
