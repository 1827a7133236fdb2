#include <catch2/catch.hpp>

#include "store/rollouts_rig.hpp"

using namespace understudy;
using namespace understudy::store_test;
using Result = store::SpanAdded::Result;

namespace {

struct Running {
  Rollouts rollouts{};
  std::string id{rollouts.enqueue()};
  std::string attempt{rollouts.dequeue()[0].attempt->attempt_id};

  store::SpanRow span(std::string span_id, std::optional<std::int64_t> sequence_id = {}) {
    return {.rollout_id = id,
            .attempt_id = attempt,
            .sequence_id = sequence_id,
            .trace_id = "t",
            .span_id = std::move(span_id),
            .name = "n"};
  }
  store::SpansAdded add(std::vector<store::SpanRow> spans) {
    return in_turn(rollouts.store(), [&](auto& turn) { return turn.add_spans(spans, rollouts.now); });
  }
  std::int64_t take(std::int64_t count, const std::string& rollout) {
    return in_turn(rollouts.store(),
                   [&](auto& turn) { return turn.reserve_sequence_ids(rollout, count, rollouts.now); });
  }
  Texts found(store::SpanQuery query) {
    query.rollout_id = id;
    Texts ids;
    for (const auto& span : rollouts.reader().find_spans(query).items) ids.push_back(span.span_id);
    return ids;
  }
};

}  // namespace

TEST_CASE("a span comes back as it was added, byte for byte, extras too") {
  Running run;
  const store::SpanRow span{.rollout_id = run.id,
                            .attempt_id = run.attempt,
                            .sequence_id = 7,
                            .trace_id = std::string(32, '0'),
                            .span_id = "s",
                            .parent_id = "p",
                            .name = "chat \"é漢😀\"",
                            .status_code = "ERROR",
                            .status = R"({"status_code":"ERROR","description":"x","more":1.0})",
                            .attributes = R"({"b":1,"a":1.0,"big":123456789012345678901234567890})",
                            .events = R"([{"name":"e","timestamp":null}])",
                            .links = R"([{"context":{}}])",
                            .start_time = 1700000000.1234567,
                            .end_time = 1700000001.5,
                            .context = R"({"trace_id":"t"})",
                            .parent = R"({"trace_id":"q"})",
                            .resource = R"({"attributes":{"service.name":"svc"},"schema_url":"u"})",
                            .extra = R"("kind": 3,"x":null)"};
  run.add({span});
  const auto page = run.rollouts.reader().find_spans({.rollout_id = run.id});
  REQUIRE(page.items.size() == 1);
  const auto& back = page.items[0];
  CHECK(std::tie(back.rollout_id, back.attempt_id, back.sequence_id, back.trace_id, back.span_id,
                 back.parent_id, back.name) == std::tie(span.rollout_id, span.attempt_id, span.sequence_id,
                                                        span.trace_id, span.span_id, span.parent_id,
                                                        span.name));
  CHECK(std::tie(back.status_code, back.status, back.attributes, back.events, back.links, back.resource,
                 back.extra) == std::tie(span.status_code, span.status, span.attributes, span.events,
                                         span.links, span.resource, span.extra));
  CHECK(std::tie(back.start_time, back.end_time, back.context, back.parent) ==
        std::tie(span.start_time, span.end_time, span.context, span.parent));
}

TEST_CASE("numbers are handed out by rollout, and a span's own number raises them") {
  Running run;
  CHECK(run.take(1, run.id) == 1);
  CHECK(run.take(3, run.id) == 2);
  CHECK(run.take(1, run.id) == 5);
  const auto added = run.add({run.span("a"), run.span("b", 20), run.span("c"), run.span("d", 3)});
  std::vector<std::int64_t> given;
  for (const auto& one : added.spans) given.push_back(one.sequence_id);
  CHECK(given == std::vector<std::int64_t>{6, 20, 21, 3});
  CHECK(run.take(1, run.id) == 22);
  run.rollouts.start_attempt(run.id);
  CHECK(run.take(1, run.id) == 23);  // of its next attempt too
  CHECK(run.take(2, "ro-nope") == 1);
  CHECK(run.take(1, "ro-nope") == 3);
}

TEST_CASE("a bogus number is kept but does not exhaust the counter") {
  Running run;
  constexpr auto most = std::numeric_limits<std::int64_t>::max();
  run.add({run.span("a", most), run.span("b", -5), run.span("c")});
  CHECK(run.take(1, run.id) == 2);
  CHECK(run.found({}) == Texts{"b", "c", "a"});
}

TEST_CASE("each of several spans is taken or refused on its own") {
  Running run;
  auto elsewhere = run.span("x", 9);
  elsewhere.rollout_id = "ro-nope";
  auto nobody = run.span("y", 9);
  nobody.attempt_id = "at-nope";
  const auto added = run.add({run.span("a"), elsewhere, nobody, run.span("a"), run.span("b")});
  std::vector<Result> results;
  for (const auto& one : added.spans) results.push_back(one.result);
  CHECK(results ==
        std::vector{Result::added, Result::no_rollout, Result::no_attempt, Result::duplicate, Result::added});
  CHECK(run.found({}) == Texts{"a", "b"});
  CHECK(run.rollouts.reader().statistics().total_spans == 2);
  REQUIRE(added.changed.size() == 1);
  CHECK(to_string(added.changed[0].rollout.status) == "running");
}

TEST_CASE("a duplicate span is not a sign of life") {
  Running run;
  run.add({run.span("a")});
  run.rollouts.now = 1005;
  CHECK(run.add({run.span("a", 50)}).spans[0].result == Result::duplicate);
  CHECK(run.rollouts.reader().rollout_with_attempt(run.id)->attempt->last_heartbeat_time == 1000);
  CHECK(run.take(1, run.id) == 51);
}

TEST_CASE("the same span id in two attempts is two spans") {
  Running run;
  run.add({run.span("a")});
  run.attempt = run.rollouts.start_attempt(run.id)->attempt->attempt_id;
  CHECK(run.add({run.span("a")}).spans[0].result == Result::added);
  CHECK(run.found({}) == Texts{"a", "a"});
  CHECK(run.found({.attempt_id = "latest"}).size() == 1);
  CHECK(run.found({.attempt_id = run.attempt}).size() == 1);
  CHECK(run.found({.attempt_id = "at-nope"}).empty());
}

TEST_CASE("spans are found by any of their names, all conditions or one of them") {
  Running run;
  auto a = run.span("aa");
  a.trace_id = "t1";
  a.name = "llm.chat";
  a.attributes = R"({"model":"opus"})";
  auto b = run.span("ab");
  b.trace_id = "t2";
  b.name = "tool";
  b.parent_id = "aa";
  run.add({a, b});
  CHECK(run.found({.trace_id = "t1"}) == Texts{"aa"});
  CHECK(run.found({.trace_id_contains = "t"}) == Texts{"aa", "ab"});
  CHECK(run.found({.span_id_contains = "b"}) == Texts{"ab"});
  CHECK(run.found({.parent_id = "aa"}) == Texts{"ab"});
  CHECK(run.found({.parent_id_contains = ""}) == Texts{"ab"});  // null contains nothing
  CHECK(run.found({.name_contains = "LLM"}).empty());
  CHECK(run.found({.attributes_contain = "opus"}) == Texts{"aa"});
  CHECK(run.found({.trace_id = "t1", .name = "tool"}).empty());
  CHECK(run.found({.trace_id = "t1", .name = "tool", .logic = store::Logic::any_of}) == Texts{"aa", "ab"});
  CHECK(run.found({.logic = store::Logic::any_of}) == Texts{"aa", "ab"});
  CHECK(run.rollouts.reader().find_spans({.rollout_id = "ro-nope"}).total == 0);
}

TEST_CASE("spans are listed in every order; a missing time is the latest, equals are in order of arrival") {
  Running run;
  auto a = run.span("a", 3);
  a.start_time = 5;
  a.end_time = 6;
  a.status_code = "OK";
  auto b = run.span("b", 1);
  b.status_code = "ERROR";
  auto c = run.span("c", 1);
  c.start_time = 1;
  c.end_time = 10;
  run.add({a, b, c});
  using S = store::SpanSort;
  const auto order = [&](S sort, bool descending = false) {
    return run.found({.sort = sort, .descending = descending});
  };
  CHECK(order(S::sequence_id) == Texts{"b", "c", "a"});
  CHECK(order(S::sequence_id, true) == Texts{"a", "b", "c"});
  CHECK(order(S::creation) == Texts{"a", "b", "c"});
  CHECK(order(S::start_time) == Texts{"c", "a", "b"});
  CHECK(order(S::start_time, true) == Texts{"b", "a", "c"});
  CHECK(order(S::duration) == Texts{"a", "c", "b"});
  CHECK(order(S::status_code) == Texts{"b", "a", "c"});
  CHECK(order(S::span_id, true) == Texts{"c", "b", "a"});
  for (const auto sort : {S::attempt_id, S::trace_id, S::parent_id, S::name, S::end_time})
    CHECK(order(sort).size() == 3);
  CHECK(run.found({.limit = 1, .offset = 1}) == Texts{"c"});
  CHECK(run.rollouts.reader().find_spans({.rollout_id = run.id, .limit = 1}).total == 3);
}
