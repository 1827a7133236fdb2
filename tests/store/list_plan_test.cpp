// What a page of rollouts costs: the same at eight times the rollouts, in every order.
#include <catch2/catch.hpp>

#include "store/rollouts_rig.hpp"
#include "store/traced.hpp"

using namespace understudy;
using namespace understudy::store_test;
using S = store::RolloutSort;
using R = store::RolloutStatus;

namespace {

const std::vector<S> every_sort{
    S::creation,  S::rollout_id,          S::end_time, S::mode, S::resources_id, S::status, S::attempt_id,
    S::worker_id, S::last_heartbeat_time, S::duration};

/// Rollouts in every status: a tenth never tried, most finished, one in a thousand with other metadata.
void fill(store::Store& store, int from, int to) {
  constexpr std::array modes{"train", "val", "test"};
  in_turn(store, [&](auto& turn) {
    for (int i = from; i < to; ++i) {
      const auto id = "ro-" + std::to_string((i * 7919L) % 1'000'003);
      const auto at = "at-" + std::to_string((i * 104729L) % 1'000'003);
      const double now = 1000 + i;
      store::NewRollout rollout{.rollout_id = id,
                                .start_time = now,
                                .resources_id = "rs-" + std::to_string(i / 50),
                                .metadata = i % 1000 == 7 ? R"({"set":"rare"})" : R"({"set":"usual"})"};
      if (i % 4 != 0) rollout.mode = modes[static_cast<std::size_t>(i % 3)];
      if (i % 10 == 0) {
        turn.enqueue(rollout);
        continue;
      }
      turn.start_rollout(rollout, at, "w-" + std::to_string(i % 40));
      if (i % 10 == 1) continue;
      const auto status = i % 10 == 2 ? store::AttemptStatus::failed : store::AttemptStatus::succeeded;
      static_cast<void>(turn.report_attempt(id, at, {.status = status, .last_heartbeat_time = now + 1},
                                            now + (i * 31) % 97));
    }
  });
}

std::vector<Traced::Ran> page(store::Reader& reader, const store::RolloutQuery& query) {
  static_cast<void>(Traced::take());
  const auto found = reader.find_rollouts(query);
  CHECK(reader.take_error().empty());
  CHECK(found.items.size() == static_cast<std::size_t>(std::min(query.limit, found.total)));
  return Traced::take();
}

std::int64_t steps_of(store::Reader& reader, const store::RolloutQuery& query) {
  std::int64_t steps = 0;
  for (const auto& ran : page(reader, query)) steps += ran.steps;
  return steps;
}

std::vector<std::string> plan_of(SQLite::Database& db, const std::string& sql) {
  std::vector<std::string> steps;
  SQLite::Statement plan(db, "EXPLAIN QUERY PLAN " + sql);
  while (plan.executeStep()) steps.push_back(plan.getColumn(3).getString());
  return steps;
}

}  // namespace

TEST_CASE("a page in any order follows an index, also under a filter that many match") {
  const Traced traced;
  Rollouts rollouts;
  fill(rollouts.store(), 0, 3'000);
  auto db = raw(rollouts.folder());
  std::map<std::string, std::string> statements;
  for (const auto sort : every_sort)
    for (const bool descending : {false, true}) {
      std::vector<store::RolloutQuery> queries(
          6, {.sort = sort, .descending = descending, .limit = 20, .now = 9'999});
      queries[1].status_in = {{R::succeeded, R::failed, R::queuing}};
      queries[2].mode_in = {{"train"}};
      queries[3].since = 2'000;
      queries[4].metadata = {{"set", "usual"}};
      queries[5].status_in = {{R::failed}};
      queries[5].metadata = {{"set", "usual"}};
      for (const auto& query : queries)
        for (const auto& ran : page(rollouts.reader(), query))
          if (ran.sql.starts_with("SELECT"))
            statements[ran.sql] = "sort " + std::to_string(static_cast<int>(sort));
    }
  CHECK(statements.size() > 50);
  for (const auto& [sql, sort] : statements)
    for (const auto& step : plan_of(db, sql)) {
      INFO(sort << "\n" << sql << "\n" << step);
      if (step.starts_with("SCAN"))
        CHECK((step.find(" USING ") != std::string::npos || step == "SCAN rollout_counts" ||
               step == "SCAN CONSTANT ROW" || step.starts_with("SCAN (subquery")));
      if (step.starts_with("USE TEMP B-TREE")) CHECK_THAT(step, Catch::Contains("RIGHT PART"));
    }
}

TEST_CASE("a page takes no more steps when there are eight times as many rollouts") {
  const Traced traced;
  Rollouts rollouts;
  std::map<std::string, std::pair<store::RolloutQuery, std::int64_t>> asked;
  for (const auto sort : every_sort)
    for (const bool descending : {false, true}) {
      const auto name = "sort " + std::to_string(static_cast<int>(sort)) + (descending ? " down" : " up");
      const store::RolloutQuery plain{.sort = sort, .descending = descending, .limit = 50, .now = 99'999};
      asked[name].first = plain;
      asked[name + ", one mode"].first = plain;
      asked[name + ", one mode"].first.mode_in = {{"train"}};
      // Where those that have not ended come first, they are passed one by one.
      if (sort == S::creation || sort == S::rollout_id || sort == S::mode || sort == S::resources_id ||
          sort == S::status || sort == S::end_time || sort == S::duration) {
        asked[name + ", two statuses"].first = plain;
        asked[name + ", two statuses"].first.status_in = {{R::succeeded, R::failed}};
      }
      asked[name + ", by id"].first = plain;
      asked[name + ", by id"].first.rollout_id_in = {{"ro-7919", "ro-15838", "ro-nope"}};
      asked[name + ", rare"].first = plain;
      asked[name + ", rare"].first.metadata = {{"set", "rare"}};
      asked[name + ", rare"].first.until = 3'000;
      asked[name + ", one of two"].first = plain;
      asked[name + ", one of two"].first.metadata = {{"set", "rare"}};
      asked[name + ", one of two"].first.rollout_id_in = {{"ro-7919", "ro-nope"}};
      asked[name + ", one of two"].first.logic = store::Logic::any_of;
      asked[name + ", one of two"].first.until = 3'000;
    }
  fill(rollouts.store(), 0, 2'000);
  for (auto& [name, one] : asked) one.second = steps_of(rollouts.reader(), one.first);
  fill(rollouts.store(), 2'000, 16'000);
  for (const auto& [name, one] : asked) {
    INFO(name);
    const auto more = steps_of(rollouts.reader(), one.first);
    CHECK(more < one.second * 2 + 2'000);
  }
}

TEST_CASE("single answers take the same steps however many rollouts there are") {
  const Traced traced;
  Rollouts rollouts;
  const auto steps = [&] {
    static_cast<void>(Traced::take());
    static_cast<void>(rollouts.reader().statistics());
    static_cast<void>(rollouts.reader().rollout_with_attempt("ro-7919"));
    static_cast<void>(rollouts.reader().poll({"ro-7919"}));
    static_cast<void>(rollouts.reader().next_deadline());
    {
      auto turn = rollouts.store().begin();
      CHECK(turn.dequeue({.new_attempt_id = [] { return "at-x"; }}, 5).size() == 1);
      CHECK(turn.sweep(1e9, 10).empty());
      CHECK(to_string(turn.enqueue({.rollout_id = "new"}).status) == "queuing");
      const store::SpanRow span{.rollout_id = "ro-7919", .attempt_id = "latest"};
      turn.add_spans({&span, 1}, 5);
    }
    std::int64_t sum = 0;
    for (const auto& ran : Traced::take()) sum += ran.steps;
    return sum;
  };
  fill(rollouts.store(), 0, 1'000);
  const auto few = steps();
  fill(rollouts.store(), 1'000, 10'000);
  CHECK(steps() < few + 50);
}
