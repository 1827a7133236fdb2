#include "understudy/container/step.hpp"

#include "machine.hpp"

namespace understudy::container {

Step step_with(const Protections& protections, const Policy& policy, Instance&& instance, const Event& event,
               Now now) {
  Step out{std::move(instance), {}, {}};
  Machine machine{protections, policy, now, out};
  std::visit([&machine](const auto& happened) { machine.on(happened); }, event);
  return out;
}

Step step(const Policy& policy, Instance instance, const Event& event, Now now) {
  static constexpr Protections all{};
  return step_with(all, policy, std::move(instance), event, now);
}

bool in_use(const Instance& instance) {
  return !instance.leases.empty() || !instance.waiters.empty();
}

bool nothing_runs(const Instance& instance) {
  switch (instance.phase) {
    case Phase::absent:
    case Phase::stopped:
    case Phase::removing:
    case Phase::backoff:
    case Phase::failed: return true;
    case Phase::starting:
      UNDERSTUDY_CHECK(instance.startup, instance.decision);
      return !instance.startup->adopting;
    case Phase::ready:
    case Phase::busy:
    case Phase::draining:
    case Phase::stopping:
    case Phase::unknown: return false;
  }
  return false;
}

bool is_gone(const Instance& instance) {
  return instance.retired && instance.phase == Phase::absent && instance.container_id.empty() && !instance.op;
}

std::string_view lifecycle_state(const Instance& instance) {
  const Phase phase = instance.phase;
  const bool shows_pause =
      phase == Phase::starting || phase == Phase::ready || phase == Phase::busy || phase == Phase::draining;
  if (shows_pause && instance.paused) return "paused";
  if (phase == Phase::removing) return to_string(Phase::stopping);
  if (phase == Phase::backoff) return to_string(instance.waiters.empty() ? Phase::failed : Phase::starting);
  return to_string(phase);
}

}  // namespace understudy::container
