// ns for each step of the tier machine, as the fleet takes them: after every task, and at every tick.
#include <chrono>
#include <cstdio>
#include <utility>
#include <vector>

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
  retries();
  deadlines();
  tier_times();
}
