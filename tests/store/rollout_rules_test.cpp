// The rules of rollouts without a store; the tables are what the reference store does.
#include <catch2/catch.hpp>

#include "understudy/store/rollout_rules.hpp"

using namespace understudy::store;
using R = RolloutStatus;
using A = AttemptStatus;

namespace {

RolloutConfig retrying(std::int64_t max_attempts) {
  return {.max_attempts = max_attempts, .retry_condition = {A::failed, A::timeout, A::unresponsive}};
}

}  // namespace

TEST_CASE("a status is spelled as on the wire, and nothing else is one") {
  for (const auto status : all_rollout_statuses) CHECK(parse_rollout_status(to_string(status)) == status);
  for (const auto status : all_attempt_statuses) CHECK(parse_attempt_status(to_string(status)) == status);
  CHECK(to_string(R::requeuing) == "requeuing");
  CHECK(to_string(A::unresponsive) == "unresponsive");
  CHECK(to_string(WorkerStatus::unknown) == "unknown");
  CHECK_FALSE(parse_rollout_status("queueing"));
  CHECK_FALSE(parse_attempt_status("cancelled"));
  CHECK_FALSE(parse_attempt_status(""));
}

TEST_CASE("a rollout follows its latest attempt, and is tried again while its config says so") {
  struct Row {
    bool retry;
    std::int64_t max_attempts;
    A attempt;
    R rollout;
    bool attempt_ends;
    WorkerStatus worker;
  };
  constexpr auto busy = WorkerStatus::busy;
  constexpr auto idle = WorkerStatus::idle;
  constexpr auto unknown = WorkerStatus::unknown;
  const auto row = GENERATE(values<Row>({
      {false, 1, A::preparing, R::preparing, false, busy},
      {false, 1, A::running, R::running, false, busy},
      {false, 1, A::failed, R::failed, true, idle},
      {false, 1, A::succeeded, R::succeeded, true, idle},
      {false, 1, A::unresponsive, R::failed, false, unknown},
      {false, 1, A::timeout, R::failed, false, unknown},
      {true, 1, A::preparing, R::preparing, false, busy},
      {true, 1, A::running, R::running, false, busy},
      {true, 1, A::failed, R::failed, true, idle},
      {true, 1, A::succeeded, R::succeeded, true, idle},
      {true, 1, A::unresponsive, R::failed, false, unknown},
      {true, 1, A::timeout, R::failed, false, unknown},
      {true, 2, A::preparing, R::preparing, false, busy},
      {true, 2, A::running, R::running, false, busy},
      {true, 2, A::failed, R::requeuing, true, idle},
      {true, 2, A::succeeded, R::succeeded, true, idle},
      {true, 2, A::unresponsive, R::requeuing, false, unknown},
      {true, 2, A::timeout, R::requeuing, false, unknown},
  }));
  const auto config =
      row.retry ? retrying(row.max_attempts) : RolloutConfig{.max_attempts = row.max_attempts};
  INFO(to_string(row.attempt) << ", retry " << row.retry << ", at most " << row.max_attempts);
  CHECK(after_report(R::preparing, row.attempt, 1, config) == row.rollout);
  CHECK(is_finished(row.attempt) == row.attempt_ends);
  CHECK(after_attempt(row.attempt) == row.worker);
}

TEST_CASE("only what the config names is tried again, and only up to its number of attempts") {
  const RolloutConfig config{.max_attempts = 3, .retry_condition = {A::timeout}};
  CHECK(after_report(R::running, A::timeout, 2, config) == R::requeuing);
  CHECK(after_report(R::running, A::timeout, 3, config) == R::failed);
  CHECK(after_report(R::running, A::timeout, 7, config) == R::failed);
  CHECK(after_report(R::running, A::failed, 1, config) == R::failed);
  CHECK(after_report(R::running, A::unresponsive, 1, config) == R::failed);
}

TEST_CASE("a finished rollout follows reports on its attempt, but a cancelled one stays cancelled") {
  for (const auto attempt : all_attempt_statuses) {
    INFO(to_string(attempt));
    CHECK(after_report(R::cancelled, attempt, 1, retrying(5)) == R::cancelled);
    for (const auto ended : {R::failed, R::succeeded})
      CHECK(after_report(ended, attempt, 1, retrying(1)) ==
            after_report(R::running, attempt, 1, retrying(1)));
  }
  CHECK(after_report(R::succeeded, A::preparing, 1, {}) == R::preparing);
  CHECK(after_report(R::failed, A::succeeded, 1, {}) == R::succeeded);
}

TEST_CASE("a span revives an attempt, and the rollout that waits for it") {
  struct Row {
    A attempt;
    R rollout;
    A attempt_after;
    R rollout_after;
  };
  const auto row = GENERATE(values<Row>({
      {A::preparing, R::preparing, A::running, R::running},
      {A::running, R::running, A::running, R::running},
      {A::failed, R::failed, A::failed, R::failed},
      {A::succeeded, R::succeeded, A::succeeded, R::succeeded},
      {A::unresponsive, R::requeuing, A::running, R::running},
      {A::timeout, R::failed, A::timeout, R::failed},
      {A::preparing, R::failed, A::running, R::failed},
      {A::preparing, R::succeeded, A::running, R::succeeded},
      {A::preparing, R::cancelled, A::running, R::cancelled},
      {A::running, R::queuing, A::running, R::queuing},
      {A::running, R::requeuing, A::running, R::running},
  }));
  INFO(to_string(row.attempt) << " of " << to_string(row.rollout));
  const auto after = after_span({row.rollout, row.attempt}, true);
  CHECK(after == Statuses{row.rollout_after, row.attempt_after});
  CHECK(after_span({row.rollout, row.attempt}, false) == Statuses{row.rollout, row.attempt_after});
}

TEST_CASE("the late spans of an attempt that ended leave its rollout in the queue") {
  for (const auto ended : {A::failed, A::succeeded, A::timeout})
    CHECK(after_span({R::requeuing, ended}, true) == Statuses{R::requeuing, ended});
}

TEST_CASE("each status is queued, active or finished") {
  for (const auto status : all_rollout_statuses)
    CHECK(is_queued(status) + is_active(status) + is_finished(status) == 1);
  CHECK(is_queued(R::queuing));
  CHECK(is_queued(R::requeuing));
  CHECK(is_active(R::preparing));
  CHECK(is_finished(R::cancelled));
}

TEST_CASE("a new attempt reopens what failed or succeeded, never what was cancelled") {
  for (const auto status : all_rollout_statuses) CHECK(accepts_attempt(status) == (status != R::cancelled));
}

TEST_CASE("an attempt times out from its start, and is unresponsive from its last heartbeat") {
  const RolloutConfig both{.timeout_seconds = 10, .unresponsive_seconds = 3};
  const RolloutConfig late{.timeout_seconds = 10};
  const RolloutConfig silent{.unresponsive_seconds = 3};
  struct Row {
    RolloutConfig config;
    WatchedAttempt attempt;
    double now;
    std::optional<A> verdict;
  };
  const auto row = GENERATE_COPY(values<Row>({
      {{}, {100, {}}, 1e9, std::nullopt},
      {late, {100, {}}, 110, std::nullopt},
      {late, {100, {}}, 110.5, A::timeout},
      {late, {100, 110}, 110.5, A::timeout},
      {silent, {100, {}}, 103, std::nullopt},
      {silent, {100, {}}, 103.5, A::unresponsive},
      {silent, {100, 102}, 105, std::nullopt},
      {silent, {100, 102}, 105.5, A::unresponsive},
      {silent, {100, 0.0}, 1e9, std::nullopt},
      {both, {100, 101}, 104.5, A::unresponsive},
      {both, {100, 101}, 110.5, A::timeout},
      {both, {100, 0.0}, 105, std::nullopt},
      {both, {100, 0.0}, 110.5, A::timeout},
      {{.timeout_seconds = 0}, {100, {}}, 100, std::nullopt},
      {{.timeout_seconds = 0}, {100, {}}, 100.1, A::timeout},
  }));
  CHECK(watchdog_verdict(row.attempt, row.config, row.now) == row.verdict);
  const auto deadline = watchdog_deadline(row.attempt, row.config);
  CHECK(row.verdict.has_value() == (deadline && row.now > *deadline));
}

TEST_CASE("a span's own number raises the counter, unless it is beyond the limit") {
  CHECK(counter_after(5, 3) == 5);
  CHECK(counter_after(5, 9) == 9);
  CHECK(counter_after(5, -1) == 5);
  CHECK(counter_after(5, max_counted_sequence) == max_counted_sequence);
  CHECK(counter_after(5, max_counted_sequence + 1) == 5);
  CHECK(counter_after(5, std::numeric_limits<std::int64_t>::max()) == 5);
}
