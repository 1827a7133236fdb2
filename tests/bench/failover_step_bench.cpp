// ns for each step of the tier machine, as the fleet takes them: after every task, and at every tick.
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

#include "understudy/failover/health_tiers.hpp"
#include "understudy/failover/retry.hpp"
#include "understudy/failover/step.hpp"
#include "understudy/failover/tier_time.hpp"

namespace {

using namespace understudy::failover;
using Clock = std::chrono::steady_clock;

double ns_since(Clock::time_point begin, long operations) {
  return std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
         static_cast<double>(operations);
}

const TierId opus{"anthropic", "claude-opus-4-7"};
const TierId pro{"deepseek", "deepseek-v4-pro"};
const TierId coder{"ollama", "qwen3-coder"};

OutcomeObserved outcome(Kind kind, const TierId& on) {
  OutcomeObserved seen;
  seen.verdict.kind = kind;
  seen.tier = on;
  return seen;
}

struct Driven {
  void send(const Event& event) { state = step(policy, std::move(state), event, now).state; }

  Policy policy{.chain = {opus, pro, coder}, .enabled = true};
  State state;
  Instant now{std::chrono::hours{500'000}};
};

void same_event(const char* name, Driven one, const Event& event) {
  constexpr long rounds = 2'000'000;
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) one.send(event);
  std::printf("%-44s %8.1f ns/op\n", name, ns_since(begin, rounds));
}

void down_and_up() {
  Driven one;
  constexpr long rounds = 300'000;
  const Event refused = outcome(Kind::auth_error, opus);
  const Event fine = outcome(Kind::success, pro);
  const Event sure = outcome(Kind::success, opus);
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) {
    one.send(refused);
    one.now += Cooldown::usual;
    one.send(fine);
    one.send(sure);
  }
  std::printf("%-44s %8.1f ns/op\n", "step, one down, one up, one confirmed", ns_since(begin, 3 * rounds));
}

/// A fleet of `agents` on one account, with the memory of every tier warm.
struct DrivenFleet {
  explicit DrivenFleet(int agents) {
    for (int i = 0; i < agents; ++i) {
      Seat seat{.agent = "reviewer-" + std::to_string(i)};
      for (const TierId& tier : policy.chain)
        seat.chain.push_back({.account = "account of " + tier.provider});
      seats.push_back(std::move(seat));
      states.emplace_back();
    }
    for (const auto& tier : policy.chain)
      health.tiers[{"account of " + tier.provider, tier.model}].last = {now, seats[0].agent,
                                                                        "rollout-0123456789"};
  }
  [[nodiscard]] Attempt attempt(std::size_t agent) const {
    return {.id = "attempt-0123456789",
            .agent = seats[agent].agent,
            .task = "rollout-0123456789",
            .on = {seats[agent].chain[0].account, policy.chain[0].model},
            .began = now - std::chrono::seconds{1}};
  }
  Choice send(std::size_t agent, const SeatEvent& event) {
    auto next = step(policy, seats[agent], std::move(health), std::move(states[agent]), event, now, 0.5);
    health = std::move(next.health);
    states[agent] = std::move(next.state);
    return std::move(next.choice);
  }

  Policy policy{.chain = {opus, pro, coder}, .enabled = true};
  std::vector<Seat> seats;
  std::vector<State> states;
  Health health;
  Instant now{std::chrono::hours{500'000}};
};

void with_health() {
  DrivenFleet fleet{1};
  constexpr long rounds = 1'000'000;
  const SeatEvent fine = Ended{fleet.attempt(0), {.kind = Kind::success}, true};
  const SeatEvent waits = TaskWaits{.attempt = "attempt-0123456789", .task = "rollout-0123456789"};
  auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) fleet.send(0, fine);
  std::printf("%-44s %8.1f ns/op\n", "with health: success on tier 1", ns_since(begin, rounds));
  begin = Clock::now();
  for (long i = 0; i < rounds; ++i) fleet.send(0, waits);
  std::printf("%-44s %8.1f ns/op\n", "with health: a task begins on tier 1", ns_since(begin, rounds));
}

void an_account_opens() {
  constexpr std::size_t agents = 1'000;
  DrivenFleet fleet{agents};
  const SeatEvent waits = TaskWaits{.attempt = "attempt-0123456789", .task = "rollout-0123456789"};
  Verdict refused{.kind = Kind::auth_error, .failover = true, .status = 401};
  const auto begin = Clock::now();
  fleet.send(0, Ended{fleet.attempt(0), refused});
  for (std::size_t agent = 0; agent < agents; ++agent) fleet.send(agent, waits);
  std::printf("%-44s %8.2f ms\n", "an account opens under 1,000 agents", ns_since(begin, 1) / 1e6);
}

void retries() {
  Driven one;
  one.send(outcome(Kind::server_error, opus));
  const Verdict seen = outcome(Kind::server_error, opus).verdict;
  constexpr long rounds = 1'000'000;
  long later = 0;
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i)
    later += decide_retry(one.policy, one.state, {}, seen, opus).kind == RetryKind::later;
  std::printf("%-44s %8.1f ns/op (%ld later)\n", "deciding a retry", ns_since(begin, rounds), later);
}

void deadlines() {
  Driven one;
  for (const TierId& tier : {opus, pro, coder}) one.send(outcome(Kind::auth_error, tier));
  constexpr long rounds = 20'000'000;
  long armed = 0;
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i) {
    one.state.current_tier = 1 + static_cast<int>(i % 3);
    armed += next_deadline(one.policy, one.state).has_value();
  }
  std::printf("%-44s %8.1f ns/op (%ld armed)\n", "next deadline", ns_since(begin, rounds), armed);
}

void tier_times() {
  Driven one;
  std::vector<TierPoint> points;
  for (int i = 0; i < 500; ++i)
    points.push_back({one.now - std::chrono::minutes{500 - i}, 1 + i % 3, Kind::quota});
  constexpr long rounds = 20'000;
  Duration spent{};
  const auto begin = Clock::now();
  for (long i = 0; i < rounds; ++i)
    spent += tier_time(points, 3, std::chrono::hours{24}, one.now).tiers[1].time;
  std::printf("%-44s %8.1f ns/op (%ld ms on tier 2)\n", "tier time over 500 rows", ns_since(begin, rounds),
              static_cast<long>(spent.count() / rounds));
}

}  // namespace

int main() {
  Driven healthy;
  healthy.send(outcome(Kind::success, opus));
  Driven degraded = healthy;
  degraded.send(outcome(Kind::auth_error, opus));
  same_event("step, success on tier 1", healthy, outcome(Kind::success, opus));
  same_event("step, task error", healthy, outcome(Kind::task_error, opus));
  same_event("step, success while degraded", degraded, outcome(Kind::success, pro));
  same_event("step, late fault of another tier", degraded, outcome(Kind::quota, opus));
  same_event("step, tick", degraded, Ticked{});
  down_and_up();
  with_health();
  an_account_opens();
  retries();
  deadlines();
  tier_times();
}
