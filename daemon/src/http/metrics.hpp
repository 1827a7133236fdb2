#pragma once
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// One finished exchange, for metrics and the access log. Views live for the call only.
struct Exchange {
  Method method{Method::get};
  std::string_view route{};  // pattern; "(static)", or "(none)" when nothing matched
  std::string_view path{};
  std::string_view peer{};
  int status{0};
  std::chrono::steady_clock::duration duration{};  // from the complete header to the last byte written
};

struct RouteCounts {
  static constexpr std::array<double, 9> bounds_s{0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.25, 1, 10};
  std::uint64_t count{0};
  double duration_sum_s{0};
  std::array<std::uint64_t, bounds_s.size() + 1> buckets{};  // not cumulative; the last is +Inf
  std::array<std::uint64_t, 6> by_status_class{};            // [2] counts 2xx
};

/// Counters by route and method; bounded by the number of routes. Streams count when they end.
class Metrics {
 public:
  void record(const Exchange& exchange) {
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

  using Routes = std::map<std::string, std::map<Method, RouteCounts>, std::less<>>;
  [[nodiscard]] const Routes& routes() const { return routes_; }

 private:
  Routes routes_;
};

}  // namespace understudy::daemon::http
