// What is counted of providers beside their health: calls of the last hour, tasks that a tier refused.
#include <catch2/catch.hpp>

#include "fleet/call_counts.hpp"
#include "fleet/tier_faults.hpp"

namespace fleet = understudy::daemon::fleet;
using namespace std::chrono_literals;
using understudy::failover::Instant;
using understudy::failover::Kind;
using understudy::failover::TierId;
using understudy::failover::Verdict;

namespace {

const Instant noon{std::chrono::milliseconds{1'800'000'000'000}};
const TierId tier{"deepseek", "v4"};

Verdict refusal(const std::string& evidence = "unknown beta flag") {
  return {.kind = Kind::invalid_request, .rule = "http-400", .evidence = evidence, .status = 400};
}

}  // namespace

TEST_CASE("calls of the last hour are counted by provider, and its faults by kind", "[fleet][counts]") {
  fleet::CallCounts counts;
  counts.count("anthropic", Kind::success, noon);
  counts.count("anthropic", Kind::rate_limit, noon);
  counts.count("anthropic", Kind::rate_limit, noon + 20min);
  counts.count("anthropic", Kind::task_error, noon + 20min);  // a call, but not its fault
  counts.count("deepseek", Kind::network, noon);
  const auto sum = counts.last_hour("anthropic", noon + 21min);
  CHECK(sum.calls == 4);
  CHECK(sum.errors == std::map<Kind, std::int64_t>{{Kind::rate_limit, 2}});
  CHECK(counts.last_hour("deepseek", noon).errors.at(Kind::network) == 1);
  CHECK(counts.last_hour("unknown", noon).calls == 0);
}

TEST_CASE("a call counts for an hour", "[fleet][counts]") {
  fleet::CallCounts counts;
  counts.count("anthropic", Kind::success, noon);
  counts.count("anthropic", Kind::success, noon + 30min);
  CHECK(counts.last_hour("anthropic", noon + 59min).calls == 2);
  CHECK(counts.last_hour("anthropic", noon + 60min).calls == 1);
  CHECK(counts.last_hour("anthropic", noon + 90min).calls == 0);
  counts.count("anthropic", Kind::success, noon + 120min);  // in the place of the first
  CHECK(counts.last_hour("anthropic", noon + 120min).calls == 1);
  CHECK(counts.last_hour("anthropic", noon + 48h).calls == 0);
}

TEST_CASE("a clock that is set back shows no calls of the future", "[fleet][counts]") {
  fleet::CallCounts counts;
  counts.count("anthropic", Kind::success, noon);
  counts.count("anthropic", Kind::success, noon - 10min);
  CHECK(counts.last_hour("anthropic", noon - 10min).calls == 1);
  CHECK(counts.last_hour("anthropic", noon).calls == 2);
}

TEST_CASE("a tier that refused three different tasks has a fault, until it serves one", "[fleet][faults]") {
  fleet::TierFaults faults;
  faults.refused(tier, refusal(), "one", noon);
  faults.refused(tier, refusal(), "two", noon + 1min);
  faults.refused(tier, refusal(), "two", noon + 2min);
  CHECK(faults.find(tier) == nullptr);
  faults.refused(tier, refusal("no tools"), "three", noon + 3min);
  const auto* fault = faults.find(tier);
  REQUIRE(fault != nullptr);
  CHECK(fault->reason == "400 no tools");  // the last
  CHECK(fault->tasks.size() == 3);
  CHECK(fault->since == noon);
  CHECK(faults.find({"deepseek", "v3"}) == nullptr);
  faults.served(tier);
  CHECK(faults.find(tier) == nullptr);
}

TEST_CASE("a context that is too long says nothing about the tier", "[fleet][faults]") {
  fleet::TierFaults faults;
  for (const auto* task : {"one", "two", "three"})
    faults.refused(tier, {.kind = Kind::context_length, .rule = "too-long"}, task, noon);
  CHECK(faults.find(tier) == nullptr);
}

TEST_CASE("without words of the provider the rule is the reason, and the tasks are bounded",
          "[fleet][faults]") {
  fleet::TierFaults faults;
  for (std::size_t i = 0; i < fleet::TierFaults::max_tasks + 5; ++i)
    faults.refused(tier, {.kind = Kind::invalid_request, .rule = "bad-request"}, std::to_string(i), noon);
  REQUIRE(faults.find(tier) != nullptr);
  CHECK(faults.find(tier)->reason == "bad-request");
  CHECK(faults.find(tier)->tasks.size() == fleet::TierFaults::max_tasks);
}
