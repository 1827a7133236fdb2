// Random lives of a fleet under random policies, on a clock that also goes backwards: what must hold after
// every step, whatever came before; the seed is printed on failure.
#include <algorithm>

#include "health_squad.hpp"
#include "support/random.hpp"
#include "understudy/failover/json.hpp"

using namespace fleet;

namespace {

const std::vector<TierId> pool{{"p1", "opus"}, {"p1", "sonnet"}, {"p2", "pro"}, {"p3", "coder"}};

class Life {
 public:
  explicit Life(unsigned seed) : random_{seed} {
    policy_ = some_policy();
    for (int i = 0; i < 5; ++i) {
      Seat& seat = seats_.emplace_back();
      seat.agent = "agent-" + std::to_string(i);
      seat.external = random_.chance(10);
      states_.emplace_back();
      running_.emplace_back();
    }
    reseat();
  }

  void live_on() {
    chance_ = random_.pick(1000) / 1000.0;
    pass_time();
    const auto agent = static_cast<std::size_t>(random_.pick(static_cast<int>(seats_.size())));
    const int what = random_.pick(100);
    if (what < 45) return running_[agent] ? meet(agent) : ask(agent);
    if (what < 55) return answer(agent);
    if (what < 60) return release(agent);
    if (what < 84) return tell(Ticked{});
    operate(agent, what);
  }

 private:
  Policy some_policy() {
    Policy policy{.chain = pool, .enabled = !random_.chance(10)};
    std::shuffle(policy.chain.begin(), policy.chain.end(), random_);
    policy.chain.resize(static_cast<std::size_t>(1 + random_.pick(3)));
    if (random_.chance(30)) policy.cooldown = Duration{random_.pick(3'600'000)};
    if (random_.chance(20)) policy.cooldown.set(Kind::quota, Duration{random_.pick(3'600'000)});
    policy.on_exhausted = random_.chance(50) ? OnExhausted::wrap : OnExhausted::pause;
    policy.return_policy = random_.chance(30) ? ReturnPolicy::after_success : ReturnPolicy::when_due;
    policy.resume_when_possible = random_.chance(85);
    policy.server_error_threshold = 1 + random_.pick(4);
    for (const Kind kind : {Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error})
      if (random_.chance(15)) policy.triggers.erase(kind);
    return policy;
  }
  void reseat() {
    for (Seat& seat : seats_) {
      seat.chain.clear();
      for (const TierId& tier : policy_.chain) seat.chain.push_back({.account = tier.provider});
    }
  }
  void pass_time() {
    if (random_.chance(2)) now_ -= Duration{random_.pick(3'600'000)};
    const auto due = next_deadline(health_, now_);
    if (due && random_.chance(40)) now_ = std::max(now_, *due - Duration{random_.pick(2)});
    now_ += Duration{random_.pick(random_.chance(50) ? 3'000 : 120'000)};
  }
  Verdict some_verdict() {
    const Kind kind = random_.chance(30)
                          ? Kind::success
                          : all_kinds[static_cast<std::size_t>(random_.pick(all_kinds.size()))];
    Verdict verdict = tiers::verdict(kind);
    if (random_.chance(20)) verdict.retry_after_s = random_.pick(random_.chance(70) ? 40 : 900'000);
    if (random_.chance(10)) verdict.reset_at = now_ + std::chrono::minutes{random_.pick(20'000) - 3'000};
    if (random_.chance(50)) verdict.status = random_.chance(50) ? 401 : 529;
    return verdict;
  }

  // ---- what happens

  void ask(std::size_t agent) {
    if (seats_[agent].external) return void(tell(agent, HealthChanged{}));
    TaskWaits task{.attempt = "at-" + std::to_string(++numbered_),
                   .task = "task-" + std::to_string(random_.pick(8))};
    if (random_.chance(10)) task.refused = {pool[static_cast<std::size_t>(random_.pick(4))]};
    const bool sent = health_.sent.contains(seats_[agent].agent);
    const Health before = health_;
    const Choice choice = tell(agent, task);
    if (choice.what != Decision::begin) {
      if (choice.until) REQUIRE(*choice.until > now_);  // nothing loops without a wait
      return;
    }
    const auto index = static_cast<std::size_t>(choice.tier) - 1;
    running_[agent] = Attempt{.id = task.attempt,
                              .agent = seats_[agent].agent,
                              .task = task.task,
                              .on = {policy_.chain[index].provider, policy_.chain[index].model},
                              .down = choice.tier > 1,
                              .began = now_};
    const Access known = access(before, *running_[agent], now_);
    if (!sent && !choice.early) REQUIRE(known.pass != Pass::blocked);
    for (const auto& [key, entry] : before.entries)  // whoever is on trial keeps it
      if (entry.state == HealthState::trial && entry.trial.until > now_ && health_.entries.contains(key))
        REQUIRE(health_.entries.at(key).trial.attempt == entry.trial.attempt);
    now_ += 1ms;
  }
  void meet(std::size_t agent) {
    const Attempt attempt = *std::exchange(running_[agent], std::nullopt);
    const Ended ended{attempt, some_verdict(), random_.chance(50)};
    const Health before = health_;
    tell(agent, ended);
    ended_nothing_held(attempt);
    for (const auto& [key, was] : before.entries) {
      const auto is = health_.entries.find(key);
      REQUIRE(is != health_.entries.end());
      const bool late = attempt.began <= was.since && was.trial.attempt != attempt.id;
      if (late && ended.verdict.kind == Kind::success) REQUIRE(is->second.state == was.state);
      if (late && is->second.state == HealthState::open && was.state == HealthState::open)
        REQUIRE(is->second.until >= was.until);
    }
  }
  void answer(std::size_t agent) {
    if (running_[agent]) tell(Answered{*running_[agent]});
  }
  void release(std::size_t agent) {
    if (!running_[agent]) return;
    const Attempt attempt = *std::exchange(running_[agent], std::nullopt);
    tell(Released{attempt.id});
    ended_nothing_held(attempt);
  }
  void operate(std::size_t agent, int what) {
    if (what < 87) return void(tell(agent, PauseRequested{}));
    if (what < 91) return void(tell(agent, UnpauseRequested{}));
    if (what < 93) return void(tell(agent, ResetRequested{}));
    if (what < 95) return tell(TryRequested{"p1", {}});
    if (what < 96) return tell(AccountReset{"p1"});
    if (what < 97)
      return tell(random_.chance(50) ? HealthEvent{KeyMissing{"p2", "KEY is not set"}}
                                     : HealthEvent{KeyChanged{"p2", "p2"}});
    if (what < 98) {
      std::set<std::string> adopted;
      for (const auto& attempt : running_)
        if (attempt) adopted.insert(attempt->id);
      return tell(Restarted{adopted});
    }
    policy_ = some_policy();
    reseat();
    for (std::size_t i = 0; i < seats_.size(); ++i) tell(i, ChainChanged{});
    ReachChanged reach;
    for (const TierId& tier : policy_.chain) reach.tiers.insert({tier.provider, tier.model});
    for (const Seat& seat : seats_) reach.agents.insert(seat.agent);
    tell(reach);
  }

  void tell(const HealthEvent& event) {
    const HealthStep again = step(policy_, health_, event, now_, chance_);
    HealthStep next = step(policy_, std::move(health_), event, now_, chance_);
    REQUIRE(next.health == again.health);
    health_ = std::move(next.health);
    check();
    if (std::holds_alternative<Ticked>(event))
      if (const auto due = next_deadline(health_, now_)) REQUIRE(*due > now_);
  }
  Choice tell(std::size_t agent, const SeatEvent& event) {
    const State before = states_[agent];
    SeatStep next = step(policy_, seats_[agent], std::move(health_), before, event, now_, chance_);
    health_ = std::move(next.health);
    states_[agent] = std::move(next.state);
    check();
    survives_the_disk();
    stands_somewhere(states_[agent]);
    const State& state = states_[agent];
    if (next.moved || before.pause_reason != state.pause_reason) REQUIRE_FALSE(next.ledger.empty());
    for (const LedgerEntry& row : next.ledger) REQUIRE_FALSE(row.reason.empty());
    if (!next.ledger.empty()) {
      REQUIRE(next.ledger.front().from_tier == before.current_tier);
      REQUIRE(next.ledger.back().to_tier == state.current_tier);
    }
    const bool his =
        std::holds_alternative<UnpauseRequested>(event) || std::holds_alternative<ResetRequested>(event);
    if (before.pause_reason == PauseReason::operator_ && !his)
      REQUIRE(state.pause_reason == PauseReason::operator_);
    return next.choice;
  }

  // ---- what must hold

  void survives_the_disk() const {
    if (now_.time_since_epoch().count() % 8 == 0)
      REQUIRE(from_json<Health>(to_json(health_)).value == health_);
  }
  void stands_somewhere(const State& state) const {
    REQUIRE(state.current_tier >= 1);
    REQUIRE(state.current_tier <= static_cast<int>(policy_.chain.size()));
    REQUIRE(state.serving == policy_.chain[static_cast<std::size_t>(state.current_tier) - 1]);
    REQUIRE(state.not_before.empty());
    REQUIRE(state.over_budget_until.empty());
    REQUIRE_FALSE((state.half_open || state.streak != 0 || state.multiplier != 1 || state.retry_at));
  }
  void ended_nothing_held(const Attempt& attempt) const {
    for (const auto& [key, entry] : health_.entries) REQUIRE(entry.trial.attempt != attempt.id);
  }
  void check() const {
    for (const auto& [key, entry] : health_.entries) {
      REQUIRE(entry.length <= std::chrono::days{8});
      REQUIRE((entry.state == HealthState::trial) == !entry.trial.attempt.empty());
      if (entry.state == HealthState::ramping) REQUIRE(entry.ramp.places >= 0);
      if (entry.state == HealthState::open || entry.state == HealthState::due) REQUIRE(entry.kind);
    }
    for (const Seat& seat : seats_)
      for (const TierId& tier : pool) {
        const Access known = access(health_, {.agent = seat.agent, .on = {tier.provider, tier.model}}, now_);
        if (known.pass != Pass::blocked) continue;
        REQUIRE(known.by != nullptr);
        REQUIRE(known.by->state != HealthState::closed);
        REQUIRE(known.until.has_value() == (known.by->state != HealthState::unconfigured));
      }
  }

  understudy::support::Random random_;
  Policy policy_;
  Health health_;
  Instant now_{std::chrono::days{19'000}};
  double chance_{0.5};
  std::vector<Seat> seats_;
  std::vector<State> states_;
  std::vector<std::optional<Attempt>> running_;
  int numbered_{0};
};

}  // namespace

TEST_CASE("whatever happens, health keeps its promises", "[health]") {
  for (unsigned seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Life life{seed};
    for (int event = 0; event < 250; ++event) {
      INFO("event " << event);
      life.live_on();
    }
  }
}
