// What is counted of the committed events.
#include "api/event_counts.hpp"

#include <catch2/catch.hpp>

namespace api = understudy::daemon::api;
namespace wire = understudy::daemon::wire;

namespace {

wire::Envelope health(const std::string& state, const std::string& model = "opus",
                      const std::string& provider = "anthropic") {
  return {.id = 1,
          .type = "provider.health",
          .detail = R"({"provider":")" + provider + R"(","account":"ac-1","model":")" + model +
                    R"(","health":{"state":")" + state + R"(","scope":"tier"}})"};
}

wire::Envelope held(const std::string& what, std::int64_t ts, const std::string& account = "ac-1") {
  return {.id = 1,
          .type = "provider." + what,
          .ts = ts,
          .detail = R"({"account":")" + account + R"(","kind":"quota","agents":1,"tasks":2})"};
}

using Counts = api::EventCounts::Counts;

}  // namespace

TEST_CASE("openings and trials are counted when they begin, not when their time changes", "[api][metrics]") {
  api::EventCounts counts;
  for (const auto* state :
       {"open", "open", "due", "trial", "trial", "open", "due", "trial", "ramping", "closed"})
    counts.count(health(state));
  CHECK(counts.openings() == Counts{{"anthropic", 2}});
  CHECK(counts.trials() == Counts{{"anthropic", 2}});
  counts.count(health("open"));
  counts.count(health("open", "haiku"));
  counts.count(health("open", "opus", "deepseek"));
  CHECK(counts.openings() == Counts{{"anthropic", 4}, {"deepseek", 1}});
}

TEST_CASE("the time that tasks are held is added up, with what lasts still", "[api][metrics]") {
  api::EventCounts counts;
  counts.count(held("held", 1'000));
  counts.count(held("held", 3'000));  // more tasks of the same account
  CHECK(counts.held_seconds(5'000) == std::map<std::string, double>{{"ac-1", 4.0}});
  counts.count(held("released", 6'000));
  counts.count(held("released", 7'000));
  CHECK(counts.held_seconds(9'000) == std::map<std::string, double>{{"ac-1", 5.0}});
  counts.count(held("held", 10'000));
  CHECK(counts.held_seconds(10'500) == std::map<std::string, double>{{"ac-1", 5.5}});
  counts.count(held("released", 11'000, "ac-2"));  // held before the daemon started: nobody knows since when
  CHECK(counts.held_seconds(11'000).at("ac-2") == 0);
}

TEST_CASE("failovers are counted by their kind", "[api][metrics]") {
  api::EventCounts counts;
  counts.count({.id = 1, .type = "provider.failover", .detail = R"({"from_tier":1,"kind":"quota"})"});
  CHECK(counts.failovers_by_kind() == Counts{{"quota", 1}});
  CHECK(counts.by_type() == Counts{{"provider.failover", 1}});
}
