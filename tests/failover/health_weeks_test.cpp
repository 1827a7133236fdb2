// Weeks of a whole fleet in milliseconds: agents with queues, tasks that take time, and providers that flap.
// Health hears only what the daemon would tell it.
#include <array>
#include <map>

#include "health_squad.hpp"
#include "support/random.hpp"

using namespace fleet;
using std::chrono::days;

namespace {

struct Outage {
  std::string account{};
  std::string model{};  ///< empty: all of the account
  Instant begin{}, end{};
  Verdict verdict{};
};

class Weeks {
 public:
  Squad squad;
  std::vector<Outage> outages;
  std::string poison;             ///< a task that every provider answers with a 500
  std::optional<Instant> failed;  ///< when it was given up
  std::string misled;             ///< an agent whose every attempt on tier 1 meets a 401
  Duration quiet_for{0};          ///< between two tasks of an agent, at most
  int faults{0};
  int most_at_once_on_trial{0};

  explicit Weeks(unsigned seed) : random_{seed} {}

  void join(int agents) {
    for (int i = 0; i < agents; ++i) squad.join("agent-" + std::to_string(i), 0);
  }

  void live_until(Instant end) {
    for (int turns = 0; squad.now < end; ++turns) {
      REQUIRE(turns < 3'000'000);  // a timer that is always due, or attempts without a wait
      if (const auto due = next_deadline(squad.health, squad.now); due && *due <= squad.now) squad.tick();
      hand_out(end);
      squad.chance = random_.pick(1000) / 1000.0;
      squad.settle();
      for (auto& [name, member] : squad.members)
        if (member.running && !plans_.contains(name)) plans_[name] = plan(*member.running);
      check_trials();
      squad.now = std::min(end, next_moment());
      carry_out();
    }
  }

  [[nodiscard]] int undone() const {
    int waiting = 0;
    for (const auto& [name, member] : squad.members) waiting += static_cast<int>(member.queue.size());
    return waiting;
  }
  [[nodiscard]] int begun() const {
    int count = 0;
    for (const auto& [name, member] : squad.members) count += member.begun;
    return count;
  }
  [[nodiscard]] long count(const LedgerKind& kind) const {
    return std::ranges::count_if(squad.rows, [&](const auto& row) { return row.second.kind == kind; });
  }

  void flap(const TierId& tier, int outages_a_week, int weeks) {
    constexpr Kind faults_of_all[]{Kind::auth_error,   Kind::quota,   Kind::rate_limit, Kind::model_not_found,
                                   Kind::server_error, Kind::network, Kind::timeout};
    for (int i = 0; i < outages_a_week * weeks; ++i) {
      const Instant begin = squad.now + std::chrono::seconds{random_.pick(weeks * 7 * 24 * 3600)};
      const int longest = random_.chance(70) ? 90 : random_.chance(70) ? 3600 : 40'000;
      const Duration length = std::chrono::seconds{1 + random_.pick(longest)};
      Verdict verdict = tiers::verdict(faults_of_all[random_.pick(7)]);
      if (random_.chance(30)) verdict.reset_at = begin + length;
      if (random_.chance(20)) verdict.retry_after_s = 1 + random_.pick(40);
      outages.push_back(
          {tier.provider, random_.chance(50) ? tier.model : "", begin, begin + length, verdict});
    }
  }

 private:
  struct Plan {
    std::optional<Instant> answer{};
    Instant end{};
    Verdict verdict{};
  };

  [[nodiscard]] const Outage* outage(const TierKey& on, Instant from, Instant to) const {
    const Outage* first = nullptr;
    for (const Outage& one : outages)
      if (one.account == on.account && (one.model.empty() || one.model == on.model) && one.begin < to &&
          from < one.end && (first == nullptr || one.begin < first->begin))
        first = &one;
    return first;
  }
  Plan plan(const Attempt& attempt) {
    const Instant answer = attempt.began + 1s;
    if (attempt.agent == misled && !attempt.down) return {{}, answer, refusal(401, Kind::auth_error)};
    if (attempt.task == poison) return {{}, answer, refusal(500, Kind::server_error)};
    const Instant end = answer + std::chrono::seconds{5 + random_.pick(1200)};
    const Outage* out = outage(attempt.on, attempt.began, end);
    if (out == nullptr)
      return {answer, end, tiers::verdict(random_.chance(5) ? Kind::task_error : Kind::success)};
    if (out->begin <= answer) return {{}, attempt.began + 2s, out->verdict};
    return {answer, std::max(out->begin, answer + 1ms), out->verdict};
  }
  void hand_out(Instant end) {
    for (auto& [name, member] : squad.members) {
      Instant& next = next_task_[name];
      if (!member.queue.empty() || squad.now < next || squad.now + 1h > end) continue;
      member.queue.push_back("task-" + std::to_string(++tasks_));
      next = squad.now + Duration{1 + random_.pick(static_cast<int>(quiet_for.count()) + 1)};
    }
  }
  [[nodiscard]] Instant next_moment() const {
    Instant next = squad.now + 1h;
    if (const auto due = next_deadline(squad.health, squad.now))
      next = std::min(next, std::max(squad.now, *due));
    for (const auto& [name, member] : squad.members) {
      if (member.running) {
        const Plan& plan = plans_.at(name);
        next = std::min(next, plan.answer.value_or(plan.end));
      } else if (!member.queue.empty() && member.not_before > squad.now) {
        next = std::min(next, member.not_before);
      } else if (member.queue.empty()) {
        next = std::min(next, std::max(next_task_.at(name), squad.now + 1s));
      }
    }
    return std::max(next, squad.now + 1ms);
  }
  void carry_out() {
    for (auto& [name, member] : squad.members) {
      if (!member.running) continue;
      Plan& plan = plans_.at(name);
      if (plan.answer && *plan.answer <= squad.now) {
        squad.answer(name);
        plan.answer.reset();
        answered_.insert(member.running->id);
      }
      if (plan.answer || plan.end > squad.now) continue;
      const bool answered = answered_.erase(member.running->id) > 0;
      faults += is_provider_fault(plan.verdict.kind) ? 1 : 0;
      const Verdict verdict = plan.verdict;
      plans_.erase(name);
      const std::string task = member.queue.front();
      if (squad.end(name, verdict, answered) == TaskFate::fails && task == poison) failed = squad.now;
    }
  }
  /// Whoever is on trial runs.
  void check_trials() const {
    for (const auto& [key, entry] : squad.health.entries) {
      if (entry.state != HealthState::trial) continue;
      const bool runs = std::ranges::any_of(squad.members, [&](const auto& one) {
        return one.second.running && one.second.running->id == entry.trial.attempt;
      });
      REQUIRE(runs);
    }
  }

  understudy::support::Random random_;
  std::map<std::string, Plan> plans_;
  std::map<std::string, Instant> next_task_;
  std::set<std::string> answered_;
  int tasks_{0};
};

Instant last_end(const Weeks& weeks) {
  Instant last = weeks.squad.now;
  for (const Outage& outage : weeks.outages) last = std::max(last, outage.end);
  return last;
}

}  // namespace

TEST_CASE("after weeks of flapping providers everybody is back on tier 1 and no task was lost", "[health]") {
  for (unsigned seed = 1; seed <= 12; ++seed) {
    INFO("seed " << seed);
    Weeks weeks{seed};
    weeks.squad.policy = seed % 3 == 0 ? tiers::two_tiers() : tiers::three_tiers();
    if (seed % 2 == 0) weeks.squad.policy.on_exhausted = OnExhausted::wrap;
    if (seed % 4 == 1) weeks.squad.policy.return_policy = ReturnPolicy::after_success;
    weeks.join(4);
    weeks.quiet_for = 30min;
    for (const TierId& tier : weeks.squad.policy.chain) weeks.flap(tier, 20, 2);
    weeks.live_until(last_end(weeks) + days{2});

    CHECK(weeks.undone() == 0);
    int done = 0;
    for (auto& [name, member] : weeks.squad.members) {
      CAPTURE(name);
      CHECK(member.state.current_tier == 1);
      CHECK_FALSE(member.state.paused());
      CHECK_FALSE(member.state.wrapped);
      done += member.done;
    }
    for (const auto& [key, entry] : weeks.squad.health.entries) CHECK(entry.state != HealthState::open);
    CHECK(weeks.faults < done / 5);
    CHECK(weeks.count(Change::exhausted) == weeks.count(Change::auto_resume));
  }
}

TEST_CASE("while one tier always answers nobody of a fleet is ever paused", "[health]") {
  for (unsigned seed = 1; seed <= 6; ++seed) {
    INFO("seed " << seed);
    Weeks weeks{seed};
    weeks.squad.policy = tiers::three_tiers();
    weeks.join(4);
    const TierId sound = weeks.squad.policy.chain[seed % 3];
    for (const TierId& tier : weeks.squad.policy.chain)
      if (!(tier == sound)) weeks.flap(tier, 30, 1);
    weeks.live_until(last_end(weeks) + days{1});
    CHECK(weeks.count(Change::exhausted) == 0);
  }
}

TEST_CASE("a day with everything out costs few attempts, and all is done on the morning after", "[health]") {
  for (const Kind kind : {Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error}) {
    CAPTURE(to_string(kind));
    Weeks weeks{1};
    weeks.squad.policy = tiers::two_tiers();
    weeks.join(8);
    const Instant begin = weeks.squad.now, end = begin + days{1};
    for (const TierId& tier : weeks.squad.policy.chain)
      weeks.outages.push_back({tier.provider, "", begin, end, tiers::verdict(kind)});
    weeks.live_until(end);
    // Two providers, each tried by one agent: at once, and then every eight lengths.
    const Duration length = kind == Kind::server_error ? 30s : kind == Kind::rate_limit ? 5min : 60min;
    CHECK(weeks.begun() <= 2 * (24h / (8 * length) + 5) + 16);
    weeks.live_until(end + 13h);
    for (auto& [name, member] : weeks.squad.members) CHECK(member.done > 0);
  }
}

TEST_CASE("eight agents share what one learned: a dead key costs one attempt for each look", "[health]") {
  Weeks weeks{1};
  weeks.squad.policy = tiers::two_tiers();
  weeks.join(8);
  weeks.outages.push_back(
      {"anthropic", "", weeks.squad.now, weeks.squad.now + days{7}, refusal(401, Kind::auth_error)});
  weeks.live_until(weeks.squad.now + days{7});
  CHECK(weeks.faults >= 18);
  CHECK(weeks.faults <= 8 + 24);  // who began before anybody knew; after 1, 2 and 4 hours, then every 8
}

TEST_CASE("a poison task fails by itself, and the others work on", "[health]") {
  for (unsigned seed = 1; seed <= 5; ++seed) {
    CAPTURE(seed);
    Weeks weeks{seed};
    weeks.squad.policy = tiers::two_tiers();
    weeks.join(4);
    weeks.quiet_for = 5min;
    const Instant begin = weeks.squad.now;
    weeks.live_until(begin + 1h);
    weeks.poison = "poison";
    weeks.squad.at("agent-0").queue.push_back(weeks.poison);
    weeks.live_until(begin + days{1});
    REQUIRE(weeks.failed);
    CHECK(*weeks.failed < begin + 7h);
    CHECK(weeks.faults < 40);
    for (auto& [name, member] : weeks.squad.members) {
      CAPTURE(name);
      CHECK(member.done > 50);
      CHECK(member.state.current_tier == 1);
    }
  }
}

TEST_CASE("a badly set up agent is out alone, and works on its fallback", "[health]") {
  Weeks weeks{1};
  weeks.squad.policy = tiers::two_tiers();
  weeks.join(4);
  weeks.quiet_for = 5min;
  weeks.misled = "agent-0";
  weeks.live_until(weeks.squad.now + days{7});
  const auto moves_of = [&](const std::string& name) {
    return std::ranges::count_if(weeks.squad.rows, [&](const auto& row) {
      return row.first == name && row.second.kind == LedgerKind{Kind::auth_error};
    });
  };
  for (const char* well : {"agent-1", "agent-2", "agent-3"}) {
    CAPTURE(well);
    CHECK(moves_of(well) <= 12);  // once for all now and then, when its blame was forgotten
    CHECK(weeks.squad.at(well).state.current_tier == 1);
  }
  CHECK(weeks.faults <= 60);
  CHECK(weeks.squad.at("agent-0").done > 300);
}

TEST_CASE("one tier, overloaded for 25 s: the task is done, with few attempts", "[health]") {
  Weeks weeks{1};
  weeks.squad.policy = tiers::chain_of({tiers::opus});
  weeks.squad.join("ann");
  const Instant begin = weeks.squad.now;
  weeks.outages.push_back({"anthropic", "", begin, begin + 25s, refusal(529, Kind::server_error)});
  weeks.live_until(begin + 1h);
  CHECK(weeks.squad.at("ann").done == 1);
  CHECK(weeks.faults <= 4);
  CHECK(weeks.squad.at("ann").failed == 0);
}
