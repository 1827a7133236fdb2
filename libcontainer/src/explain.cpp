#include "understudy/container/explain.hpp"

#include "timers.hpp"

namespace understudy::container {
namespace {

std::string whole_seconds(Duration duration) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(duration).count()) + " s";
}

Guard timed(GuardName name, bool counts, Duration actual, Duration needed) {
  return {name, counts && actual >= needed, whole_seconds(actual) + " of " + whole_seconds(needed),
          actual.count(), needed.count()};
}

std::vector<Guard> idle_guards(const Policy& policy, const Instance& it, Steady now) {
  const bool ready = it.phase == Phase::ready;
  const Duration idle = ready ? now - it.idle_since : Duration{};
  const Duration up = ready ? now - it.ready_since : Duration{};
  const auto leases = static_cast<std::int64_t>(it.leases.size());
  const auto waiters = static_cast<std::int64_t>(it.waiters.size());
  const bool may_idle = policy.idle_window > Duration{};
  return {
      {GuardName::ready, ready, std::string{to_string(it.phase)}, {}, {}},
      {GuardName::no_leases, leases == 0, std::to_string(leases) + " leases", leases, {}},
      {GuardName::nobody_waits, waiters == 0, std::to_string(waiters) + " waiting", waiters, {}},
      {GuardName::not_pinned, !policy.pinned, policy.pinned ? "pinned" : "lazy", {}, {}},
      {GuardName::not_kept_warm, !policy.warm, policy.warm ? "warm" : "no", {}, {}},
      may_idle ? timed(GuardName::idle_window, ready, idle, policy.idle_window)
               : Guard{GuardName::idle_window, false, "never", {}, {}},
      timed(GuardName::up_long_enough, ready, up, policy.min_up),
      {GuardName::engine_reachable, it.engine_reachable, it.engine_reachable ? "yes" : "no", {}, {}},
      {GuardName::no_request, !it.op, it.op ? std::string{to_string(it.op->kind)} : "none", {}, {}},
      {GuardName::not_shutting_down, !it.shutdown, it.shutdown ? "shutting down" : "no", {}, {}},
  };
}

}  // namespace

Explanation explain(const Policy& policy, const Instance& instance, Now now) {
  Explanation told;
  told.phase = instance.phase;
  told.decision = instance.decision;
  told.decided_at = instance.decided_at;
  told.last_error = instance.last_error;
  told.idle_stop = idle_guards(policy, instance, now.steady);
  for_each_timer(policy, instance, [&told](const Timer& timer) {
    if (!told.next || timer.at < told.next->at) told.next = timer;
  });
  return told;
}

}  // namespace understudy::container
