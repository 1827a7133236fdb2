// What survives the program, as JSON, and the way back from every name.
#include <catch2/catch.hpp>

#include "understudy/container/effect.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/explain.hpp"
#include "understudy/container/fact.hpp"
#include "understudy/container/json.hpp"
#include "understudy/container/parse.hpp"
#include "understudy/container/policy.hpp"

using namespace understudy::container;
using namespace std::chrono_literals;

namespace {

const Persisted full{.desired = {7, "h7"},
                     .applied = {6, "h6"},
                     .container_id = "c1",
                     .used = true,
                     .live = Incarnation{"c1", "s1"},
                     .live_since = Instant{1ms},
                     .stop_intent = StopIntent{{"c1", "s1"}, StopCause::drain, 5s},
                     .quarantined_id = "c0",
                     .leases = {{.id = "at-1", .incarnation = {"c1", "s1"}, .granted_at = Instant{2ms}}},
                     .paused = true,
                     .last_used_at = Instant{3ms},
                     .fail_streak = 2,
                     .crash_streak = 1,
                     .retry_delay = 4s,
                     .next_retry_at = Instant{4ms},
                     .last_error = "no such image: \"agent\"",
                     .retired = true};

std::string error_of(std::string_view text) {
  return from_json<Persisted>(text).error;
}

/// Each value from `first` to `last` comes back from its name.
template <class Enum>
void names_are_read(Enum last, Enum first = Enum{}) {
  for (int value = static_cast<int>(first); value <= static_cast<int>(last); ++value) {
    const auto one = static_cast<Enum>(value);
    INFO(to_string(one));
    CHECK(parse<Enum>(to_string(one)) == one);
  }
  for (const auto* text : {"", "none of them"}) CHECK_FALSE(parse<Enum>(text));
}

}  // namespace

TEST_CASE("what is kept comes back, every member of it", "[json]") {
  CHECK(
      to_json(full) ==
      R"({"v":1,"desired":{"generation":7,"hash":"h7"},"applied":{"generation":6,"hash":"h6"},)"
      R"("container_id":"c1","used":true,"live":{"container_id":"c1","stamp":"s1"},"live_since":1,)"
      R"("stop_intent":{"container_id":"c1","stamp":"s1","cause":"drain","idle_ms":5000},"quarantined_id":"c0",)"
      R"("leases":[{"container_id":"c1","stamp":"s1","id":"at-1","granted_at":2}],"frozen":true,"last_used_at":3,)"
      R"("fail_streak":2,"crash_streak":1,"retry_delay_ms":4000,"next_retry_at":4,)"
      R"("last_error":"no such image: \"agent\"","retired":true})");
  CHECK(*from_json<Persisted>(to_json(full)) == full);
  CHECK(*from_json<Persisted>(to_json(Persisted{})) == Persisted{});
  const Persisted in_nanoseconds{.desired = {1'764'500'000'000'000'000, "h"}, .applied = {-1, "of a label"}};
  CHECK(*from_json<Persisted>(to_json(in_nanoseconds)) == in_nanoseconds);
}

TEST_CASE("an earlier text is read, a later one refused, a wrong one explained", "[json]") {
  CHECK(*from_json<Persisted>(R"({"container_id":"c1","live":null,"colour":1})") ==
        Persisted{.container_id = "c1"});
  CHECK(error_of(R"({"v":2})") == "/v: only version 1 can be read, this is 2");
  CHECK(error_of("{") == "not JSON: byte 1: a name in quotes is missing");
  CHECK(
      error_of(R"({"leases":[{"id":5}],"stop_intent":{"cause":"bored"},"live":7})") ==
      R"(/live: must be an object, got 7; /stop_intent/cause: must be one of idle, drain, deleted, shutdown, )"
      R"(manual, start_failed, unready, external, ephemeral, task_end, got "bored"; )"
      R"(/leases/0/id: must be a string, got 5)");
}

TEST_CASE("every enum is read from its name", "[json]") {
  names_are_read(Phase::unknown);
  names_are_read(StopCause::task_end);
  names_are_read(FailureKind::permission);
  names_are_read(OpKind::probe);
  names_are_read(Stage::confirm);
  names_are_read(ShutdownPolicy::stop_all);
  names_are_read(DrainPolicy::force);
  names_are_read(Answer::unreachable);
  names_are_read(RefuseReason::shutdown);
  names_are_read(RevokeCause::shutdown);
  names_are_read(FactType::circuit_half_open);
  names_are_read(GuardName::not_shutting_down);
  names_are_read(TimerName::look);
  names_are_read(Decision::asked_to_start, Decision::create);
}
