#include "understudy/container/phase.hpp"

#include "understudy/container/effect.hpp"

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
  return "?";
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
  return "?";
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
  return "?";
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
  return "?";
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
  return "?";
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
  return "?";
}

}  // namespace understudy::container
