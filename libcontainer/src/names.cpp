// What is said of an enum on the wire and in the store; `understudy/container/parse.hpp` is the way back.
#include "understudy/container/decision.hpp"
#include "understudy/container/effect.hpp"
#include "understudy/container/explain.hpp"
#include "understudy/container/fact.hpp"
#include "understudy/container/phase.hpp"

namespace understudy::container {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::absent: return "absent";
    case Phase::stopped: return "stopped";
    case Phase::starting: return "starting";
    case Phase::ready: return "ready";
    case Phase::busy: return "busy";
    case Phase::draining: return "draining";
    case Phase::stopping: return "stopping";
    case Phase::removing: return "removing";
    case Phase::backoff: return "backoff";
    case Phase::failed: return "failed";
    case Phase::unknown: return "unknown";
  }
  return "";
}

std::string_view to_string(StopCause cause) {
  switch (cause) {
    case StopCause::idle: return "idle";
    case StopCause::drain: return "drain";
    case StopCause::deleted: return "deleted";
    case StopCause::shutdown: return "shutdown";
    case StopCause::manual: return "manual";
    case StopCause::start_failed: return "start_failed";
    case StopCause::unready: return "unready";
    case StopCause::external: return "external";
    case StopCause::ephemeral: return "ephemeral";
    case StopCause::task_end: return "task_end";
  }
  return "";
}

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::none: return "";
    case Decision::create: return "create";
    case Decision::created: return "created";
    case Decision::start: return "start";
    case Decision::start_answered: return "start answered";
    case Decision::confirmed: return "confirmed";
    case Decision::granted: return "granted";
    case Decision::up_to_date: return "up to date";
    case Decision::last_lease_ended: return "last lease ended";
    case Decision::found_running: return "found running";
    case Decision::found_with_leases: return "found with its leases";
    case Decision::found_stopped: return "found stopped";
    case Decision::not_found: return "not found";
    case Decision::outdated: return "outdated";
    case Decision::quarantined: return "quarantined";
    case Decision::stopped: return "stopped";
    case Decision::killed: return "killed";
    case Decision::removed: return "removed";
    case Decision::died: return "died";
    case Decision::stopped_by_somebody_else: return "stopped by somebody else";
    case Decision::vanished: return "container vanished";
    case Decision::daemon_started: return "daemon started";
    case Decision::engine_unreachable: return "engine unreachable";
    case Decision::engine_recovered: return "engine recovered";
    case Decision::could_not_look: return "could not look";
    case Decision::in_between: return "in between";
    case Decision::start_not_confirmed: return "start not confirmed";
    case Decision::stop_not_resolved: return "stop not resolved";
    case Decision::removal_not_resolved: return "removal not resolved";
    case Decision::start_failed: return "start failed";
    case Decision::start_called_off: return "start called off";
    case Decision::retry_due: return "retry is due";
    case Decision::new_generation: return "new generation";
    case Decision::asked_to_start: return "asked to start";
    case Decision::idle: return to_string(StopCause::idle);
    case Decision::drain: return to_string(StopCause::drain);
    case Decision::deleted: return to_string(StopCause::deleted);
    case Decision::shutdown: return to_string(StopCause::shutdown);
    case Decision::manual: return to_string(StopCause::manual);
    case Decision::stop_start_failed: return to_string(StopCause::start_failed);
    case Decision::unready: return to_string(StopCause::unready);
    case Decision::external: return to_string(StopCause::external);
    case Decision::ephemeral: return to_string(StopCause::ephemeral);
    case Decision::task_end: return to_string(StopCause::task_end);
  }
  return "";
}

Decision decision_to_stop(StopCause cause) {
  switch (cause) {
    case StopCause::idle: return Decision::idle;
    case StopCause::drain: return Decision::drain;
    case StopCause::deleted: return Decision::deleted;
    case StopCause::shutdown: return Decision::shutdown;
    case StopCause::manual: return Decision::manual;
    case StopCause::start_failed: return Decision::stop_start_failed;
    case StopCause::unready: return Decision::unready;
    case StopCause::external: return Decision::external;
    case StopCause::ephemeral: return Decision::ephemeral;
    case StopCause::task_end: return Decision::task_end;
  }
  return Decision::none;
}

std::string_view to_string(FailureKind kind) {
  switch (kind) {
    case FailureKind::spec: return "spec";
    case FailureKind::image: return "image";
    case FailureKind::exit: return "exit";
    case FailureKind::oom: return "oom";
    case FailureKind::timeout: return "timeout";
    case FailureKind::engine: return "engine";
    case FailureKind::permission: return "permission";
  }
  return "";
}

std::string_view to_string(OpKind kind) {
  switch (kind) {
    case OpKind::create: return "create";
    case OpKind::start: return "start";
    case OpKind::stop: return "stop";
    case OpKind::kill: return "kill";
    case OpKind::remove: return "remove";
    case OpKind::inspect: return "inspect";
    case OpKind::probe: return "probe";
  }
  return "";
}

std::string_view to_string(RefuseReason reason) {
  switch (reason) {
    case RefuseReason::start_failed: return "start_failed";
    case RefuseReason::circuit_open: return "circuit_open";
    case RefuseReason::timeout: return "timeout";
    case RefuseReason::stopped: return "stopped";
    case RefuseReason::deleted: return "deleted";
    case RefuseReason::shutdown: return "shutdown";
  }
  return "";
}

std::string_view to_string(RevokeCause cause) {
  switch (cause) {
    case RevokeCause::instance_crashed: return "instance_crashed";
    case RevokeCause::lost_on_restart: return "lost_on_restart";
    case RevokeCause::external_stop: return "external_stop";
    case RevokeCause::lease_expired: return "lease_expired";
    case RevokeCause::hard_cap: return "hard_cap";
    case RevokeCause::drain_forced: return "drain_forced";
    case RevokeCause::stopped: return "stopped";
    case RevokeCause::deleted: return "deleted";
    case RevokeCause::shutdown: return "shutdown";
  }
  return "";
}

std::string_view to_string(FactType type) {
  switch (type) {
    case FactType::lazy_started: return "container.lazy_started";
    case FactType::lazy_stopped: return "container.lazy_stopped";
    case FactType::lazy_start_failed: return "container.lazy_start_failed";
    case FactType::lazy_stop_failed: return "container.lazy_stop_failed";
    case FactType::start_failed: return "container.start_failed";
    case FactType::crashed: return "container.crashed";
    case FactType::adopted: return "container.adopted";
    case FactType::paused: return "container.paused";
    case FactType::unpaused: return "container.unpaused";
    case FactType::draining: return "container.draining";
    case FactType::recreated: return "container.recreated";
    case FactType::drift_detected: return "container.drift_detected";
    case FactType::lease_revoked: return "container.lease_revoked";
    case FactType::orphan_found: return "container.orphan_found";
    case FactType::engine_unreachable: return "container.engine_unreachable";
    case FactType::engine_recovered: return "container.engine_recovered";
    case FactType::circuit_open: return "container.circuit_open";
    case FactType::circuit_half_open: return "container.circuit_half_open";
  }
  return "";
}

std::string_view to_string(const FactReason& reason) {
  if (const auto* cause = std::get_if<StopCause>(&reason)) return to_string(*cause);
  if (const auto* cause = std::get_if<RevokeCause>(&reason)) return to_string(*cause);
  if (const auto* decision = std::get_if<Decision>(&reason)) return to_string(*decision);
  return "";
}

std::string_view to_string(GuardName guard) {
  switch (guard) {
    case GuardName::ready: return "ready";
    case GuardName::no_leases: return "no leases";
    case GuardName::nobody_waits: return "nobody waits";
    case GuardName::not_pinned: return "not pinned";
    case GuardName::not_kept_warm: return "not kept warm";
    case GuardName::idle_window: return "idle window";
    case GuardName::up_long_enough: return "up long enough";
    case GuardName::engine_reachable: return "engine reachable";
    case GuardName::no_request: return "no request in flight";
    case GuardName::not_shutting_down: return "not shutting down";
  }
  return "";
}

std::string_view to_string(TimerName timer) {
  switch (timer) {
    case TimerName::waiter_deadline: return "waiter deadline";
    case TimerName::lease_expiry: return "lease expiry";
    case TimerName::start_timeout: return "start timeout";
    case TimerName::next_probe: return "next probe";
    case TimerName::idle_stop: return "idle stop";
    case TimerName::drain_deadline: return "drain deadline";
    case TimerName::retry: return "retry";
    case TimerName::look: return "look";
    case TimerName::answer: return "";
  }
  return "";
}

std::string_view to_string(const Timer& timer) {
  return timer.name == TimerName::answer ? to_string(timer.request) : to_string(timer.name);
}

}  // namespace understudy::container
