#include "understudy/failover/tier_time.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

bool pauses(const std::optional<LedgerKind>& kind) {
  return kind == LedgerKind{Change::pause} || kind == LedgerKind{Change::exhausted};
}
bool resumes(const std::optional<LedgerKind>& kind) {
  return kind == LedgerKind{Change::unpause} || kind == LedgerKind{Change::auto_resume} ||
         kind == LedgerKind{Change::manual_reset};
}

/// Tenths of a percent by largest remainder, so that they sum to exactly 1000.
void fill_percent(std::vector<Share*> shares) {
  const auto sum = [](const std::vector<std::int64_t>& parts) {
    return std::accumulate(parts.begin(), parts.end(), std::int64_t{0});
  };
  std::vector<std::int64_t> parts;
  for (const Share* share : shares) parts.push_back(share->time.count());
  // Coarser units for a window so long that a thousand times its length would overflow.
  const std::int64_t unit = sum(parts) / (std::numeric_limits<std::int64_t>::max() / 1000) + 1;
  for (auto& part : parts) part /= unit;
  const std::int64_t total = sum(parts);
  if (total <= 0) {
    if (!shares.empty()) shares.front()->percent = 100;
    return;
  }
  std::vector<std::int64_t> tenths(parts.size());
  std::vector<std::size_t> order(parts.size());
  for (std::size_t i = 0; i < parts.size(); ++i) {
    tenths[i] = parts[i] * 1000 / total;
    order[i] = i;
  }
  std::int64_t given = sum(tenths);
  const auto rest = [&](std::size_t i) { return parts[i] * 1000 % total; };
  std::sort(order.begin(), order.end(),
            [&](auto a, auto b) { return rest(a) != rest(b) ? rest(a) > rest(b) : a < b; });
  for (std::size_t i = 0; given < 1000; ++i, ++given) ++tenths[order[i % order.size()]];
  for (std::size_t i = 0; i < shares.size(); ++i) shares[i]->percent = static_cast<double>(tenths[i]) / 10.0;
}

}  // namespace

TierTime tier_time(std::span<const TierPoint> points, int chain_length, Duration window, Instant now) {
  TierTime result;
  result.tiers.resize(static_cast<std::size_t>(std::max(chain_length, 1)));
  const Instant begin = now - std::max(window, Duration{0});
  Instant at = begin;
  int tier = 1;
  bool paused = false;
  const auto spend_until = [&](Instant end) {
    end = std::clamp(end, begin, now);
    if (end <= at) return;
    const auto index =
        static_cast<std::size_t>(std::clamp(tier, 1, static_cast<int>(result.tiers.size()))) - 1;
    (paused ? result.paused : result.tiers[index]).time += end - at;
    at = end;
  };
  for (const auto& point : points) {
    spend_until(point.at);
    tier = point.to_tier;
    if (pauses(point.kind)) paused = true;
    if (resumes(point.kind)) paused = false;
  }
  spend_until(now);
  std::vector<Share*> shares;
  for (auto& share : result.tiers) shares.push_back(&share);
  shares.push_back(&result.paused);
  fill_percent(std::move(shares));
  return result;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
