#include "app/zones.hpp"

#include <date/tz.h>

namespace understudy::daemon::app {

namespace {

const date::time_zone* find(std::string_view name) {
  try {
    return name.empty() ? date::current_zone() : date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return nullptr;  // unknown zone, or no database on this machine
  }
}

}  // namespace

/// A skipped local time maps to the time of the skip; an ambiguous one to the earlier.
std::optional<failover::Instant> SystemZones::to_instant(std::string_view zone,
                                                         std::chrono::local_seconds local) const {
  const auto* zone_info = find(zone);
  if (!zone_info) return std::nullopt;
  const auto at = zone_info->to_sys(date::local_seconds{local.time_since_epoch()}, date::choose::earliest);
  return failover::Instant{at.time_since_epoch()};
}

std::optional<std::chrono::local_seconds> SystemZones::to_local(std::string_view zone,
                                                                failover::Instant at) const {
  const auto* zone_info = find(zone);
  if (!zone_info) return std::nullopt;
  const auto seconds = std::chrono::floor<std::chrono::seconds>(at);
  return std::chrono::local_seconds{zone_info->to_local(seconds).time_since_epoch()};
}

}  // namespace understudy::daemon::app
