#include "understudy/container/metrics.hpp"

namespace understudy::container {

void fold(Metrics& metrics, const Fact& fact) {
  switch (fact.type) {
    case FactType::lazy_started:
      ++metrics.starts;
      if (fact.latency) metrics.cold_start.record(*fact.latency);
      return;
    case FactType::lazy_stopped:
      ++metrics.stops;
      if (fact.idle)
        metrics.idle_seconds_total += std::chrono::floor<std::chrono::seconds>(*fact.idle).count();
      return;
    case FactType::lazy_start_failed: ++metrics.start_failures; return;
    case FactType::lazy_stop_failed: ++metrics.stop_failures; return;
    case FactType::crashed: ++metrics.crashes; return;
    case FactType::start_failed:
    case FactType::adopted:
    case FactType::paused:
    case FactType::unpaused:
    case FactType::draining:
    case FactType::recreated:
    case FactType::drift_detected:
    case FactType::lease_revoked:
    case FactType::orphan_found:
    case FactType::engine_unreachable:
    case FactType::engine_recovered:
    case FactType::circuit_open:
    case FactType::circuit_half_open: return;
  }
}

}  // namespace understudy::container
