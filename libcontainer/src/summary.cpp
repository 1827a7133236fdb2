#include <array>
#include <initializer_list>
#include <utility>

#include "understudy/container/fact.hpp"

namespace understudy::container {
namespace {

constexpr std::array names{
    std::pair{FactType::lazy_started, std::string_view{"container.lazy_started"}},
    std::pair{FactType::lazy_stopped, std::string_view{"container.lazy_stopped"}},
    std::pair{FactType::lazy_start_failed, std::string_view{"container.lazy_start_failed"}},
    std::pair{FactType::lazy_stop_failed, std::string_view{"container.lazy_stop_failed"}},
    std::pair{FactType::start_failed, std::string_view{"container.start_failed"}},
    std::pair{FactType::crashed, std::string_view{"container.crashed"}},
    std::pair{FactType::adopted, std::string_view{"container.adopted"}},
    std::pair{FactType::paused, std::string_view{"container.paused"}},
    std::pair{FactType::unpaused, std::string_view{"container.unpaused"}},
    std::pair{FactType::draining, std::string_view{"container.draining"}},
    std::pair{FactType::recreated, std::string_view{"container.recreated"}},
    std::pair{FactType::drift_detected, std::string_view{"container.drift_detected"}},
    std::pair{FactType::lease_revoked, std::string_view{"container.lease_revoked"}},
    std::pair{FactType::orphan_found, std::string_view{"container.orphan_found"}},
    std::pair{FactType::engine_unreachable, std::string_view{"container.engine_unreachable"}},
    std::pair{FactType::engine_recovered, std::string_view{"container.engine_recovered"}},
    std::pair{FactType::circuit_open, std::string_view{"container.circuit_open"}},
    std::pair{FactType::circuit_half_open, std::string_view{"container.circuit_half_open"}},
};

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

std::string stopped(const Fact& fact) {
  if (fact.reason == "idle")
    return joined({" stopped after ", in_words(fact.idle.value_or(Duration{})), " idle"});
  if (fact.reason == "drain") return " stopped for a new generation";
  if (fact.reason == "external") return " was stopped from outside";
  if (fact.reason == "manual") return " stopped by the operator";
  if (fact.reason == "task_end") return " stopped to end its task";
  if (fact.reason == "deleted") return " stopped: removed";
  if (fact.reason == "ephemeral") return " stopped: its one task is over";
  if (fact.reason == "unready") return " stopped: not ready any more";
  if (fact.reason == "start_failed") return " stopped: its start failed";
  if (fact.reason == "shutdown") return " stopped with the daemon";
  return joined({" stopped: ", fact.reason});
}

std::string lost_lease(const Fact& fact) {
  if (fact.reason == "hard_cap") return " lost a lease: its task held it for longer than it may";
  if (fact.reason == "lease_expired") return " lost a lease: it ran out";
  return joined({" lost a lease: ", fact.reason});
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
      return fact.reason == "deleted" ? " is draining: removed" : generations(" is draining: ", fact);
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

std::string_view to_string(FactType type) {
  for (const auto& [known, name] : names)
    if (known == type) return name;
  return "?";
}

std::optional<FactType> parse_fact_type(std::string_view text) {
  for (const auto& [type, name] : names)
    if (name == text) return type;
  return std::nullopt;
}

std::string summary(const Fact& fact, std::string_view instance) {
  return joined({instance, happened(fact)});
}

}  // namespace understudy::container
