#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/container/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// Hours of some days of the week in one zone. `to` at or before `from` is on the day after; the days are
/// those on which it begins.
struct WarmWindow {
  std::uint8_t days{0x7f};  ///< bit 0 is Monday
  int from{0};              ///< minutes after midnight
  int to{24 * 60};
  std::string zone{"UTC"};  ///< IANA name
  int min{0};
  bool operator==(const WarmWindow&) const = default;
};

/// How many instances of a type are kept started: `min`, or that of the last open window.
struct WarmPolicy {
  int min{0};
  std::vector<WarmWindow> schedule{};
  bool operator==(const WarmPolicy&) const = default;
};

/// Wall time in a zone; nullopt when the zone is unknown. Zone data is I/O, so it comes from outside.
using LocalTime = std::function<std::optional<std::chrono::local_seconds>(std::string_view zone, Instant at)>;

struct WarmMinimum {
  int min{0};
  std::optional<Instant> until{};  ///< when to ask again: the minimum may differ then
  bool operator==(const WarmMinimum&) const = default;
};

/// Windows follow the clock on the wall: an hour that comes twice counts twice, one that is skipped shortens
/// its window.
[[nodiscard]] WarmMinimum warm_minimum(const WarmPolicy& policy, const LocalTime& local_time, Instant now);

}  // namespace understudy::container
#pragma GCC visibility pop
