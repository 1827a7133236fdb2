#include "understudy/container/latency.hpp"

#include <algorithm>
#include <cmath>

namespace understudy::container {

void Histogram::record(Duration duration) {
  const std::int64_t ms = std::max<std::int64_t>(0, duration.count());
  const auto bucket = std::lower_bound(bounds_ms.begin(), bounds_ms.end(), ms) - bounds_ms.begin();
  ++state_.counts[static_cast<std::size_t>(bucket)];
  ++state_.count;
  state_.sum_ms += ms;
  state_.max_ms = std::max(state_.max_ms, ms);
  state_.last_ms = ms;
}

void Histogram::merge(const Histogram& later) {
  for (std::size_t i = 0; i < state_.counts.size(); ++i) state_.counts[i] += later.state_.counts[i];
  state_.count += later.state_.count;
  state_.sum_ms += later.state_.sum_ms;
  state_.max_ms = std::max(state_.max_ms, later.state_.max_ms);
  if (!later.empty()) state_.last_ms = later.state_.last_ms;
}

std::optional<std::int64_t> Histogram::quantile_ms(double share) const {
  if (empty()) return std::nullopt;
  const double rank = std::clamp(share, 0.0, 1.0) * static_cast<double>(state_.count);
  double below = 0;
  for (std::size_t i = 0; i < state_.counts.size(); ++i) {
    const auto here = static_cast<double>(state_.counts[i]);
    if (here == 0 || below + here < rank) {
      below += here;
      continue;
    }
    const double low = i == 0 ? 0 : static_cast<double>(bounds_ms[i - 1]);
    const double max = static_cast<double>(state_.max_ms);
    const double high = i < bounds_ms.size() ? std::min(static_cast<double>(bounds_ms[i]), max) : max;
    return std::llround(std::min(max, low + (high - low) * (rank - below) / here));
  }
  return state_.max_ms;
}

void ColdStart::record(const Latency& latency) {
  total.record(latency.total);
  queued.record(latency.queued);
  create.record(latency.create);
  start.record(latency.start);
  probe.record(latency.probe);
}

void ColdStart::merge(const ColdStart& later) {
  total.merge(later.total);
  queued.merge(later.queued);
  create.merge(later.create);
  start.merge(later.start);
  probe.merge(later.probe);
}

}  // namespace understudy::container
