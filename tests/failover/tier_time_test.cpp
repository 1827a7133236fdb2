// How long each tier served.
#include "understudy/failover/tier_time.hpp"

#include <catch2/catch.hpp>
#include <cmath>

using namespace understudy::failover;
using namespace std::chrono_literals;

namespace {

constexpr Instant now{1'700'000'000'000ms};

Duration total(const TierTime& times) {
  Duration sum = times.paused.time;
  for (const Share& share : times.tiers) sum += share.time;
  return sum;
}
/// In tenths, which are exact.
long long tenths(const TierTime& times) {
  long long sum = std::llround(times.paused.percent * 10);
  for (const Share& share : times.tiers) sum += std::llround(share.percent * 10);
  return sum;
}

}  // namespace

TEST_CASE("without rows tier 1 served all the time") {
  const TierTime times = tier_time({}, 3, 24h, now);
  REQUIRE(times.tiers.size() == 3);
  CHECK(times.tiers[0].time == 24h);
  CHECK(times.tiers[0].percent == 100);
  CHECK(times.tiers[1].percent == 0);
  CHECK(times.paused.percent == 0);
}

TEST_CASE("the last row's tier serves until now") {
  const std::vector<TierPoint> points{{now - 6h, 2, Kind::quota}};
  const TierTime times = tier_time(points, 2, 24h, now);
  CHECK(times.tiers[0].time == 18h);
  CHECK(times.tiers[1].time == 6h);
  CHECK(times.tiers[0].percent == 75);
  CHECK(times.tiers[1].percent == 25);
}

TEST_CASE("the row before the window says how it begins") {
  const std::vector<TierPoint> points{{now - 40h, 2, Kind::quota}, {now - 12h, 1, Change::cooldown_reset}};
  const TierTime times = tier_time(points, 2, 24h, now);
  CHECK(times.tiers[0].time == 12h);
  CHECK(times.tiers[1].time == 12h);
}

TEST_CASE("a window without rows of its own belongs to the row before it") {
  const std::vector<TierPoint> points{{now - 40h, 3, Kind::quota}};
  CHECK(tier_time(points, 3, 1h, now).tiers[2].percent == 100);
}

TEST_CASE("paused time belongs to no tier") {
  const auto begin = GENERATE(Change::pause, Change::exhausted);
  const auto end = GENERATE(Change::unpause, Change::auto_resume, Change::manual_reset);
  const std::vector<TierPoint> points{{now - 10h, 2, Kind::quota},
                                      {now - 8h, 2, begin},
                                      {now - 3h, 2, end},
                                      {now - 1h, 1, Change::cooldown_reset}};
  const TierTime times = tier_time(points, 2, 10h, now);
  CHECK(times.tiers[0].time == 1h);
  CHECK(times.tiers[1].time == 4h);
  CHECK(times.paused.time == 5h);
  CHECK(times.paused.percent == 50);
}

TEST_CASE("a pause that goes on is counted until now, and from before the window") {
  const std::vector<TierPoint> points{{now - 48h, 2, Change::exhausted}};
  const TierTime times = tier_time(points, 2, 24h, now);
  CHECK(times.paused.time == 24h);
  CHECK(times.paused.percent == 100);
}

TEST_CASE("a tier that changes during a pause is counted after it") {
  const std::vector<TierPoint> points{
      {now - 4h, 1, Change::pause}, {now - 3h, 2, Kind::auth_error}, {now - 2h, 2, Change::unpause}};
  const TierTime times = tier_time(points, 2, 4h, now);
  CHECK(times.paused.time == 2h);
  CHECK(times.tiers[1].time == 2h);
  CHECK(times.tiers[0].time == 0h);
}

TEST_CASE("an operator's pause of an exhausted instance is one pause") {
  const std::vector<TierPoint> points{
      {now - 4h, 2, Change::exhausted}, {now - 3h, 2, Change::pause}, {now - 2h, 2, Change::unpause}};
  CHECK(tier_time(points, 2, 4h, now).paused.time == 2h);
}

TEST_CASE("thirds are rounded so that they sum to a hundred") {
  const std::vector<TierPoint> points{{now - 2h, 2, Kind::quota}, {now - 1h, 3, Kind::quota}};
  const TierTime times = tier_time(points, 3, 3h, now);
  CHECK(times.tiers[0].percent == 33.4);
  CHECK(times.tiers[1].percent == 33.3);
  CHECK(times.tiers[2].percent == 33.3);
}

TEST_CASE("the remainder goes to those who lost most by rounding") {
  // 1 ms of 3 s is 0.03 %, 2,999 ms are 99.97 %.
  const std::vector<TierPoint> points{{now - 1ms, 2, Kind::quota}};
  const TierTime times = tier_time(points, 2, 3s, now);
  CHECK(times.tiers[0].percent == 100);
  CHECK(times.tiers[1].percent == 0);
  CHECK(times.tiers[1].time == 1ms);
}

TEST_CASE("an empty window belongs to tier 1") {
  const Duration window = GENERATE(0ms, -5000ms);
  const TierTime times = tier_time({}, 2, window, now);
  CHECK(total(times) == 0ms);
  CHECK(times.tiers[0].percent == 100);
  CHECK(tenths(times) == 1000);
}

TEST_CASE("a chain that became shorter counts its lost tiers for the last one") {
  const std::vector<TierPoint> points{{now - 2h, 3, Kind::quota}, {now - 1h, 0, Change::config_changed}};
  const TierTime times = tier_time(points, 2, 2h, now);
  REQUIRE(times.tiers.size() == 2);
  CHECK(times.tiers[1].time == 1h);
  CHECK(times.tiers[0].time == 1h);
}

TEST_CASE("an empty chain has one tier's worth of time") {
  const TierTime times = tier_time({}, GENERATE(0, -1), 1h, now);
  REQUIRE(times.tiers.size() == 1);
  CHECK(times.tiers[0].percent == 100);
}

TEST_CASE("a clock that went backwards counts no time twice") {
  const std::vector<TierPoint> points{
      {now - 5h, 2, Kind::quota}, {now - 7h, 1, Change::cooldown_reset}, {now - 4h, 2, Kind::quota}};
  const TierTime times = tier_time(points, 2, 10h, now);
  CHECK(total(times) == 10h);
  CHECK(times.tiers[0].time == 6h);
  CHECK(times.tiers[1].time == 4h);
}

TEST_CASE("rows from the future count for nothing") {
  const std::vector<TierPoint> points{{now - 1h, 2, Kind::quota}, {now + 5h, 1, Change::cooldown_reset}};
  const TierTime times = tier_time(points, 2, 2h, now);
  CHECK(times.tiers[1].time == 1h);
  CHECK(total(times) == 2h);
}

TEST_CASE("a window older than time itself is survived") {
  const std::vector<TierPoint> points{{now - 1h, 2, Kind::quota}};
  const TierTime times = tier_time(points, 2, Duration::max(), now);
  CHECK(times.tiers[1].time == 1h);
  CHECK(tenths(times) == 1000);
}

TEST_CASE("percentages sum to a hundred for any history") {
  unsigned random = 1;
  const auto pick = [&random](unsigned below) {
    random = random * 1664525u + 1013904223u;
    return (random >> 8) % below;
  };
  const LedgerKind kinds[]{Kind::quota,          Change::pause,         Change::exhausted,
                           Change::unpause,      Change::auto_resume,   Change::cooldown_reset,
                           Change::manual_reset, Change::config_changed};
  for (int round = 0; round < 5000; ++round) {
    const Duration window{1 + pick(7 * 24 * 3'600'000)};
    std::vector<TierPoint> points;
    const unsigned rows = pick(12);
    for (unsigned i = 0; i < rows; ++i)
      points.push_back(
          {now - Duration{pick(8 * 24 * 3'600'000)}, 1 + static_cast<int>(pick(4)), kinds[pick(8)]});
    const TierTime times = tier_time(points, 1 + static_cast<int>(pick(3)), window, now);
    INFO("round " << round);
    REQUIRE(total(times) == window);
    REQUIRE(tenths(times) == 1000);
  }
}
