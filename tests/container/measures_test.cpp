#include <set>

#include "rig.hpp"
#include "understudy/container/explain.hpp"
#include "understudy/container/metrics.hpp"
#include "understudy/container/parse.hpp"

using namespace rig;

TEST_CASE("a histogram tells median, tail, maximum and last", "[container]") {
  Histogram it;
  CHECK_FALSE(it.quantile_ms(0.5));
  for (int i = 0; i < 95; ++i) it.record(30ms);
  for (int i = 0; i < 5; ++i) it.record(2s);
  it.record(25ms);
  CHECK(*it.quantile_ms(0.5) > 20);
  CHECK(*it.quantile_ms(0.5) <= 40);
  CHECK(*it.quantile_ms(0.99) > 1280);
  CHECK(*it.quantile_ms(1.0) == 2000);
  CHECK(it.state().max_ms == 2000);
  CHECK(it.state().last_ms == 25);
  CHECK(it.state().count == 101);
}

TEST_CASE("a single value is its own median, however it falls into a bucket", "[container]") {
  const Duration value = GENERATE(0ms, 1ms, 10ms, 11ms, 287ms, 59'999ms, 60'000ms, 61'000ms, 3'600'000ms);
  Histogram it;
  it.record(value);
  CHECK(*it.quantile_ms(1.0) == value.count());
  CHECK(*it.quantile_ms(0.5) <= value.count());
}

TEST_CASE("histograms of two processes add up to the histogram of both", "[container]") {
  Histogram first, second, both;
  for (const int ms : {3, 50, 700}) {
    first.record(Duration{ms});
    both.record(Duration{ms});
  }
  for (const int ms : {9, 90'000}) {
    second.record(Duration{ms});
    both.record(Duration{ms});
  }
  first.merge(second);
  CHECK(first == both);
  first.merge(Histogram{});
  CHECK(first == both);
  CHECK(Histogram{both.state()} == both);
}

TEST_CASE("running totals follow from the facts alone", "[container]") {
  Metrics metrics;
  Rig rig;
  const auto fold_all = [&] {
    for (const Fact& fact : rig.facts) fold(metrics, fact);
  };
  rig.send(Acquire{.id = "a"});
  rig.pass(200ms);
  rig.come_up("c1", "s1");
  fold_all();
  rig.send(Release{"a"});
  rig.tick_after(10min + 700ms);
  rig.answer(Answer::ok);
  fold_all();
  CHECK(metrics.starts == 1);
  CHECK(metrics.stops == 1);
  CHECK(metrics.idle_seconds_total == 600);
  CHECK(metrics.cold_start.total.state().last_ms == 200);
  CHECK(metrics.start_failures + metrics.stop_failures + metrics.crashes == 0);
}

TEST_CASE("why names every guard of the idle stop, its value, and the next timer", "[container]") {
  Rig rig = ready();
  rig.pass(9s);
  const Explanation told = explain(rig.policy, rig.it, rig.now);
  CHECK(told.decision == Decision::last_lease_ended);
  REQUIRE(told.next);
  CHECK(told.next->name == TimerName::idle_stop);
  std::vector<std::string> unmet;
  for (const Guard& guard : told.idle_stop)
    if (!guard.holds) unmet.push_back(std::string{to_string(guard.name)} + ": " + guard.value);
  CHECK(unmet == std::vector<std::string>{"idle window: 9 s of 600 s", "up long enough: 9 s of 60 s"});

  rig.pass(591s);
  for (const Guard& guard : explain(rig.policy, rig.it, rig.now).idle_stop) CHECK(guard.holds);
  rig.send(Ticked{});
  CHECK(rig.find<Stop>());
}

TEST_CASE("every fact type has a spelling with a prefix and a line for people", "[container]") {
  for (int i = 0; i <= static_cast<int>(FactType::circuit_half_open); ++i) {
    Fact fact;
    fact.type = static_cast<FactType>(i);
    fact.error = "because\nof several lines";
    CHECK(to_string(fact.type).starts_with("container."));
    CHECK(parse<FactType>(to_string(fact.type)) == fact.type);
    const std::string line = summary(fact, "a");
    CHECK(line.starts_with("a"));
    CHECK(line.size() > 5);
    CHECK(line.find('\n') == std::string::npos);
  }
  CHECK_FALSE(parse<FactType>("container.exploded"));
  CHECK_FALSE(parse<FactType>(""));
}

TEST_CASE("every cause of a stop is told in words", "[container]") {
  std::set<std::string> told;
  int causes = 0;
  for (; !to_string(static_cast<StopCause>(causes)).empty(); ++causes) {
    Fact fact;
    fact.type = FactType::lazy_stopped;
    fact.reason = static_cast<StopCause>(causes);
    told.insert(summary(fact, "a"));
  }
  CHECK(told.size() == static_cast<std::size_t>(causes));
}

TEST_CASE("durations are told in the unit a person would use", "[container]") {
  Fact fact;
  fact.type = FactType::lazy_started;
  const auto line = [&fact](Duration total) {
    fact.latency = Latency{.total = total};
    return summary(fact, "a");
  };
  CHECK(line(0ms) == "a started in 0 ms");
  CHECK(line(999ms) == "a started in 999 ms");
  CHECK(line(4'250ms) == "a started in 4.2 s");
  CHECK(line(5'000ms) == "a started in 5 s");
  CHECK(line(12min) == "a started in 12 min");
  CHECK(line(150min) == "a started in 2.5 h");
}
