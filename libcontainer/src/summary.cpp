#include <initializer_list>
#include <optional>
#include <variant>

#include "understudy/container/fact.hpp"

namespace understudy::container {
namespace {

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string text;
  for (const std::string_view part : parts) text += part;
  return text;
}

std::string with_tenths(std::int64_t tenths) {
  std::string text = std::to_string(tenths / 10);
  if (tenths % 10 != 0) text.append(1, '.').append(std::to_string(tenths % 10));
  return text;
}

/// "287 ms", "4.2 s", "12 min", "3 h": one unit is enough for a line in a list.
std::string in_words(Duration duration) {
  const std::int64_t ms = duration.count();
  if (ms < 1000) return joined({std::to_string(ms), " ms"});
  if (ms < 60'000) return joined({with_tenths(ms / 100), " s"});
  if (ms < 2 * 3'600'000) return joined({std::to_string(ms / 60'000), " min"});
  return joined({with_tenths(ms / 360'000), " h"});
}

std::string first_line(std::string_view text) {
  return std::string{text.substr(0, text.find('\n'))};
}

template <class Cause>
std::optional<Cause> cause_of(const Fact& fact) {
  const auto* cause = std::get_if<Cause>(&fact.reason);
  return cause == nullptr ? std::nullopt : std::optional(*cause);
}

std::string stopped(const Fact& fact) {
  switch (cause_of<StopCause>(fact).value_or(StopCause::external)) {
    case StopCause::idle:
      return joined({" stopped after ", in_words(fact.idle.value_or(Duration{})), " idle"});
    case StopCause::drain: return " stopped for a new generation";
    case StopCause::external: return " was stopped from outside";
    case StopCause::manual: return " stopped by the operator";
    case StopCause::task_end: return " stopped to end its task";
    case StopCause::deleted: return " stopped: removed";
    case StopCause::ephemeral: return " stopped: its one task is over";
    case StopCause::unready: return " stopped: not ready any more";
    case StopCause::start_failed: return " stopped: its start failed";
    case StopCause::shutdown: return " stopped with the daemon";
  }
  return " stopped";
}

std::string lost_lease(const Fact& fact) {
  const auto cause = cause_of<RevokeCause>(fact);
  if (cause == RevokeCause::hard_cap) return " lost a lease: its task held it for longer than it may";
  if (cause == RevokeCause::lease_expired) return " lost a lease: it ran out";
  return joined({" lost a lease: ", to_string(fact.reason)});
}

std::string crashed(const Fact& fact) {
  std::string text{" crashed"};
  if (fact.oom) text += ", out of memory";
  if (fact.exit_code) text += joined({" with code ", std::to_string(*fact.exit_code)});
  if (fact.uptime) text += joined({" after ", in_words(*fact.uptime)});
  if (!fact.error.empty()) text += joined({", ", first_line(fact.error)});
  return text;
}

std::string start_failure(const Fact& fact) {
  std::string text = joined({" could not start: ", first_line(fact.error)});
  if (fact.attempt > 1) text += joined({" (try ", std::to_string(fact.attempt), ")"});
  return text;
}

std::string generations(std::string_view what, const Fact& fact) {
  return joined(
      {what, "generation ", std::to_string(fact.from_generation), " → ", std::to_string(fact.generation)});
}

std::string happened(const Fact& fact) {
  switch (fact.type) {
    case FactType::lazy_started:
      return joined({" started in ", in_words(fact.latency.value_or(Latency{}).total)});
    case FactType::lazy_stopped: return stopped(fact);
    case FactType::lazy_start_failed:
    case FactType::start_failed: return start_failure(fact);
    case FactType::lazy_stop_failed: return joined({" could not be stopped: ", first_line(fact.error)});
    case FactType::crashed: return crashed(fact);
    case FactType::adopted: return " found running and taken over";
    case FactType::paused: return " was paused by somebody: its tasks wait";
    case FactType::unpaused: return " was unpaused and goes on";
    case FactType::draining:
      return cause_of<Decision>(fact) == Decision::deleted ? " is draining: removed"
                                                           : generations(" is draining: ", fact);
    case FactType::recreated: return generations(" recreated: ", fact);
    case FactType::drift_detected: return generations(" is not what was recorded: ", fact);
    case FactType::lease_revoked: return lost_lease(fact);
    case FactType::orphan_found: return ": container of an unknown instance";
    case FactType::engine_unreachable: return ": container engine unreachable";
    case FactType::engine_recovered: return ": container engine answers again";
    case FactType::circuit_open:
      return joined(
          {" is given up after ", std::to_string(fact.attempt), " failed starts: ", first_line(fact.error)});
    case FactType::circuit_half_open: return " may be tried again";
  }
  return "";
}

}  // namespace

std::string summary(const Fact& fact, std::string_view instance) {
  return joined({instance, happened(fact)});
}

}  // namespace understudy::container
