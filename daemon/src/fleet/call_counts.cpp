#include "fleet/call_counts.hpp"

namespace understudy::daemon::fleet {

namespace {

std::int64_t minute_of(failover::Instant now) {
  return std::chrono::floor<std::chrono::minutes>(now).time_since_epoch().count();
}

}  // namespace

void CallCounts::count(const std::string& provider, failover::Kind kind, failover::Instant now) {
  auto& minutes = minutes_[provider];
  const auto number = minute_of(now);
  auto& minute = minutes[static_cast<std::size_t>(number) % minutes.size()];
  if (minute.number != number) minute = {.number = number};
  ++minute.sum.calls;
  if (failover::is_provider_fault(kind)) ++minute.sum.errors[kind];
}

CallCounts::Sum CallCounts::last_hour(const std::string& provider, failover::Instant now) const {
  Sum all;
  const auto known = minutes_.find(provider);
  if (known == minutes_.end()) return all;
  const auto last = minute_of(now);
  for (const auto& [number, sum] : known->second) {
    // After the clock was set back, some are in the future.
    if (number > last || number <= last - static_cast<std::int64_t>(known->second.size())) continue;
    all.calls += sum.calls;
    for (const auto& [kind, times] : sum.errors) all.errors[kind] += times;
  }
  return all;
}

}  // namespace understudy::daemon::fleet
