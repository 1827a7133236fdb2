// A minimum by the hour: which window counts, and when it is another one.
#include <catch2/catch.hpp>

#include "understudy/container/warm.hpp"

using namespace understudy::container;
using namespace std::chrono;
using namespace std::chrono_literals;

namespace {

/// Zagreb in 2026: summer time from 29 March to 25 October, 01:00 UTC both.
std::optional<local_seconds> local_time(std::string_view zone, Instant at) {
  const auto utc = floor<seconds>(at.time_since_epoch());
  if (zone == "UTC") return local_seconds{utc};
  if (zone != "Europe/Zagreb") return std::nullopt;
  const bool summer = at >= sys_days{2026y / March / 29} + 1h && at < sys_days{2026y / October / 25} + 1h;
  return local_seconds{utc + (summer ? 2h : 1h)};
}

constexpr std::uint8_t workdays = 0b0011111, every_day = 0b1111111;
const Instant monday = sys_days{2026y / June / 1};  // 02:00 in Zagreb

WarmMinimum at(const WarmPolicy& policy, Instant now) {
  return warm_minimum(policy, local_time, now);
}

}  // namespace

TEST_CASE("without a schedule the minimum is one for ever", "[container][warm]") {
  CHECK(at({}, monday) == WarmMinimum{0, std::nullopt});
  CHECK(at({3, {}}, monday) == WarmMinimum{3, std::nullopt});
}

TEST_CASE("office hours in their zone", "[container][warm]") {
  const WarmPolicy office{1, {{workdays, 8 * 60, 19 * 60, "Europe/Zagreb", 2}}};
  CHECK(at(office, monday) == WarmMinimum{1, monday + 6h});
  CHECK(at(office, monday + 6h - 1ms) == WarmMinimum{1, monday + 6h});
  CHECK(at(office, monday + 6h) == WarmMinimum{2, monday + 17h});
  CHECK(at(office, monday + 17h - 1ms).min == 2);
  CHECK(at(office, monday + 17h) == WarmMinimum{1, monday + 30h});
  CHECK(at(office, monday + days{4} + 18h) == WarmMinimum{1, monday + days{7} + 6h});  // over the weekend
}

TEST_CASE("of several windows that are open the last one counts", "[container][warm]") {
  const WarmPolicy policy{1, {{every_day, 0, 1440, "UTC", 4}, {every_day, 600, 660, "UTC", 0}}};
  CHECK(at(policy, monday) == WarmMinimum{4, monday + 10h});
  CHECK(at(policy, monday + 10h) == WarmMinimum{0, monday + 11h});
  CHECK(at(policy, monday + 11h).min == 4);
}

TEST_CASE("a window over midnight belongs to the day on which it begins", "[container][warm]") {
  const WarmPolicy night{0, {{0b0010000, 22 * 60, 6 * 60, "UTC", 1}}};  // Friday
  const Instant friday = monday + days{4};
  CHECK(at(night, friday + 5h).min == 0);
  CHECK(at(night, friday + 22h) == WarmMinimum{1, friday + 30h});
  CHECK(at(night, friday + 29h).min == 1);  // Saturday, 05:00
  CHECK(at(night, friday + 30h).min == 0);
  CHECK(at(night, friday + days{1} + 22h).min == 0);
}

TEST_CASE("an hour that the clocks leave out takes its part of the window with it", "[container][warm]") {
  const Instant night = sys_days{2026y / March / 29};                      // 02:00 becomes 03:00 at 01:00 UTC
  const WarmPolicy before{0, {{every_day, 60, 150, "Europe/Zagreb", 1}}};  // 01:00 to 02:30
  CHECK(at(before, night) == WarmMinimum{1, night + 1h});
  const WarmPolicy within{0, {{every_day, 130, 170, "Europe/Zagreb", 1}}};
  CHECK(at(within, night).until == night + 24h + 10min);
  const WarmPolicy after{0, {{every_day, 180, 240, "Europe/Zagreb", 1}}};  // 03:00
  CHECK(at(after, night) == WarmMinimum{0, night + 1h});
}

TEST_CASE("an hour that comes twice is in the window twice", "[container][warm]") {
  const Instant night = sys_days{2026y / October / 25};  // 03:00 becomes 02:00 at 01:00 UTC
  const WarmPolicy policy{0, {{every_day, 150, 240, "Europe/Zagreb", 1}}};  // 02:30 to 04:00
  CHECK(at(policy, night) == WarmMinimum{0, night + 30min});
  CHECK(at(policy, night + 30min) == WarmMinimum{1, night + 1h});
  CHECK(at(policy, night + 1h) == WarmMinimum{0, night + 90min});
  CHECK(at(policy, night + 90min) == WarmMinimum{1, night + 3h});
}

TEST_CASE("the moment told is when the minimum is another, and not before", "[container][warm]") {
  const WarmPolicy policy{1,
                          {{workdays, 7 * 60 + 7, 19 * 60 + 1, "Europe/Zagreb", 2},
                           {every_day, 20 * 60, 5 * 60 + 59, "UTC", 3},
                           {0b1000000, 0, 1440, "Europe/Zagreb", 0}}};
  const Instant end = sys_days{2026y / March / 31};
  for (Instant now = sys_days{2026y / March / 27} + 17s; now < end; now += 7min) {
    const auto told = at(policy, now);
    REQUIRE(told.until);
    REQUIRE(*told.until > now);
    CHECK(at(policy, *told.until).min != told.min);
    for (Instant between = now; between < *told.until; between += 3min) {
      if (at({policy.min, policy.schedule}, between).min == told.min) continue;
      CAPTURE((between - now).count());
      FAIL_CHECK("it changed before");
      break;
    }
    now = std::max(now, *told.until - 11min);
  }
}

TEST_CASE("a zone that is not known any more is never in its window", "[container][warm]") {
  CHECK(at({1, {{every_day, 0, 1440, "Mars/Olympus", 5}}}, monday).min == 1);
}
