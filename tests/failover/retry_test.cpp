// What becomes of a task whose attempt ended with a provider's fault.
#include <limits>

#include "tiers_rig.hpp"
#include "understudy/failover/health_tiers.hpp"
#include "understudy/failover/retry.hpp"

using namespace tiers;

namespace {

/// One task that is tried until it is told to wait or to give up.
struct Task {
  Rig rig;
  RetryState progress{};
  Retry last{};

  RetryKind attempt(const Verdict& seen) {
    const TierId on = rig.it.serving == TierId{} ? rig.policy.chain.front() : rig.it.serving;
    rig.send(OutcomeObserved{seen, on});
    last = decide_retry(rig.policy, rig.it, progress, seen, on);
    progress = last.state;
    return last.kind;
  }
  RetryKind attempt(Kind kind) { return attempt(verdict(kind)); }
  void resume() {
    REQUIRE(rig.deadline());
    rig.now = *rig.deadline();
    rig.send(Ticked{});
    REQUIRE_FALSE(rig.it.paused());
  }
};

}  // namespace

TEST_CASE("a task follows its instance to the next tier at once") {
  Task task{Rig{three_tiers()}};
  CHECK(task.attempt(Kind::auth_error) == RetryKind::now);
  CHECK(task.attempt(Kind::quota) == RetryKind::now);
  CHECK(task.rig.it.current_tier == 3);
  CHECK(task.last.delay == 0ms);
}

TEST_CASE("where no provider is at fault, nothing is tried again") {
  const Health health;
  const Seat seat{.agent = "a", .chain = {{"anthropic"}, {"deepseek"}}};
  for (const Kind kind : all_kinds) {
    CAPTURE(to_string(kind));
    Rig rig{two_tiers()};
    rig.fail(Kind::auth_error);  // on tier 2, where a task of tier 1 would go on at once
    const auto done = decide_retry(rig.policy, rig.it, {}, verdict(kind), opus);
    CHECK(done.kind == (is_provider_fault(kind) ? RetryKind::now : RetryKind::give_up));
    CHECK(done.state.tries.empty() != is_provider_fault(kind));
    const auto among_others =
        decide_retry(rig.policy, seat, health, rig.it, {}, verdict(kind), opus, rig.now);
    CHECK((among_others.kind == RetryKind::give_up) != is_provider_fault(kind));
  }
}

TEST_CASE("on the same tier a task waits for twice as long each time") {
  Task task{Rig{three_tiers()}};
  task.rig.policy.server_error_threshold = 9;
  for (const Duration expected : {1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s}) {
    CHECK(task.attempt(Kind::server_error) == RetryKind::later);
    CHECK(task.last.delay == expected);
  }
  CHECK(task.attempt(Kind::server_error) == RetryKind::now);
  CHECK(task.rig.it.current_tier == 2);
}

TEST_CASE("the provider's own delay is kept instead") {
  Task task{Rig{three_tiers()}};
  CHECK(task.attempt(verdict(Kind::server_error, 12.5)) == RetryKind::later);
  CHECK(task.last.delay == 12500ms);
  CHECK(task.attempt(verdict(Kind::server_error, 0)) == RetryKind::later);
  CHECK(task.last.delay == 0ms);
}

TEST_CASE("a senseless delay is bounded") {
  struct Case {
    double said;
    Duration kept;
  };
  const auto [said, kept] = GENERATE(Case{-3, 0ms}, Case{1e300, std::chrono::days{8}},
                                     Case{std::numeric_limits<double>::infinity(), std::chrono::days{8}},
                                     Case{std::numeric_limits<double>::quiet_NaN(), 0ms});
  Task task{Rig{three_tiers()}};
  task.attempt(verdict(Kind::server_error, said));
  CHECK(task.last.delay == kept);
}

TEST_CASE("a tier gets as many tries of one task as the threshold says") {
  Task task{Rig{chain_of({opus})}};
  CHECK(task.attempt(Kind::auth_error) == RetryKind::later);
  CHECK(task.attempt(Kind::server_error) == RetryKind::later);
  CHECK(task.attempt(Kind::timeout) == RetryKind::give_up);
}

TEST_CASE("a fault that is not a trigger is retried on the same tier, then given up") {
  Task task{Rig{three_tiers()}};
  task.rig.policy.triggers = Triggers{Kind::quota};
  CHECK(task.attempt(Kind::auth_error) == RetryKind::later);
  CHECK(task.attempt(Kind::auth_error) == RetryKind::later);
  CHECK(task.attempt(Kind::auth_error) == RetryKind::give_up);
}

TEST_CASE("the tries on one tier do not count on the next") {
  Task task{Rig{three_tiers()}};
  for (int tier = 1; tier < 3; ++tier) {
    CHECK(task.attempt(Kind::network) == RetryKind::later);
    CHECK(task.attempt(Kind::network) == RetryKind::later);
    CHECK(task.attempt(Kind::network) == RetryKind::now);
  }
}

TEST_CASE("an exhausted instance gives its task a fresh pass on resume, three in all") {
  Task task{Rig{two_tiers()}};
  for (int pass = 1; pass <= 3; ++pass) {
    INFO("pass " << pass);
    CHECK(task.progress.tries.empty());
    RetryKind kind = RetryKind::now;
    while (kind == RetryKind::now) kind = task.attempt(Kind::auth_error);
    CHECK(task.rig.it.pause_reason == PauseReason::exhausted);
    CHECK(task.progress.passes == pass);
    CHECK(kind == (pass < 3 ? RetryKind::wait : RetryKind::give_up));
    if (pass < 3) task.resume();
  }
}

TEST_CASE("a wrapping instance gives its task two passes, then the task fails") {
  Task task{Rig{wrapping(two_tiers())}};
  CHECK(task.attempt(Kind::auth_error) == RetryKind::now);  // ②
  CHECK(task.attempt(Kind::auth_error) == RetryKind::now);  // round to ①
  CHECK(task.rig.it.current_tier == 1);
  CHECK(task.attempt(Kind::auth_error) == RetryKind::now);  // ②
  CHECK(task.attempt(Kind::auth_error) == RetryKind::give_up);
  CHECK(task.rig.it.paused());
}

TEST_CASE("a task that enters a wrap late waits for its second pass") {
  Task task{Rig{wrapping(two_tiers())}};
  for (int i = 0; i < 3; ++i) task.rig.fail(Kind::auth_error);
  CHECK(task.attempt(Kind::auth_error) == RetryKind::wait);
  CHECK(task.progress.passes == 1);
}

TEST_CASE("two tiers that take turns do not keep a task forever") {
  Task task{Rig{two_tiers()}};
  task.rig.policy.cooldown = 0ms;  // every tier is due again at once
  int attempts = 0;
  while (task.attempt(Kind::auth_error) == RetryKind::now) REQUIRE(++attempts < 10);
  CHECK(task.last.kind == RetryKind::give_up);
}

TEST_CASE("while the operator pauses, a task waits where it is") {
  Task task{Rig{three_tiers()}};
  task.rig.send(PauseRequested{});
  SECTION("on the same tier") {
    CHECK(task.attempt(Kind::server_error) == RetryKind::wait);
    CHECK(task.progress.tries.at(opus) == 1);
  }
  SECTION("on the tier it moved to") {
    CHECK(task.attempt(Kind::auth_error) == RetryKind::wait);
    CHECK(task.rig.it.current_tier == 2);
  }
  CHECK(task.progress.passes == 0);
}

TEST_CASE("when another task has moved the instance meanwhile, a task just follows") {
  Rig rig;
  rig.fail(Kind::auth_error);
  rig.fail_on(opus, Kind::network);
  const Retry retry = decide_retry(rig.policy, rig.it, {}, verdict(Kind::network), opus);
  CHECK(retry.kind == RetryKind::now);
  CHECK(retry.state.tries.at(opus) == 1);
}

TEST_CASE("no task is tried forever, whatever the provider answers") {
  for (unsigned seed = 0; seed < 2000; ++seed) {
    Task task{Rig{seed % 3 == 0 ? chain_of({opus}) : seed % 3 == 1 ? two_tiers() : three_tiers()}};
    if (seed % 2 == 0) task.rig.policy.on_exhausted = OnExhausted::wrap;
    task.rig.policy.server_error_threshold = 1 + static_cast<int>(seed % 5);
    const int bound = 3 * 3 * task.rig.policy.server_error_threshold;
    unsigned random = seed * 2654435761u + 1;
    int attempts = 0;
    RetryKind kind = RetryKind::now;
    while (kind != RetryKind::give_up) {
      random = random * 1664525u + 1013904223u;
      const Kind fault = all_kinds[1 + (random >> 16) % 7];
      kind = task.attempt(fault);
      INFO("seed " << seed);
      REQUIRE(++attempts <= bound);
      if (kind == RetryKind::wait) task.resume();
      if (kind == RetryKind::later) task.rig.pass(task.last.delay);
    }
  }
}
