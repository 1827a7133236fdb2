#include "machine.hpp"

namespace understudy::container {

/// A death notice may be about an older life, may come before the answer of the request that caused it, or
/// never.
void Machine::on(const EngineDied& event) {
  if (is_mutating(it_)) return;  // its answer decides
  const bool looking = it_.phase == Phase::unknown && it_.op && it_.incarnation;
  if (!up() && it_.phase != Phase::starting && !looking) return;
  if (protections_.incarnation_check) {
    if (event.incarnation.container_id != it_.container_id || !it_.incarnation) return;
    const bool whichever = event.incarnation.stamp.empty();
    if (whichever ||
        (looking && event.incarnation == *it_.incarnation)) {  // the look under way may be out of date
      it_.op.reset();
      if (it_.phase == Phase::starting) startup().stage = Stage::look;
      return look();
    }
    if (event.incarnation != *it_.incarnation) return;
  }
  it_.op.reset();
  const Ending ending{event.exit_code, event.oom, event.external, event.log_tail};
  const bool failed_start = it_.phase == Phase::starting && !startup().adopting;
  died(ending, event.external ? RevokeCause::external_stop : RevokeCause::instance_crashed);
  if (failed_start) {
    start_failed(ending.oom ? FailureKind::oom : FailureKind::exit, exited_too_early(ending), ending);
    settle_down(Decision::start_failed);
  }
  kick();
}

void Machine::on(const EngineStarted& event) {
  if (it_.op || !it_.engine_reachable || it_.phase == Phase::unknown || it_.phase == Phase::starting) return;
  if (!it_.container_id.empty() && event.incarnation.container_id != it_.container_id) return;
  if (up() && (event.incarnation.stamp.empty() || event.incarnation == it_.incarnation)) return;
  look();
}

/// A look shows its state; one under way may be out of date.
void Machine::on(const EngineChanged& event) {
  if (!it_.engine_reachable || event.incarnation.container_id != it_.container_id) return;
  if (is_mutating(it_)) return;
  if (!up() && it_.phase != Phase::starting && it_.phase != Phase::unknown) return;
  if (it_.phase == Phase::starting) {
    if (startup().stage == Stage::create || startup().stage == Stage::start) return;
    startup().stage = Stage::look;
  }
  drop_query();
  look();
}

/// What is believed stays, and so do leases: the work may well go on without the engine's daemon.
void Machine::on(const EngineUnreachable&) {
  if (!it_.engine_reachable) return;
  it_.engine_reachable = false;
  if (it_.startup) it_.startup->timeout_error.clear();  // the engine's fault, not the container's
  drop_query();
  go_unknown(Decision::engine_unreachable, {});
}

void Machine::on(const EngineRecovered&) {
  if (it_.engine_reachable) return;
  it_.engine_reachable = true;
  if (it_.startup && it_.startup->deadline) it_.startup->deadline = now_.steady + policy_.start_timeout;
  if (!it_.op) go_unknown(Decision::engine_recovered, {});
  kick();
}

}  // namespace understudy::container
