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
  switch (instance.phase) {
    case Phase::starting:
    case Phase::ready:
    case Phase::busy:
    case Phase::draining: return instance.paused ? "paused" : to_string(instance.phase);
    case Phase::removing: return to_string(Phase::stopping);
    case Phase::backoff: return to_string(instance.waiters.empty() ? Phase::failed : Phase::starting);
    case Phase::absent:
    case Phase::stopped:
    case Phase::stopping:
    case Phase::failed:
    case Phase::unknown: return to_string(instance.phase);
  }
  return "?";
}

}  // namespace understudy::container
