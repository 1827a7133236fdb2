#include "understudy/failover/health.hpp"

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

namespace {

template <class Name>
std::optional<Name> parse(std::string_view text) {
  for (std::uint8_t value = 0;; ++value) {
    const auto name = static_cast<Name>(value);
    if (to_string(name).empty()) return std::nullopt;
    if (to_string(name) == text) return name;
  }
}

std::string for_time(Duration left) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(left).count();
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 7200) return std::to_string((seconds + 59) / 60) + " min";
  return std::to_string((seconds + 3599) / 3600) + " h";
}

}  // namespace

std::optional<Scope> parse_scope(std::string_view text) {
  return parse<Scope>(text);
}

std::optional<HealthState> parse_health_state(std::string_view text) {
  return parse<HealthState>(text);
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
