#include <algorithm>

#include "machine.hpp"
#include "timers.hpp"

namespace understudy::container {

bool idle_window_over(const Policy& policy, const Instance& instance, Steady now) {
  return policy.idle_window > Duration{} && now - instance.idle_since >= policy.idle_window &&
         now - instance.ready_since >= policy.min_up;
}

/// Every guard, at the commit point. explain() lists them one by one.
bool Machine::idle_stop_due() const {
  if (it_.op || !it_.engine_reachable || it_.shutdown || policy_.pinned || policy_.warm) return false;
  if (!idle_window_over(policy_, it_, now_.steady)) return false;
  if (!protections_.commit_recheck) return it_.phase == Phase::ready || it_.phase == Phase::busy;
  return it_.phase == Phase::ready && it_.leases.empty() && it_.waiters.empty();
}

void Machine::on(const Ticked&) {
  expire_waiters();
  expire_leases();
  expire_op();
  mature();
  if (it_.engine_reachable) {
    expire_drain();
    if (it_.phase == Phase::starting && !is_mutating(it_) && !it_.paused && startup().deadline &&
        now_.steady >= *startup().deadline)
      expire_start();
    if ((it_.phase == Phase::backoff || it_.phase == Phase::failed) && !it_.op && it_.retry_at &&
        now_.steady >= *it_.retry_at) {
      if (it_.phase == Phase::failed) tell(FactType::circuit_half_open).attempt = it_.fail_streak;
      it_.retry_at.reset();
      it_.next_retry_at.reset();
      settle_down(Decision::retry_due);
    }
    if (idle_stop_due()) return begin_stop(StopCause::idle);
  }
  kick();
}

void Machine::expire_waiters() {
  std::erase_if(it_.waiters, [this](const Waiter& waiter) {
    if (!waiter.deadline || now_.steady < *waiter.deadline) return false;
    std::string message{"not ready in time"};
    if (!it_.engine_reachable) {
      message += ": the container engine is unreachable";
    } else if (!it_.last_error.empty()) {
      message.append(": ").append(it_.last_error);
    }
    out_.effects.emplace_back(Refuse{waiter.id, RefuseReason::timeout, message, std::nullopt});
    return true;
  });
  if (it_.waiters.empty() && !it_.prewarm) it_.demanded_at.reset();
}

/// A lease nobody renews ends; its container is not touched: the idle window decides about that.
void Machine::expire_leases() {
  std::erase_if(it_.leases, [this](const Lease& lease) {
    if (now_.steady < std::min(lease.expires_at, lease.hard_cap_at)) return false;
    const RevokeCause cause =
        now_.steady >= lease.hard_cap_at ? RevokeCause::hard_cap : RevokeCause::lease_expired;
    out_.effects.emplace_back(Revoke{lease.id, cause, std::nullopt, false, {}});
    tell(FactType::lease_revoked).reason = cause;
    it_.last_used_at = now_.wall;
    return true;
  });
  leases_ended();
}

void Machine::expire_op() {
  if (!it_.op || !it_.op->deadline || now_.steady < *it_.op->deadline) return;
  OpResult late;
  late.epoch = it_.op->epoch;
  late.kind = it_.op->kind;
  late.answer = Answer::unresolved;
  late.error.append("no answer to ").append(to_string(late.kind)).append(" in time");
  on(late);
}

void Machine::expire_drain() {
  if (it_.phase != Phase::draining || !it_.drain_at || now_.steady < *it_.drain_at) return;
  it_.drain_at.reset();
  if (policy_.drain_policy == DrainPolicy::wait) return;
  if (it_.interrupted) return revoke_all(RevokeCause::drain_forced, {});
  it_.interrupted = true;
  it_.drain_at = now_.steady + policy_.cancel_grace;
  for (const Lease& lease : it_.leases) out_.effects.emplace_back(Interrupt{lease.id});
}

/// Runs, but did not get ready in time. It must be down before the next try.
void Machine::expire_start() {
  drop_query();
  std::string detail;
  if (!startup().probe_error.empty()) detail.append(": ").append(startup().probe_error);
  if (startup().adopting) {
    it_.last_error = "the container found running is not ready" + detail;
    return begin_stop(StopCause::unready);
  }
  start_failed(FailureKind::timeout, "not ready in time" + detail, {});
  begin_stop(StopCause::start_failed);
}

void for_each_timer(const Policy& policy, const Instance& it, const std::function<void(const Timer&)>& see) {
  for (const Waiter& waiter : it.waiters)
    if (waiter.deadline) see({TimerName::waiter_deadline, *waiter.deadline});
  for (const Lease& lease : it.leases)
    see({TimerName::lease_expiry, std::min(lease.expires_at, lease.hard_cap_at)});
  if (it.op && it.op->deadline) see({TimerName::answer, *it.op->deadline, it.op->kind});
  if (!it.engine_reachable) return;
  switch (it.phase) {
    case Phase::starting:
      UNDERSTUDY_CHECK(it.startup, it.decision);
      if (it.startup->deadline && !it.paused && !is_mutating(it))
        see({TimerName::start_timeout, *it.startup->deadline});
      if (!it.op && it.startup->stage == Stage::look) see({TimerName::next_probe, it.startup->next_probe_at});
      return;
    case Phase::ready:
      if (!it.op && !policy.pinned && !policy.warm && !it.shutdown && policy.idle_window > Duration{})
        see({TimerName::idle_stop,
             std::max(it.idle_since + policy.idle_window, it.ready_since + policy.min_up)});
      return;
    case Phase::draining:
      if (it.drain_at) see({TimerName::drain_deadline, *it.drain_at});
      return;
    case Phase::backoff:
    case Phase::failed:
      if (!it.op && it.retry_at) see({TimerName::retry, *it.retry_at});
      return;
    case Phase::unknown:
      if (!it.op) see({TimerName::look, it.look_at});
      return;
    case Phase::absent:
    case Phase::stopped:
    case Phase::busy:
    case Phase::stopping:
    case Phase::removing: return;
  }
}

std::optional<Steady> next_deadline(const Policy& policy, const Instance& instance) {
  std::optional<Steady> next;
  for_each_timer(policy, instance,
                 [&next](const Timer& timer) { next = next ? std::min(*next, timer.at) : timer.at; });
  return next;
}

}  // namespace understudy::container
