#pragma once
#include <cstdint>

#include "fleet/message.hpp"

/// What becomes of the store's attempts and workers by time alone.
namespace understudy::daemon::agl {

/// Judges attempts that are due, at most so many; the answer is how many they were.
[[nodiscard]] fleet::StoreWrite::Work sweep(std::int64_t limit);
/// Marks workers that have been silent for so long, at most so many; the answer is how many they were.
[[nodiscard]] fleet::StoreWrite::Work mark_stale(double silent_for_s, std::int64_t limit);

}  // namespace understudy::daemon::agl
