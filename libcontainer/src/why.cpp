#include "understudy/container/why.hpp"

#include "timers.hpp"

namespace understudy::container {
namespace {

std::string seconds(Duration duration) {
  return std::to_string(std::chrono::floor<std::chrono::seconds>(duration).count()) + " s";
}

std::vector<Guard> idle_guards(const Policy& policy, const Instance& it, Steady now) {
  const bool ready = it.phase == Phase::ready;
  const Duration idle = ready ? now - it.idle_since : Duration{};
  const Duration up = ready ? now - it.ready_since : Duration{};
  return {
      {"ready", ready, std::string{to_string(it.phase)}},
      {"no leases", it.leases.empty(), std::to_string(it.leases.size()) + " leases"},
      {"nobody waits", it.waiters.empty(), std::to_string(it.waiters.size()) + " waiting"},
      {"not pinned", !policy.pinned, policy.pinned ? "pinned" : "lazy"},
      {"not kept warm", !policy.warm, policy.warm ? "warm" : "no"},
      {"idle window", policy.idle_window > Duration{} && ready && idle >= policy.idle_window,
       policy.idle_window > Duration{} ? seconds(idle) + " of " + seconds(policy.idle_window) : "never"},
      {"up long enough", ready && up >= policy.min_up, seconds(up) + " of " + seconds(policy.min_up)},
      {"engine reachable", it.engine_reachable, it.engine_reachable ? "yes" : "no"},
      {"no request in flight", !it.op, it.op ? std::string{to_string(it.op->kind)} : "none"},
      {"not shutting down", !it.closing, it.closing ? "shutting down" : "no"},
  };
}

}  // namespace

Why why(const Policy& policy, const Instance& instance, Now now) {
  Why told;
  told.phase = instance.phase;
  told.decision = instance.decision;
  told.decided_at = instance.decided_at;
  told.last_error = instance.last_error;
  told.idle_stop = idle_guards(policy, instance, now.steady);
  for_each_timer(policy, instance, [&told](std::string_view name, Steady at) {
    if (!told.next || at < told.next->at) told.next = Timer{name, at};
  });
  return told;
}

}  // namespace understudy::container
