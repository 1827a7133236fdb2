#include "understudy/container/metrics.hpp"

namespace understudy::container {

void fold(Metrics& metrics, const Fact& fact) {
  if (fact.type == FactType::lazy_start_failed) ++metrics.start_failures;
  if (fact.type == FactType::lazy_stop_failed) ++metrics.stop_failures;
  if (fact.type == FactType::crashed) ++metrics.crashes;
  if (fact.type == FactType::lazy_started) {
    ++metrics.starts;
    if (fact.latency) metrics.cold_start.record(*fact.latency);
  }
  if (fact.type == FactType::lazy_stopped) {
    ++metrics.stops;
    if (fact.idle) metrics.idle_seconds_total += std::chrono::floor<std::chrono::seconds>(*fact.idle).count();
  }
}

}  // namespace understudy::container
