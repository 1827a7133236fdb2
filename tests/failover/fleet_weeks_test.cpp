// Weeks of a fleet's life in milliseconds: instances with a task every few minutes against providers that
// fail by a calendar. The machine hears only what the daemon would tell it.
#include <algorithm>
#include <array>

#include "support/random.hpp"
#include "tiers_rig.hpp"
#include "understudy/failover/tier_time.hpp"

using namespace tiers;
using std::chrono::days;

namespace {

constexpr Instant monday{1'700'000'000'000ms};

struct Outage {
  TierId tier{};
  Instant begin{};
  Instant end{};
  Kind kind{Kind::server_error};
  bool says_when{false};  ///< the provider names its reset time
};

class World {
 public:
  std::vector<Outage> outages;

  [[nodiscard]] Verdict answer(const TierId& tier, Instant now) const {
    for (const Outage& outage : outages)
      if (outage.tier == tier && outage.begin <= now && now < outage.end)
        return outage.says_when ? verdict(outage.kind, {}, outage.end) : verdict(outage.kind);
    return verdict(Kind::success);
  }
  [[nodiscard]] Instant last_end() const {
    Instant last = monday;
    for (const Outage& outage : outages) last = std::max(last, outage.end);
    return last;
  }
};

/// One instance, its tasks, and a clock of our own over what it did.
class Instance {
 public:
  Instance(Policy policy, unsigned seed) : random_{seed}, rig_{std::move(policy)} {
    rig_.now = monday;
    rig_.succeed();
  }

  void live_until(Instant end, const World& world) {
    for (int turns = 0;; ++turns) {
      REQUIRE(turns < 50'000);  // a timer that is always due
      const Instant task = rig_.it.paused() ? Instant::max() : next_task_;
      const Instant timer = rig_.deadline().value_or(Instant::max());
      const Instant next = std::max(rig_.now, std::min(task, timer));
      if (next >= end) break;
      spend_until(next);
      if (timer <= task)
        tell(Ticked{});
      else
        run_a_task(world);
    }
    spend_until(end);
  }

  void tell(const Event& event) {
    rig_.send(event);
    for (std::size_t i = rig_.ledger.size() - rig_.rows; i < rig_.ledger.size(); ++i)
      when_.push_back({rig_.now, rig_.ledger[i].to_tier, {}});
  }

  [[nodiscard]] const State& state() const { return rig_.it; }
  [[nodiscard]] const std::vector<LedgerEntry>& ledger() const { return rig_.ledger; }
  [[nodiscard]] Duration spent(int tier) const {
    return tier == 0 ? paused_ : on_[static_cast<std::size_t>(tier)];
  }
  [[nodiscard]] int failed() const { return failed_; }
  [[nodiscard]] int succeeded() const { return succeeded_; }
  [[nodiscard]] int count(const LedgerKind& kind) const {
    return static_cast<int>(std::ranges::count(rig_.ledger, kind, &LedgerEntry::kind));
  }
  [[nodiscard]] TierTime tier_times() const {
    std::vector<TierPoint> points = when_;
    for (std::size_t i = 0; i < points.size(); ++i) points[i].kind = rig_.ledger[i].kind;
    return tier_time(points, static_cast<int>(rig_.policy.chain.size()), rig_.now - monday, rig_.now);
  }

 private:
  Duration some_minutes(int below) { return Duration{1 + random_.pick(below * 60'000)}; }
  void spend_until(Instant next) {
    (rig_.it.paused() ? paused_ : on_[static_cast<std::size_t>(rig_.it.current_tier)]) += next - rig_.now;
    rig_.now = next;
  }
  void run_a_task(const World& world) {
    Verdict seen = world.answer(rig_.it.serving, rig_.now);
    if (random_.pick(20) == 0) seen = verdict(Kind::task_error);
    seen.kind == Kind::success ? ++succeeded_ : ++failed_;
    tell(OutcomeObserved{seen, rig_.it.serving});
    next_task_ = rig_.now + some_minutes(20);
  }

  understudy::support::Random random_;
  Rig rig_;
  Instant next_task_{monday};
  std::vector<TierPoint> when_;
  std::array<Duration, 4> on_{};
  Duration paused_{};
  int failed_{0};
  int succeeded_{0};
};

World bad_weeks(unsigned seed, int weeks) {
  understudy::support::Random random{seed};
  constexpr Kind faults[]{Kind::auth_error,   Kind::quota,   Kind::rate_limit, Kind::model_not_found,
                          Kind::server_error, Kind::network, Kind::timeout};
  World world;
  for (int i = 0; i < 12 * weeks; ++i) {
    const TierId tier = std::array{opus, pro, coder}[static_cast<std::size_t>(random.pick(3))];
    const Instant begin = monday + std::chrono::minutes{random.pick(weeks * 7 * 24 * 60)};
    world.outages.push_back(
        {tier, begin, begin + std::chrono::minutes{5 + random.pick(random.pick(10) == 0 ? 2'000 : 200)},
         faults[random.pick(7)], random.pick(2) == 0});
  }
  return world;
}

}  // namespace

TEST_CASE("after weeks of outages every instance is back on tier 1, and its time is accounted for") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    const World world = bad_weeks(seed, 4);
    Policy policy = seed % 3 == 0 ? two_tiers() : three_tiers();
    if (seed % 2 == 0) policy = wrapping(policy);
    Instance instance{policy, seed};
    // Eight cooldowns at most, a task to go up, and one to end the probation.
    const Instant end = world.last_end() + std::chrono::hours{10};
    instance.live_until(end, world);

    CHECK(instance.state().current_tier == 1);
    CHECK_FALSE(instance.state().paused());
    CHECK_FALSE(instance.state().half_open);
    CHECK(instance.state().multiplier == 1);
    CHECK(instance.succeeded() > 4 * instance.failed());

    const TierTime times = instance.tier_times();
    Duration sum = times.paused.time;
    CHECK(times.paused.time == instance.spent(0));
    for (int tier = 1; tier <= static_cast<int>(policy.chain.size()); ++tier) {
      const Share& share = times.tiers[static_cast<std::size_t>(tier - 1)];
      CHECK(share.time == instance.spent(tier));
      sum += share.time;
    }
    CHECK(sum == end - monday);

    int tier = 1;
    for (const LedgerEntry& row : instance.ledger()) {
      REQUIRE(row.from_tier == tier);
      tier = row.to_tier;
    }
    CHECK(instance.count(Change::exhausted) == instance.count(Change::auto_resume));
  }
}

TEST_CASE("while one tier always answers nobody is ever paused") {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    INFO("seed " << seed);
    World world = bad_weeks(seed, 3);
    const TierId sound = std::array{opus, pro, coder}[seed % 3];
    std::erase_if(world.outages, [&](const Outage& outage) { return outage.tier == sound; });
    Instance instance{seed % 2 == 0 ? wrapping(three_tiers()) : three_tiers(), seed};
    instance.live_until(monday + days{21}, world);
    CHECK(instance.spent(0) == 0ms);
    CHECK(instance.count(Change::exhausted) == 0);
  }
}

TEST_CASE("a tier that is out for a week is tried three times a day, not every hour") {
  World world;
  world.outages = {{opus, monday, monday + days{7}, Kind::auth_error, false}};
  Instance instance{two_tiers(), 1};
  instance.live_until(monday + days{7}, world);
  CHECK(instance.count(Change::cooldown_reset) >= 18);
  CHECK(instance.count(Change::cooldown_reset) <= 24);  // after 1, 2 and 4 hours, then every 8
  CHECK(instance.failed() < instance.succeeded() / 10);
  instance.live_until(monday + days{8}, world);
  CHECK(instance.state().current_tier == 1);
}

TEST_CASE("a weekly limit that says when it ends is left alone until then") {
  World world;
  world.outages = {{opus, monday, monday + days{6}, Kind::quota, true}};
  Instance instance{three_tiers(), 1};
  instance.live_until(monday + days{6}, world);
  CHECK(instance.ledger().size() == 1);
  instance.live_until(monday + days{6} + 1h, world);
  CHECK(instance.ledger().size() == 2);
  CHECK(instance.state().current_tier == 1);
}

TEST_CASE("a night with everything out is one pause at a time and wastes no task") {
  World world;
  for (const TierId& tier : {opus, pro, coder})
    world.outages.push_back({tier, monday + 1h, monday + 9h, Kind::auth_error, false});
  Instance instance{three_tiers(), 1};
  instance.live_until(monday + 9h, world);
  CHECK(instance.spent(0) > 5h);
  CHECK(instance.count(Change::exhausted) >= 2);
  instance.live_until(monday + 24h, world);
  CHECK(instance.state().current_tier == 1);
  CHECK(instance.count(Change::exhausted) == instance.count(Change::auto_resume));
  CHECK(instance.failed() < 40);
}

TEST_CASE("an instance that its operator paused sleeps through it all") {
  const World world = bad_weeks(7, 2);
  Instance instance{three_tiers(), 7};
  instance.tell(PauseRequested{});
  instance.live_until(monday + days{14}, world);
  CHECK(instance.spent(0) == days{14});
  CHECK(instance.ledger().size() == 1);
  instance.tell(UnpauseRequested{});
  instance.live_until(monday + days{15}, World{});
  CHECK(instance.state().current_tier == 1);
  CHECK(instance.tier_times().paused.time == days{14});
}
