#include "machine.hpp"

#include <algorithm>

namespace understudy::container {

bool is_mutating(const Instance& instance) {
  return instance.op && instance.op->kind != OpKind::inspect && instance.op->kind != OpKind::probe;
}

bool Machine::demanded() const {
  if (it_.retired || it_.shutdown || it_.pending_stop || it_.desired.generation == 0) return false;
  return policy_.pinned || policy_.warm || it_.prewarm || !it_.waiters.empty() || !it_.leases.empty();
}

bool Machine::quarantined() const {
  return !it_.container_id.empty() && it_.quarantined_id == it_.container_id;
}

bool Machine::doomed() const {
  return it_.stop_intent.has_value() || quarantined();
}

bool Machine::outdated() const {
  return !it_.container_id.empty() && it_.applied != it_.desired;
}

/// The mark is made with the grant and kept on disk with it: whatever happens to the task, to the container
/// or to the daemon, only a removal takes it away.
bool Machine::spent() const {
  return policy_.ephemeral && protections_.single_use && it_.used && it_.leases.empty();
}

bool Machine::up() const {
  return it_.phase == Phase::ready || it_.phase == Phase::busy || it_.phase == Phase::draining;
}

bool Machine::circuit_open() const {
  return it_.fail_streak >= policy_.circuit_threshold && it_.retry_at && now_.steady < *it_.retry_at;
}

bool Machine::answers(std::uint64_t epoch, OpKind kind) const {
  return it_.op && it_.op->epoch == epoch && it_.op->kind == kind;
}

std::optional<StopCause> Machine::must_stop() const {
  if (it_.retired) return StopCause::deleted;
  if (it_.shutdown && *it_.shutdown != ShutdownPolicy::leave_all) return StopCause::shutdown;
  if (it_.pending_stop) return it_.pending_stop;
  if (outdated()) return StopCause::drain;
  if (spent()) return StopCause::ephemeral;
  return std::nullopt;
}

Startup& Machine::startup() {
  UNDERSTUDY_CHECK(it_.startup, it_.phase, it_.decision);
  return *it_.startup;
}

namespace {

bool may_move(Phase from, Phase to) {
  switch (to) {
    case Phase::ready: return from == Phase::starting || from == Phase::busy;
    case Phase::busy:
      return from == Phase::ready || from == Phase::busy || from == Phase::draining || from == Phase::unknown;
    case Phase::draining: return from == Phase::busy;
    case Phase::removing:
      return from == Phase::absent || from == Phase::stopped || from == Phase::backoff ||
             from == Phase::failed;
    case Phase::absent:
    case Phase::stopped:
    case Phase::starting:
    case Phase::stopping:
    case Phase::backoff:
    case Phase::failed:
    case Phase::unknown: return true;
  }
  return false;
}

}  // namespace

void Machine::move(Phase to, Decision decision) {
  UNDERSTUDY_CHECK(may_move(it_.phase, to), it_.phase, to, decision);
  // Exactly while starting, or while a start of ours is unresolved.
  UNDERSTUDY_CHECK(it_.startup ? to == Phase::starting || to == Phase::unknown : to != Phase::starting, to,
                   decision);
  it_.decision = decision;
  it_.decided_at = now_.wall;
  it_.phase = to;
  if (to != Phase::draining) {
    it_.drain_at.reset();
    it_.interrupted = false;
  }
}

Fact& Machine::tell(FactType type) {
  Fact fact;
  fact.type = type;
  fact.at = now_.wall;
  if (it_.live) {
    fact.incarnation = *it_.live;
  } else if (it_.incarnation) {
    fact.incarnation = *it_.incarnation;
  } else {
    fact.incarnation.container_id = it_.container_id;
  }
  fact.generation = it_.container_id.empty() ? it_.desired.generation : it_.applied.generation;
  fact.from = fact.to = it_.phase;
  return out_.facts.emplace_back(std::move(fact));
}

/// Nothing runs: the phase follows from what exists and from what the last failures allow.
void Machine::settle_down(Decision decision) {
  it_.incarnation.reset();
  it_.startup.reset();
  it_.stop_tries = 0;
  it_.pending_stop.reset();
  it_.paused = false;
  if (it_.retired || !held_back()) {
    move(it_.container_id.empty() ? Phase::absent : Phase::stopped, decision);
  } else if (circuit_open()) {
    move(Phase::failed, decision);
    refuse_all(RefuseReason::circuit_open, it_.last_error, *it_.retry_at - now_.steady);
  } else {
    move(Phase::backoff, decision);
  }
}

bool Machine::held_back() const {
  return it_.retry_at && now_.steady < *it_.retry_at;
}

/// How long it must be up before its failures are forgiven. What the engine starts again within its own
/// patience (Docker counts ten seconds) has proved nothing.
Duration Machine::proof() const {
  return it_.restart_policy.empty() ? policy_.min_up : std::max<Duration>(policy_.min_up, Duration{10'000});
}

void Machine::go_unknown(Decision decision, Duration delay) {
  it_.look_at = now_.steady + delay;
  move(Phase::unknown, decision);
}

/// A look or a probe may be dropped at any time: its late answer has an old epoch.
void Machine::drop_query() {
  if (!is_mutating(it_)) it_.op.reset();
}

void Machine::forget_container() {
  if (it_.quarantined_id == it_.container_id) it_.quarantined_id.clear();
  it_.container_id.clear();
  it_.used = false;
  it_.applied = {};
  it_.restart_policy.clear();
  it_.stop_intent.reset();
}

void Machine::leases_ended() {
  if (!it_.leases.empty() || it_.phase != Phase::busy) return;
  it_.idle_since = now_.steady;
  move(Phase::ready, Decision::last_lease_ended);
}

void Machine::clear_retry() {
  it_.fail_streak = 0;
  it_.retry_delay = {};
  it_.retry_at.reset();
  it_.next_retry_at.reset();
}

/// Counts a request that failed. The first is looked into at once, the next ones after growing pauses.
Duration Machine::count_failure() {
  using std::chrono::milliseconds;
  ++it_.failed_requests;
  if (it_.failed_requests == 1) return {};
  return std::min(milliseconds{5000}, milliseconds{100} * (1 << std::min(it_.failed_requests - 2, 8)));
}

}  // namespace understudy::container
