#include "http/metrics.hpp"

#include <algorithm>

namespace understudy::daemon::http {

void Metrics::record(const Exchange& exchange) {
  auto route = routes_.find(exchange.route);
  if (route == routes_.end()) route = routes_.try_emplace(std::string(exchange.route)).first;
  RouteCounts& counts = route->second[exchange.method];
  const double seconds = std::chrono::duration<double>(exchange.duration).count();
  const auto bound = std::ranges::lower_bound(RouteCounts::bounds_s, seconds);
  ++counts.count;
  counts.duration_sum_s += seconds;
  ++counts.buckets[static_cast<std::size_t>(bound - RouteCounts::bounds_s.begin())];
  ++counts.by_status_class[static_cast<std::size_t>(std::clamp(exchange.status / 100, 0, 5))];
}

}  // namespace understudy::daemon::http
