#include <algorithm>

#include "machine.hpp"

namespace understudy::container {

void Machine::on(const Inspected& event) {
  if (!answers(event.epoch, OpKind::inspect)) return;
  it_.op.reset();
  absorb(event.seen);
  kick();
}

/// A listing may be older than what we know. Only right after a restart do we know nothing better.
void Machine::on(const Snapshot& event) {
  if (it_.op || !it_.engine_reachable) return;
  if (it_.phase == Phase::unknown && it_.adopting) {
    absorb(event.seen);
    return kick();
  }
  if (it_.phase == Phase::unknown || it_.phase == Phase::starting || agrees(event.seen)) return;
  look();
}

bool Machine::agrees(const Sighting& seen) const {
  if (!seen.found) return it_.container_id.empty();
  if (seen.container_id != it_.container_id || seen.spec != it_.applied || seen.stopping) return false;
  if (!up()) return !seen.running;
  return seen.running && seen.paused == it_.paused &&
         it_.incarnation == Incarnation{seen.container_id, seen.stamp};
}

void Machine::on(const Restarted&) {
  Instance fresh;
  static_cast<Persisted&>(fresh) = std::move(static_cast<Persisted&>(it_));
  fresh.epoch = it_.epoch;
  it_ = std::move(fresh);
  it_.adopting = true;
  go_unknown(Decision::daemon_started, {});
  // Whether that stop still hits is not known, even if the container is found stopped.
  if (it_.stop_intent && protections_.quarantine)
    it_.quarantined_id = it_.stop_intent->incarnation.container_id;
  if (!it_.leases.empty()) it_.incarnation = it_.leases.front().incarnation;
  for (Lease& lease : it_.leases) {
    const Duration held = std::max(Duration{}, now_.wall - lease.granted_at);
    lease.hard_cap_at = now_.steady + std::max(Duration{}, policy_.lease_cap - held);
    lease.expires_at = std::min(now_.steady + policy_.lease_ttl, lease.hard_cap_at);
  }
  if (it_.next_retry_at) {
    const Duration longest = std::max(policy_.half_open_after, policy_.backoff_max);
    it_.retry_at = now_.steady + std::clamp(*it_.next_retry_at - now_.wall, Duration{}, longest);
  }
}

void Machine::absorb(const Sighting& seen) {
  const bool after_restart = std::exchange(it_.adopting, false);
  if (!seen.found) return vanished(after_restart);
  if (seen.container_id != it_.container_id) {
    take_over(seen);
  } else if (seen.spec != it_.applied) {
    Fact& fact = tell(FactType::drift_detected);
    fact.from_generation = it_.applied.generation;
    fact.generation = seen.spec.generation;
    it_.applied = seen.spec;
  }
  it_.restart_policy = seen.restart_policy;
  if (seen.stopping) return go_unknown(Decision::in_between, std::max(count_failure(), Duration{100}));
  if (seen.running) return found_running(seen, after_restart);
  found_stopped(seen, after_restart);
}

void Machine::vanished(bool after_restart) {
  const RevokeCause cause = after_restart ? RevokeCause::lost_on_restart : RevokeCause::instance_crashed;
  revoke_all(cause, {});
  end_live({}, cause);
  forget_container();
  fail_start(FailureKind::exit, "the container was removed while it started", {});
  settle_down(Decision::not_found);
}

/// A start of ours was sent and nothing runs: it was answered, or the engine had all the time it wanted and
/// answers other questions.
void Machine::fail_start(FailureKind kind, const std::string& error, const Ending& ending) {
  if (!it_.startup || it_.startup->adopting) return;
  const auto timeout_error = it_.startup->timeout_error;
  const bool answered = it_.startup->stage != Stage::create && it_.startup->stage != Stage::start;
  if (!timeout_error.empty()) return start_failed(FailureKind::timeout, timeout_error, ending);
  if (answered) start_failed(kind, error, ending);
}

/// The engine has another container for us than we knew: a create that was answered late, or somebody's own.
void Machine::take_over(const Sighting& seen) {
  if (!it_.container_id.empty()) {
    revoke_all(RevokeCause::instance_crashed, {});
    end_live({});
    forget_container();
  }
  it_.container_id = seen.container_id;
  it_.used = policy_.ephemeral && !seen.stamp.empty();  // having run, it may have served somebody
  it_.applied = seen.spec;
  it_.incarnation.reset();
}

void Machine::found_stopped(const Sighting& seen, bool after_restart) {
  const Ending ending{seen.exit_code, seen.oom, false, seen.log_tail};
  if (it_.stop_intent && protections_.quarantine) it_.quarantined_id = it_.container_id;
  if (it_.live || !it_.leases.empty()) {
    died(ending, after_restart ? RevokeCause::lost_on_restart : RevokeCause::instance_crashed);
    it_.stop_intent.reset();
    return;
  }
  it_.stop_intent.reset();
  fail_start(ending.oom ? FailureKind::oom : FailureKind::exit, exited_too_early(ending), ending);
  settle_down(Decision::found_stopped);
}

void Machine::found_running(const Sighting& seen, bool after_restart) {
  const Incarnation incarnation{seen.container_id, seen.stamp};
  if (it_.live && *it_.live != incarnation && !it_.stop_intent) died({}, RevokeCause::instance_crashed);
  if (doomed()) {
    it_.incarnation = incarnation;
    revoke_all(RevokeCause::instance_crashed, {});
    return begin_stop(StopCause::unready);
  }
  if (!it_.leases.empty() && it_.leases.front().incarnation != incarnation)
    revoke_all(RevokeCause::instance_crashed, {});
  // The engine starts again what we hold back after its crashes: one of the two must stop.
  if (!it_.startup && !it_.restart_policy.empty() && held_back()) {
    it_.incarnation = incarnation;
    return begin_stop(StopCause::unready);
  }
  note_paused(seen.paused);
  if (!it_.leases.empty()) {
    it_.incarnation = incarnation;
    if (it_.phase == Phase::busy || it_.phase == Phase::draining) return;
    it_.ready_since = now_.steady;
    move(Phase::busy, Decision::found_with_leases);
    if (after_restart) tell(FactType::adopted);
    return;
  }
  if (it_.phase == Phase::ready && it_.incarnation == incarnation) return;
  const bool confirmed =
      it_.startup && it_.startup->stage == Stage::confirm && it_.incarnation == incarnation;
  it_.incarnation = incarnation;
  if (confirmed && it_.phase == Phase::starting) return become_ready();
  if (!it_.startup) return adopt(seen, after_restart);
  it_.startup->timeout_error.clear();
  const bool unanswered = it_.startup->stage == Stage::create || it_.startup->stage == Stage::start;
  if (unanswered) {  // the start had no plain answer, yet it runs
    it_.startup->started_at = now_.steady;
    it_.startup->deadline = now_.steady + policy_.start_timeout;
  }
  it_.startup->stage = Stage::probe;
  if (it_.phase != Phase::starting) move(Phase::starting, Decision::found_running);
}

void Machine::note_paused(bool paused) {
  if (it_.paused == paused) return;
  it_.paused = paused;
  tell(paused ? FactType::paused : FactType::unpaused);
  if (!paused && it_.startup && it_.startup->deadline)
    it_.startup->deadline = now_.steady + policy_.start_timeout;
}

void Machine::adopt(const Sighting& seen, bool after_restart) {
  Startup startup;
  startup.stage = Stage::probe;
  startup.adopting = true;
  startup.after_restart = after_restart;
  startup.wanted_at = startup.started_at = now_.steady;
  startup.probe_delay = policy_.probe_delay;
  startup.deadline = now_.steady + policy_.start_timeout;
  startup.used_at = std::min(now_.wall, seen.started_at.value_or(now_.wall));
  if (it_.last_used_at) startup.used_at = std::max(startup.used_at, std::min(now_.wall, *it_.last_used_at));
  it_.startup = std::move(startup);
  move(Phase::starting, Decision::found_running);
}

}  // namespace understudy::container
