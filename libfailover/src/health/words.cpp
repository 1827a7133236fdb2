#include "json/words.hpp"
#include "understudy/failover/health_tiers.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(Scope scope) {
  switch (scope) {
    case Scope::account: return "account";
    case Scope::tier: return "tier";
    case Scope::agent: return "agent";
    case Scope::host: return "host";
  }
  return "";
}

std::string_view to_string(HealthState state) {
  switch (state) {
    case HealthState::closed: return "closed";
    case HealthState::open: return "open";
    case HealthState::due: return "due";
    case HealthState::trial: return "trial";
    case HealthState::ramping: return "ramping";
    case HealthState::unconfigured: return "unconfigured";
  }
  return "";
}

std::string_view to_string(TaskFate fate) {
  switch (fate) {
    case TaskFate::usual: return "usual";
    case TaskFate::fails: return "fails";
    case TaskFate::set_aside: return "set_aside";
  }
  return "";
}

std::string_view to_string(Pass pass) {
  switch (pass) {
    case Pass::free: return "free";
    case Pass::trial: return "trial";
    case Pass::place: return "place";
    case Pass::blocked: return "blocked";
  }
  return "";
}

std::string_view to_string(Decision decision) {
  switch (decision) {
    case Decision::begin: return "begin";
    case Decision::wait: return "wait";
    case Decision::hold: return "hold";
    case Decision::go_past: return "go_past";
  }
  return "";
}

namespace {

std::string for_time(Duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string((seconds + 59) / 60) + " min";
  return std::to_string((seconds + 3599) / 3600) + " h";
}

}  // namespace

std::optional<Scope> parse_scope(std::string_view text) {
  return json::parse_word<Scope>(text);
}
std::optional<HealthState> parse_health_state(std::string_view text) {
  return json::parse_word<HealthState>(text);
}
std::optional<TaskFate> parse_task_fate(std::string_view text) {
  return json::parse_word<TaskFate>(text);
}
std::optional<Pass> parse_pass(std::string_view text) {
  return json::parse_word<Pass>(text);
}
std::optional<Decision> parse_decision(std::string_view text) {
  return json::parse_word<Decision>(text);
}

std::string in_words(const Entry& entry, Instant now) {
  std::string why = entry.reason.empty() ? "" : " (" + entry.reason + ")";
  if (!entry.seen_by.empty()) why += ", seen by " + entry.seen_by;
  switch (entry.state) {
    case HealthState::closed: return "well";
    case HealthState::unconfigured: return entry.reason;
    case HealthState::trial: return "on trial by " + entry.trial.agent + why;
    case HealthState::ramping:
      return entry.ramp.cold ? "nobody was served here lately: a few at a time"
                             : "well again, a few at a time" + why;
    case HealthState::due: return "due: the next attempt tries it" + why;
    case HealthState::open:
      if (entry.until <= now) return "due: the next attempt tries it" + why;
      return (entry.in_place ? "asks to wait for " : "out for another ") + for_time(entry.until - now) + why;
  }
  return "";
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
