#pragma once
#include <cstdint>

#include "understudy/container/latency.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// Running totals of one instance, persisted as they are: boot reads them, never the history.
struct Metrics {
  std::int64_t starts{0};
  std::int64_t stops{0};
  std::int64_t start_failures{0};
  std::int64_t stop_failures{0};
  std::int64_t crashes{0};
  ColdStart cold_start{};
  std::int64_t idle_seconds_total{0};  ///< idle time that idle stops ended, whole seconds each
  bool operator==(const Metrics&) const = default;
};

void fold(Metrics& metrics, const Fact& fact);

}  // namespace understudy::container
#pragma GCC visibility pop
