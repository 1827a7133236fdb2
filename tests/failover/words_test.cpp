// What is kept and told as JSON. That every reachable state comes back is checked by the random lives.
#include <catch2/catch.hpp>

#include "tiers_rig.hpp"
#include "understudy/failover/json.hpp"

using namespace tiers;

namespace {

template <class T>
std::string error_of(std::string_view text) {
  const auto read = from_json<T>(text);
  CHECK(read.value.has_value() == read.error.empty());
  return read.error;
}

}  // namespace

TEST_CASE("a state is written in the contract's words, with a version", "[words]") {
  CHECK(
      to_json(State{}) ==
      R"({"v":1,"current_tier":1,"serving":{},"last_failover_at":null,"last_failure_kind":null,"paused":false,)"
      R"("pause_reason":null,"retry_at":null,"streak":0,"half_open":false,"multiplier":1,"wrapped":false,)"
      R"("not_before":[],"over_budget_until":[]})");
  Rig rig{two_tiers()};
  rig.fail(Kind::auth_error);
  CHECK(
      to_json(rig.it) ==
      R"({"v":1,"current_tier":2,"serving":{"provider":"deepseek","model":"pro"},)"
      R"("last_failover_at":1700000000000,"last_failure_kind":"auth_error","paused":false,"pause_reason":null,)"
      R"("retry_at":1700003600000,"streak":0,"half_open":false,"multiplier":1,"wrapped":false,)"
      R"("not_before":[{"provider":"anthropic","model":"opus","at":1700003600000}],"over_budget_until":[]})");
  CHECK(*from_json<State>(to_json(rig.it)) == rig.it);
}

TEST_CASE("what a state does not say has its default", "[words]") {
  CHECK(*from_json<State>("{}") == State{});
  CHECK(*from_json<State>(R"({"current_tier":null,"active_model":"opus","later":[1]})") == State{});
  CHECK(from_json<State>(R"({"paused":true})")->pause_reason == PauseReason::operator_);
  CHECK(from_json<State>(R"({"paused":true,"pause_reason":"exhausted"})")->pause_reason ==
        PauseReason::exhausted);
  CHECK(from_json<State>(R"({"pause_reason":"exhausted"})")->paused());
  CHECK_FALSE(from_json<State>(R"({"paused":false,"pause_reason":"exhausted"})")->paused());
}

TEST_CASE("what is wrong with a text is said with its member", "[words]") {
  CHECK(error_of<State>("{\"current_tier\":1") == "not JSON: byte 17: a comma or } is missing");
  CHECK(error_of<State>("[]") == "must be an object, got a list");
  CHECK(error_of<State>(R"({"v":2})") == "/v: only version 1 can be read, this is 2");
  CHECK(error_of<State>(R"({"current_tier":0,"paused":1})") ==
        "/current_tier: must be an integer from 1 to 1000, got 0; /paused: must be true or false, got 1");
  CHECK(error_of<State>(R"({"pause_reason":"tired"})") ==
        R"(/pause_reason: must be one of exhausted, operator, got "tired")");
  CHECK(error_of<State>(R"({"not_before":[{"provider":"a","model":"b"},{"provider":"a"},7]})") ==
        "/not_before/1: must have a provider and a model; /not_before/2: must be an object, got 7");
  CHECK(error_of<State>(R"({"retry_at":1e3})") ==
        "/retry_at: must be an integer from -9000000000000000 to 9000000000000000, got 1e3");
  CHECK(error_of<RetryState>(R"({"tries":[{"provider":"a","model":"b","count":-1}]})") ==
        "/tries/0/count: must be an integer from 0 to 2000000000, got -1");
  std::string many = "[0";
  for (int i = 0; i < 100; ++i) many += ",0";
  CHECK(error_of<State>("{\"not_before\":" + many + "]}").ends_with("; and 96 more"));
}

TEST_CASE("a policy is an agent type of the configuration", "[words]") {
  const auto policy = from_json<Policy>(R"({
    "provider_chain": [{"provider": "anthropic", "model": "opus"}, {"provider": "deepseek", "model": "pro"}],
    "failover": {"cooldown_min": {"default": 10, "quota": 0.5}, "on_exhausted": "wrap", "triggers": ["quota"],
                 "resume_when_possible": false, "server_error_threshold": 5, "return": "after_success",
                 "wait_in_place_s": 1.5, "give_up_after_min": 90},
    "container": {"mode": "process"}})");
  REQUIRE(policy);
  Policy expected{.chain = {opus, pro},
                  .cooldown = 10min,
                  .on_exhausted = OnExhausted::wrap,
                  .resume_when_possible = false,
                  .triggers = {Kind::quota},
                  .server_error_threshold = 5,
                  .return_policy = ReturnPolicy::after_success,
                  .wait_in_place = 1500ms,
                  .give_up_after = 90min};
  expected.cooldown.set(Kind::quota, 30s);
  CHECK(*policy == expected);
  CHECK(*from_json<Policy>(to_json(expected)) == expected);
}

TEST_CASE("a policy whose numbers have no end comes back, and is safe to use", "[words]") {
  Policy policy{.chain = {opus, pro},
                .cooldown = std::chrono::hours::max(),
                .server_error_threshold = 1'000'000,
                .wait_in_place = Duration::max(),
                .give_up_after = Duration::max()};
  policy.cooldown.set(Kind::quota, Duration::max());
  const auto read = from_json<Policy>(to_json(policy));
  REQUIRE(read);
  CHECK(read->cooldown == Cooldown{Cooldown::longest});
  CHECK(read->server_error_threshold == 1'000'000);
  CHECK(read->wait_in_place == Cooldown::longest);
  State state;
  for (const auto kind : {Kind::quota, Kind::auth_error})  // the sanitizer would see an overflow
    state =
        step(policy, state, OutcomeObserved{.verdict = verdict(kind)}, Instant{1'700'000'000'000ms}).state;
  CHECK(state.retry_at == Instant{1'700'000'000'000ms} + Cooldown::longest);
}

TEST_CASE("without a failover block a policy has the defaults, with null it never moves", "[words]") {
  constexpr auto* chain = R"({"provider_chain":[{"provider":"anthropic","model":"opus"}],"failover":)";
  CHECK(*from_json<Policy>(R"({"provider_chain":[{"provider":"anthropic","model":"opus"}]})") ==
        Policy{.chain = {opus}});
  CHECK(*from_json<Policy>(std::string(chain) + "{}}") == Policy{.chain = {opus}});
  const Policy still{.chain = {opus}, .enabled = false};
  CHECK(*from_json<Policy>(std::string(chain) + "null}") == still);
  Policy patient = still;
  patient.server_error_threshold = 9;
  CHECK(*from_json<Policy>(to_json(patient)) == patient);
  CHECK(to_json(still) ==
        R"({"v":1,"provider_chain":[{"provider":"anthropic","model":"opus"}],"failover":null})");
}

TEST_CASE("a misspelt key of a policy is an error, as in the configuration", "[words]") {
  CHECK(error_of<Policy>(R"({"failover":{"cooldown":5}})") == "/failover/cooldown: unknown key");
  CHECK(error_of<Policy>(R"({"failover":{"cooldown_min":{"task_error":5}}})") ==
        "/failover/cooldown_min/task_error: must be default, or a kind of which a provider is at fault");
  CHECK(error_of<Policy>(R"({"failover":{"cooldown_min":-1}})") ==
        "/failover/cooldown_min: must be a number from 0 to 52596000, got -1");
  CHECK(error_of<Policy>(R"({"failover":{"triggers":["network"]}})") ==
        "/failover/triggers: must be of auth_error, quota, rate_limit, server_error, token_budget");
  CHECK(error_of<Policy>(R"({"failover":7})") == "/failover: must be an object, got 7");
}

TEST_CASE("an outcome is read as classify reads it", "[words]") {
  const auto outcome = from_json<Outcome>(
      R"({"provider":"anthropic","surface":"http","status":429,"headers":{"Retry-After":"7"},"body":"{\"a\":1}",
          "exit_code":-1,"transport":"reset","usage":{"input_tokens":3,"output_tokens":4},"observed_at_ms":5,
          "task_id":"t","x":{}})");
  REQUIRE(outcome);
  CHECK(outcome->provider == "anthropic");
  CHECK(outcome->status == 429);
  CHECK(outcome->headers == decltype(outcome->headers){{"Retry-After", "7"}});
  CHECK(outcome->body == R"({"a":1})");
  CHECK(outcome->exit_code == -1);
  CHECK(outcome->transport == Transport::reset);
  CHECK(outcome->usage == Usage{3, 4});
  CHECK(outcome->observed_at == Instant{5ms});
  CHECK(error_of<Outcome>("{}") ==
        "/surface: is missing; it must be one of http, sdk_exception, cli_stream_json, cli_text");
  CHECK(error_of<Outcome>(R"({"surface":"http","status":99,"transport":"lost","headers":{"a":1}})") ==
        R"(/status: must be an integer from 100 to 999, got 99; /headers/a: must be a string, got 1; )"
        R"(/transport: must be one of refused, reset, timeout, dns, tls, closed, unreachable, got "lost")");
}

TEST_CASE("a verdict comes back to the second", "[words]") {
  Verdict seen = verdict(Kind::quota, 12.5, Instant{1'700'000'000'000ms});
  seen.rule = "billing";
  seen.evidence = "credit \"balance\"\n";
  seen.status = 402;
  CHECK(to_json(seen) ==
        R"({"kind":"quota","failover":true,"retry_after_s":12.5,"reset_at":"2023-11-14T22:13:20Z",)"
        R"("rule":"billing","evidence":"credit \"balance\"\n","status":402})");
  CHECK(*from_json<Verdict>(to_json(seen)) == seen);
  CHECK(*from_json<Verdict>(R"({"kind":"network","failover":false})") == verdict(Kind::network));
  CHECK(error_of<Verdict>(R"({"reset_at":"soon"})")
            .ends_with("; /reset_at: must be a time, as in 2026-11-30T18:55:00Z"));
  CHECK(from_json<Verdict>(to_json(verdict(Kind::quota, 1e20))));  // "retry-after: 99999999999999999999"
  for (const auto at : {Instant::min(), Instant::max(), Instant{-1ms}})
    CHECK(from_json<Verdict>(to_json(verdict(Kind::quota, {}, at))));
}

TEST_CASE("what has no end in C++ is written as far as it is read back", "[words]") {
  State state;
  state.retry_at = Instant::max();
  state.over_budget_until[opus] = Instant::min();
  CHECK(from_json<State>(to_json(state))->retry_at == Instant{9'000'000'000'000'000ms});
  Health health;
  health.entries[{"acc", Scope::tier, "opus", ""}] = {
      .until = Instant::max(), .length = Duration::max(), .trial = {.grace = Duration::max()}};
  CHECK(from_json<Health>(to_json(health)));
}

TEST_CASE("health is written entry by entry", "[words]") {
  Health health;
  health.entries[{"acc", Scope::tier, "opus", ""}] = {.state = HealthState::open,
                                                      .kind = Kind::quota,
                                                      .reason = "429 quota",
                                                      .seen_by = "b",
                                                      .task = "t",
                                                      .since = Instant{1ms},
                                                      .until = Instant{2ms},
                                                      .length = 1ms,
                                                      .base = 1ms};
  health.sent = {"a"};
  CHECK(
      to_json(health) ==
      R"({"v":1,"entries":[{"account":"acc","scope":"tier","model":"opus","who":"","state":"open","kind":"quota",)"
      R"("reason":"429 quota","seen_by":"b","task":"t","since":1,"until":2,"length_ms":1,"base_ms":1,)"
      R"("in_place":false}],"tiers":[],"tasks":[],"sent":["a"]})");
  CHECK(*from_json<Health>(to_json(health)) == health);
  CHECK(*from_json<Health>("{}") == Health{});
  CHECK(error_of<Health>(R"({"tiers":[{"opened":5}]})") == "/tiers/0/opened: and opened_by go together");
  CHECK(error_of<Health>(R"({"tiers":[{"own":{"a":-1}}]})") ==
        "/tiers/0/own/a: must be a number of faults, got -1");
  CHECK(error_of<Health>(R"({"entries":[{"ramp":{"step":31}}]})") ==
        "/entries/0/ramp/step: must be an integer from 0 to 24, got 31");
}

TEST_CASE("a count beyond what is read is written as the greatest that is", "[words]") {
  constexpr int greatest = 2'000'000'000;
  State state;
  state.streak = greatest + 1;
  CHECK(from_json<State>(to_json(state))->streak == greatest);
  RetryState tries{.passes = greatest + 1};
  tries.tries[{"anthropic", "opus"}] = greatest + 1;
  CHECK(from_json<RetryState>(to_json(tries))->passes == greatest);
  CHECK(from_json<RetryState>(to_json(tries))->tries.begin()->second == greatest);
  Health health;
  health.tiers[{"key", "opus"}] = {
      .row = greatest + 1, .own = {{"dev-1", greatest + 1}}, .waits = greatest + 1};
  health.tasks["t"] = {.blamed = greatest + 1, .broke_off = greatest + 1};
  CHECK(from_json<Health>(to_json(health)));
}
