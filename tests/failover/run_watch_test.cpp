#include "understudy/failover/run_watch.hpp"

#include <catch2/catch.hpp>

using namespace understudy::failover;
using namespace std::chrono_literals;

namespace {

constexpr Duration limit = 10min;
const RunSigns waiting{.unanswered_since = 0s};
const RunSigns at_work{.answered = true};

}  // namespace

TEST_CASE("an answer is told once, and not again after a restart", "[agents]") {
  RunWatch run(limit, false, 0s);
  CHECK_FALSE(run.tells_answer(waiting));
  CHECK_FALSE(run.answered());
  CHECK(run.tells_answer(at_work));
  CHECK_FALSE(run.tells_answer(at_work));
  CHECK(run.answered());

  RunWatch followed(limit, true, 0s);
  CHECK_FALSE(followed.tells_answer(at_work));
  CHECK(followed.answered());
}

TEST_CASE("silence is told when nothing was said for so long while a call is unanswered", "[agents]") {
  RunWatch run(limit, false, 5s);
  CHECK(run.silence_due(waiting) == limit + 5s);
  CHECK_FALSE(run.tells_silence(waiting, limit + 4s));
  CHECK(run.tells_silence(waiting, limit + 5s));
}

TEST_CASE("output of any kind starts the time anew", "[agents]") {
  RunWatch run(limit, false, 0s);
  run.on_output(9min);
  CHECK(run.silence_due(waiting) == 19min);
  CHECK_FALSE(run.tells_silence(waiting, limit));
  CHECK(run.tells_silence(waiting, 19min));
  run.on_output(20min);
  CHECK_FALSE(run.tells_silence(waiting, 29min));
}

TEST_CASE("a run that works without a call outstanding is left alone", "[agents]") {
  RunWatch run(limit, false, 0s);
  CHECK_FALSE(run.silence_due(at_work));
  CHECK_FALSE(run.tells_silence(at_work, 24h));
}

TEST_CASE("without a limit no silence is too long", "[agents]") {
  RunWatch run(0s, false, 0s);
  CHECK_FALSE(run.silence_due(waiting));
  CHECK_FALSE(run.tells_silence(waiting, 24h));
}

TEST_CASE("a silence that lasts is told again, but not more often than its limit", "[agents]") {
  RunWatch run(limit, false, 0s);
  CHECK(run.tells_silence(waiting, limit));
  CHECK_FALSE(run.tells_silence(waiting, limit + 14s));
  CHECK(run.silence_due(waiting) == limit + 15s);
  CHECK(run.tells_silence(waiting, limit + 15s));

  RunWatch impatient(2s, false, 0s);
  CHECK(impatient.tells_silence(waiting, 2s));
  CHECK_FALSE(impatient.tells_silence(waiting, 3s));
  CHECK(impatient.tells_silence(waiting, 4s));
}

TEST_CASE("the provider hung when a call was unanswered for a minute as the end was asked for", "[agents]") {
  const auto hung = [](RunSigns signs, std::optional<Duration> asked, Duration ended) {
    RunWatch run(limit, false, 0s);
    if (asked) run.on_end_asked(*asked);
    return run.provider_hung(signs, ended);
  };
  CHECK(hung(waiting, 60s, 61s));
  CHECK_FALSE(hung(waiting, 59s, 74s));  // time to end counts for nothing
  CHECK_FALSE(hung(at_work, 60s, 61s));
  CHECK_FALSE(hung({.unanswered_since = 70s}, 65s, 140s));  // it began afterwards
  CHECK(hung(waiting, {}, 60s));
  CHECK_FALSE(hung(waiting, {}, 59s));
}

TEST_CASE("the provider hung when the last word was that a call is tried again", "[agents]") {
  RunWatch run(limit, false, 0s);
  run.on_end_asked(1s);
  CHECK(run.provider_hung({.unanswered_since = 0s, .retrying = true}, 2s));
}

TEST_CASE("only the first time that an end was asked for counts", "[agents]") {
  RunWatch run(limit, false, 0s);
  run.on_end_asked(50s);
  run.on_end_asked(70s);  // KILL, after TERM
  CHECK_FALSE(run.provider_hung(waiting, 71s));
}
