#include <algorithm>

#include "machine.hpp"

namespace understudy::container {

void Machine::on(const Admitted& event) {
  if (!it_.op || it_.op->epoch != event.epoch || it_.op->deadline) return;
  it_.op->begun = now_.steady;
  if (it_.op->kind == OpKind::create) {
    it_.op->deadline = now_.steady + policy_.create_timeout;
  } else if (it_.op->kind == OpKind::start) {
    it_.op->deadline = now_.steady + policy_.start_timeout;
    if (it_.startup) it_.startup->deadline = it_.op->deadline;
  }
}

void Machine::on(const OpResult& event) {
  if (!answers(event.epoch, event.kind)) return;
  const Op op = *it_.op;
  it_.op.reset();
  switch (event.kind) {
    case OpKind::create: created(event, op); break;
    case OpKind::start: started(event, op); break;
    case OpKind::stop:
    case OpKind::kill: stop_answered(event, op); break;
    case OpKind::remove: removed(event); break;
    case OpKind::inspect: inspect_failed(event); break;
    case OpKind::probe: probe_failed(event.error); break;
  }
  kick();
}

void Machine::created(const OpResult& result, const Op& op) {
  if (result.answer != Answer::ok) return start_not_done(result);
  it_.container_id = result.container_id;
  it_.applied = result.applied.value_or(startup().asked);
  startup().create = now_.steady - op.begun;
  startup().stage = Stage::start;
  if (it_.phase != Phase::starting) move(Phase::starting, Decision::created);
  if (it_.replaced_generation != 0)
    tell(FactType::recreated).from_generation = std::exchange(it_.replaced_generation, 0);
}

void Machine::started(const OpResult& result, const Op& op) {
  if (result.answer == Answer::not_found) {
    count_failure();
    forget_container();
    if (it_.failed_requests >= 3)
      start_failed(FailureKind::engine, "the container vanished before its start", {});
    return settle_down(Decision::vanished);
  }
  if (result.answer != Answer::ok) return start_not_done(result);
  it_.failed_requests = 0;
  Startup& startup = this->startup();
  startup.start = now_.steady - op.begun;
  startup.started_at = now_.steady;
  startup.next_probe_at = now_.steady;
  if (!startup.deadline) startup.deadline = now_.steady + policy_.start_timeout;
  startup.stage = Stage::look;
  if (result.stamp) {
    it_.incarnation = Incarnation{it_.container_id, *result.stamp};
    startup.stage = Stage::probe;
  }
  if (it_.phase != Phase::starting) move(Phase::starting, Decision::start_answered);
}

/// A create or start without a plain yes. Whatever was said, what counts is what the engine shows next.
void Machine::start_not_done(const OpResult& result) {
  const Ending ending{result.exit_code, result.failure == FailureKind::oom, false, result.log_tail};
  const Duration pace = count_failure();
  switch (result.answer) {
    case Answer::not_found: start_failed(FailureKind::image, result.error, ending); break;
    case Answer::refused: start_failed(result.failure, result.error, ending); break;
    case Answer::unresolved:
      it_.last_error = result.error;
      if (it_.engine_reachable) startup().timeout_error = result.error;
      break;
    case Answer::ok:
    case Answer::already_done:
    case Answer::conflict:
      if (it_.failed_requests >= 3) start_failed(FailureKind::engine, result.error, ending);
      break;
    case Answer::unreachable:
      it_.last_error = result.error;
      return go_unknown(Decision::engine_unreachable, policy_.look_again);
  }
  go_unknown(Decision::start_not_confirmed, pace);
}

void Machine::stop_answered(const OpResult& result, const Op& op) {
  const bool gone = result.answer == Answer::not_found;
  const bool done = result.answer == Answer::ok || result.answer == Answer::already_done;
  if (gone || (done && op.kind == OpKind::stop)) {
    it_.failed_requests = 0;
    end_live(Ending{result.exit_code, false, false, {}});
    it_.stop_intent.reset();
    if (gone) forget_container();
    return settle_down(Decision::stopped);
  }
  if (done) return go_unknown(Decision::killed, {});  // an answered kill is not yet a death
  if (result.answer == Answer::unreachable)
    return go_unknown(Decision::engine_unreachable, policy_.look_again);

  // It may still hit later: this container is never granted or started again.
  if (protections_.quarantine) it_.quarantined_id = it_.container_id;
  it_.last_error = result.error;
  if (it_.live && !policy_.pinned) {
    Fact& fact = tell(FactType::lazy_stop_failed);
    fact.error = result.error;
    fact.kind = result.answer == Answer::unresolved ? FailureKind::timeout : result.failure;
    fact.attempt = it_.stop_tries;
  }
  go_unknown(Decision::stop_not_resolved, count_failure());
}

void Machine::removed(const OpResult& result) {
  if (result.answer != Answer::ok && result.answer != Answer::not_found)
    return go_unknown(Decision::removal_not_resolved,
                      result.answer == Answer::unreachable ? policy_.look_again : count_failure());
  it_.failed_requests = 0;
  if (outdated()) it_.replaced_generation = it_.applied.generation;
  forget_container();
  settle_down(Decision::removed);
}

void Machine::inspect_failed(const OpResult& result) {
  if (result.answer == Answer::not_found) return absorb(Sighting{});
  it_.last_error = result.error;
  if (it_.startup) it_.startup->timeout_error.clear();  // the engine's fault, not the container's
  if (it_.phase != Phase::starting) return go_unknown(Decision::could_not_look, policy_.look_again);
  startup().stage = Stage::look;
  startup().next_probe_at = now_.steady + policy_.look_again;
}

void Machine::on(const Probed& event) {
  if (!answers(event.epoch, OpKind::probe)) return;
  it_.op.reset();
  if (event.passed)
    startup().stage = Stage::confirm;
  else
    probe_failed(event.detail);
  kick();
}

/// Looks before it probes again: the container may have exited, and its event may be lost.
void Machine::probe_failed(const std::string& detail) {
  Startup& startup = this->startup();
  startup.probe_error = detail;
  startup.stage = Stage::look;
  startup.next_probe_at = now_.steady + startup.probe_delay;
  startup.probe_delay = std::min(startup.probe_delay * 3 / 2, policy_.probe_delay_max);
}

}  // namespace understudy::container
