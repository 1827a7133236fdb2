#include "machine.hpp"

namespace understudy::container {

void Machine::on(const SpecChanged& event) {
  if (event.spec.generation <= it_.desired.generation) return;
  it_.desired = event.spec;
  clear_retry();
  it_.crash_streak = 0;
  if (it_.phase == Phase::failed || it_.phase == Phase::backoff) settle_down(Decision::new_generation);
  kick_now();
}

void Machine::on(const StopRequested& event) {
  if (!event.force && in_use(it_)) return;
  it_.prewarm = false;
  refuse_all(RefuseReason::stopped,
             event.cause == StopCause::task_end ? "stopped to end a task" : "stopped by the operator",
             std::nullopt);
  revoke_all(RevokeCause::stopped, {});
  leases_ended();
  if (up() || it_.phase == Phase::starting || it_.phase == Phase::unknown) it_.pending_stop = event.cause;
  kick_now();
}

void Machine::on(const Deleted& event) {
  it_.retired = true;
  if (it_.phase == Phase::failed || it_.phase == Phase::backoff) settle_down(Decision::deleted);
  it_.prewarm = false;
  refuse_all(RefuseReason::deleted, "the instance was removed", std::nullopt);
  if (event.force) revoke_all(RevokeCause::deleted, {});
  leases_ended();
  kick_now();
}

void Machine::on(const ShutDown& event) {
  it_.shutdown = event.policy;
  it_.prewarm = false;
  refuse_all(RefuseReason::shutdown, "the daemon is shutting down", std::nullopt);
  if (event.policy == ShutdownPolicy::stop_all) revoke_all(RevokeCause::shutdown, {});
  leases_ended();
  kick_now();
}

}  // namespace understudy::container
