#include "understudy/container/warm.hpp"

#include <algorithm>

namespace understudy::container {
namespace {

using namespace std::chrono;

constexpr int minutes_a_day = 24 * 60;

int minute_of(local_seconds at) {
  return static_cast<int>(floor<minutes>(at - floor<days>(at)).count());
}

bool begins_on(const WarmWindow& window, local_days day) {
  return (window.days >> (weekday{day}.iso_encoding() - 1) & 1) != 0;
}

bool is_open(const WarmWindow& window, local_seconds at) {
  const auto today = floor<days>(at);
  const int minute = minute_of(at);
  if (window.from < window.to) return begins_on(window, today) && minute >= window.from && minute < window.to;
  return (begins_on(window, today) && minute >= window.from) ||
         (begins_on(window, today - days{1}) && minute < window.to);
}

int minimum(const WarmPolicy& policy, const LocalTime& local_time, Instant at) {
  for (auto window = policy.schedule.rbegin(); window != policy.schedule.rend(); ++window)
    if (const auto local = local_time(window->zone, at); local && is_open(*window, *local))
      return window->min;
  return policy.min;
}

/// Moments before `end` at which a window opens or closes, if the clocks are not changed before it.
std::vector<Instant> edges(const WarmPolicy& policy, const LocalTime& local_time, Instant from, Instant end) {
  std::vector<Instant> found;
  for (const auto& window : policy.schedule) {
    const auto local = local_time(window.zone, from);
    if (!local) continue;
    const auto into_minute = *local - floor<minutes>(*local);
    for (const int edge : {window.from, window.to}) {
      const int ahead = (edge - minute_of(*local) + 2 * minutes_a_day) % minutes_a_day;
      const Instant at = floor<seconds>(from) + minutes{ahead} - into_minute;
      if (at > from && at < end) found.push_back(at);
    }
  }
  std::ranges::sort(found);
  return found;
}

/// Zones change their clocks at a quarter of an hour, so within one the edges are known.
std::optional<Instant> next_change(const WarmPolicy& policy, const LocalTime& local_time, Instant now,
                                   int min) {
  constexpr minutes quarter{15};
  const Instant horizon = now + days{8};
  for (Instant at = now; at < horizon;) {
    const Instant end = floor<minutes>(at) - floor<minutes>(at).time_since_epoch() % quarter + quarter;
    for (const Instant edge : edges(policy, local_time, at, end))
      if (minimum(policy, local_time, edge) != min) return edge;
    if (minimum(policy, local_time, end) != min) return end;
    at = end;
  }
  return horizon;
}

}  // namespace

WarmMinimum warm_minimum(const WarmPolicy& policy, const LocalTime& local_time, Instant now) {
  WarmMinimum told{minimum(policy, local_time, now), std::nullopt};
  if (!policy.schedule.empty()) told.until = next_change(policy, local_time, now, told.min);
  return told;
}

}  // namespace understudy::container
