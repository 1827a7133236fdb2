// What is said of an enum on the wire and in the store; `understudy/container/parse.hpp` is the way back.

#include "understudy/container/decision.hpp"
#include "understudy/container/effect.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/explain.hpp"
#include "understudy/container/fact.hpp"
#include "understudy/container/phase.hpp"
#include "understudy/container/policy.hpp"

namespace understudy::container {

namespace {

/// The word of a value: `words` are those of its enum in order, to the last. Empty for what it does not have.
template <auto last, std::size_t count>
std::string_view word(const std::string_view (&words)[count], decltype(last) value) {
  static_assert(count == static_cast<std::size_t>(last) + 1);
  const auto place = static_cast<std::size_t>(value);
  return place < count ? words[place] : std::string_view{};
}

}  // namespace

std::string_view to_string(Phase phase) {
  static constexpr std::string_view words[]{"absent",  "stopped",  "starting", "ready",
                                            "busy",    "draining", "stopping", "removing",
                                            "backoff", "failed",   "unknown"};
  return word<Phase::unknown>(words, phase);
}

std::string_view to_string(StopCause cause) {
  static constexpr std::string_view words[]{"idle",         "drain",   "deleted",  "shutdown",  "manual",
                                            "start_failed", "unready", "external", "ephemeral", "task_end"};
  return word<StopCause::task_end>(words, cause);
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
  constexpr int first = static_cast<int>(Decision::idle);
  static_assert(static_cast<int>(Decision::task_end) == first + static_cast<int>(StopCause::task_end));
  return static_cast<Decision>(first + static_cast<int>(cause));
}

std::string_view to_string(FailureKind kind) {
  static constexpr std::string_view words[]{"spec",    "image",  "exit",      "oom",
                                            "timeout", "engine", "permission"};
  return word<FailureKind::permission>(words, kind);
}

std::string_view to_string(OpKind kind) {
  static constexpr std::string_view words[]{"create", "start", "stop", "kill", "remove", "inspect", "probe"};
  return word<OpKind::probe>(words, kind);
}

std::string_view to_string(Stage stage) {
  static constexpr std::string_view words[]{"create", "start", "look", "probe", "confirm"};
  return word<Stage::confirm>(words, stage);
}

std::string_view to_string(ShutdownPolicy policy) {
  static constexpr std::string_view words[]{"stop_idle", "leave_all", "stop_all"};
  return word<ShutdownPolicy::stop_all>(words, policy);
}

std::string_view to_string(DrainPolicy policy) {
  static constexpr std::string_view words[]{"wait", "force"};
  return word<DrainPolicy::force>(words, policy);
}

std::string_view to_string(Answer answer) {
  static constexpr std::string_view words[]{"ok",      "already_done", "not_found",  "conflict",
                                            "refused", "unresolved",   "unreachable"};
  return word<Answer::unreachable>(words, answer);
}

std::string_view to_string(RefuseReason reason) {
  static constexpr std::string_view words[]{"start_failed", "circuit_open", "timeout",
                                            "stopped",      "deleted",      "shutdown"};
  return word<RefuseReason::shutdown>(words, reason);
}

std::string_view to_string(RevokeCause cause) {
  static constexpr std::string_view words[]{"instance_crashed", "lost_on_restart", "external_stop",
                                            "lease_expired",    "hard_cap",        "drain_forced",
                                            "stopped",          "deleted",         "shutdown"};
  return word<RevokeCause::shutdown>(words, cause);
}

std::string_view to_string(FactType type) {
  static constexpr std::string_view words[]{
      "container.lazy_started",     "container.lazy_stopped", "container.lazy_start_failed",
      "container.lazy_stop_failed", "container.start_failed", "container.crashed",
      "container.adopted",          "container.paused",       "container.unpaused",
      "container.draining",         "container.recreated",    "container.drift_detected",
      "container.lease_revoked",    "container.orphan_found", "container.engine_unreachable",
      "container.engine_recovered", "container.circuit_open", "container.circuit_half_open"};
  return word<FactType::circuit_half_open>(words, type);
}

std::string_view to_string(const FactReason& reason) {
  if (const auto* cause = std::get_if<StopCause>(&reason)) return to_string(*cause);
  if (const auto* cause = std::get_if<RevokeCause>(&reason)) return to_string(*cause);
  if (const auto* decision = std::get_if<Decision>(&reason)) return to_string(*decision);
  return "";
}

std::string_view to_string(GuardName guard) {
  static constexpr std::string_view words[]{
      "ready",       "no leases",      "nobody waits",     "not pinned",           "not kept warm",
      "idle window", "up long enough", "engine reachable", "no request in flight", "not shutting down"};
  return word<GuardName::not_shutting_down>(words, guard);
}

std::string_view to_string(TimerName timer) {
  static constexpr std::string_view words[]{"waiter deadline", "lease expiry", "start timeout",
                                            "next probe",      "idle stop",    "drain deadline",
                                            "retry",           "look",         ""};
  return word<TimerName::answer>(words, timer);
}

std::string_view to_string(const Timer& timer) {
  return timer.name == TimerName::answer ? to_string(timer.request) : to_string(timer.name);
}

}  // namespace understudy::container
