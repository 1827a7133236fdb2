#pragma once
#include <optional>
#include <span>
#include <vector>

#include "understudy/failover/ledger.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// A ledger row, as far as tier time needs it.
struct TierPoint {
  Instant at{};
  int to_tier{1};
  std::optional<LedgerKind> kind{};  ///< absent: only a later version knows it
};

struct Share {
  Duration time{};
  double percent{0};  ///< one decimal; all shares of a TierTime sum to exactly 100
};

struct TierTime {
  std::vector<Share> tiers{};  ///< one for each tier of the chain
  Share paused{};              ///< not counted for any tier
};

/// How long each tier served in [now - window, now]. `points` are ascending and begin with the last row
/// before the window, if there is one; without rows tier 1 served all the time.
[[nodiscard]] TierTime tier_time(std::span<const TierPoint> points, int chain_length, Duration window,
                                 Instant now);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
