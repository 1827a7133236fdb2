#include <algorithm>
#include <catch2/catch.hpp>

#include "store/rig.hpp"
#include "store/traced.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

constexpr std::int64_t day = 86'400'000;
constexpr std::int64_t now = 400 * day;
const store::RetentionPolicy policy{.events_days = 30, .rollouts_days = 90};

int rounds_of(store::Store& store, int max_rows) {
  int rounds = 1;
  while (store.prune(now, policy, max_rows)) ++rounds;
  return rounds;
}

void finished(store::Transaction& turn, const std::string& id, store::RolloutStatus status,
              std::int64_t end_day) {
  turn.insert_rollout(bound_to("coder-a", id));
  turn.insert_attempt({.rollout_id = id, .attempt_id = "at-1", .status = store::AttemptStatus::succeeded});
  turn.set_rollout_status(id, status, static_cast<double>(end_day * day) / 1000);
}

}  // namespace

TEST_CASE("what is older than its days is deleted, what is younger stays") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const auto ts : {now - 31 * day, now - 29 * day}) {
      const auto id = turn.append_event(event("container.lazy_stopped", "coder-a", ts));
      turn.append_lifecycle_event(
          {.id = id, .ts = ts, .instance = "coder-a", .type = "container.lazy_stopped"});
      turn.remember_outcome("coder-a", std::to_string(ts), ts, "{}");
      turn.append_ledger(flip("coder-a", ts));
    }
    turn.append_usage({.ts = now - 32 * day});
    turn.append_usage({.ts = now - 29 * day});
    finished(turn, "old", store::RolloutStatus::succeeded, 309);
    finished(turn, "young", store::RolloutStatus::succeeded, 311);
  });
  CHECK(rounds_of(store, 1'000) == 1);
  auto reader = read(folder);
  CHECK(ids(reader.events({})) == Ids{2});
  CHECK(ids(reader.lifecycle_events("coder-a", 0, 10)) == Ids{2});
  CHECK(ids(reader.ledger("coder-a", 0, 10, {})) == Ids{2});
  for (const std::string table : {"usage", "outcomes", "rollouts", "attempts"}) {
    INFO(table);
    CHECK(count(folder, table) == 1);
  }
  CHECK(reader.rollout("young"));
  CHECK(reader.find_attempts({.rollout_id = "young"}).total == 1);
}

TEST_CASE("tokens are kept for the longest usage window, however short events are kept") {
  Folder folder;
  auto store = open(folder);
  in_turn(store,
          [](auto& turn) { turn.append_usage({.ts = now - 30 * day, .type = "coder", .input_tokens = 5}); });
  store.prune(now, {.events_days = 1, .rollouts_days = 1}, 100);
  CHECK(count(folder, "usage") == 1);
}

TEST_CASE("old history is deleted in steps of the size asked for, until there is no more") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (int i = 0; i < 95; ++i) turn.append_event(event("x", "coder-a", i));
  });
  CHECK(store.prune(now, policy, 10));
  CHECK(count(folder, "event_log") == 85);
  CHECK(read(folder).oldest_event_id() == 11);  // the oldest first
  CHECK(rounds_of(store, 10) == 9);
  CHECK(count(folder, "event_log") == 0);
}

TEST_CASE("each agent's last ledger row stays, however old: it tells the tier of every later window") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::int64_t ts : {1, 2, 2, 1}) turn.append_ledger(flip("coder-a", ts));  // 1 to 4; 3 holds
    turn.append_ledger(flip("coder-b", 5));                                              // 5
    turn.append_ledger(flip("coder-c", 6));                                              // 6
    turn.append_ledger(flip("coder-c", now - day));                                      // 7
  });
  const auto step = GENERATE(1, 2, 100);
  rounds_of(store, step);
  auto reader = read(folder);
  CHECK(ids(reader.ledger("coder-a", 0, 10, {})) == Ids{3});
  CHECK(ids(reader.ledger("coder-b", 0, 10, {})) == Ids{5});
  CHECK(ids(reader.ledger("coder-c", 0, 10, {})) == Ids{7});
  CHECK(ids(reader.ledger_window("coder-a", now - day)) == Ids{3});
}

TEST_CASE("a rollout that is not finished stays with its attempts") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const auto status : store::all_rollout_statuses)
      finished(turn, std::string(to_string(status)), status, 1);
    turn.insert_rollout(bound_to("coder-a", "never ended"));
  });
  rounds_of(store, 2);
  auto reader = read(folder);
  CHECK(reader.find_rollouts({}).total == 5);
  for (const std::string id : {"queuing", "requeuing", "preparing", "running"}) {
    INFO(id);
    CHECK(reader.rollout(id));
    CHECK(reader.find_attempts({.rollout_id = id}).total == 1);
  }
  CHECK(reader.rollout("never ended"));
  CHECK(count(folder, "attempts") == 4);
}

TEST_CASE("what clients of the rollout store left is deleted too, and counts follow") {
  Folder folder;
  auto store = open(folder);
  const auto days = [](std::int64_t ago) { return static_cast<double>((now - ago * day) / 1000); };
  in_turn(store, [&](auto& turn) {
    for (const std::int64_t ago : {100, 95, 2, 0}) {
      const auto name = std::to_string(ago);
      turn.put_resources("rs-1", name, days(ago));
      turn.start_rollout({.rollout_id = name, .start_time = days(ago), .metadata = R"({"k":1})"}, "at-1",
                         name);
      turn.change_rollout(name, {.status = store::RolloutStatus::succeeded}, days(ago)).value();
      turn.remember_answer(name, {"", ""}, days(ago));
      turn.reserve_sequence_ids("stray " + name, 1, days(ago));
    }
  });
  CHECK(rounds_of(store, 3) > 1);
  auto reader = read(folder);
  const auto history = reader.resources_history("rs-1");
  REQUIRE(history.size() == 3);  // the second was in use until two days ago
  CHECK(history.back().resources == "95");
  CHECK(reader.find_rollouts({}).total == 2);
  CHECK(reader.find_rollouts({.metadata = {{"k", "1"}}}).total == 2);
  CHECK(reader.statistics().total_attempts == 2);
  CHECK(count(folder, "workers") == 2);
  CHECK(count(folder, "answers") == 1);
  CHECK(count(folder, "stray_sequences") == 1);
  CHECK(count(folder, "rollout_inputs") == 2);
  CHECK(count(folder, "rollout_metadata") == 2);
}

TEST_CASE("a rollout's spans are deleted with it, in steps of the size asked for") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { finished(turn, "old", store::RolloutStatus::failed, 1); });
  std::vector<store::SpanRow> spans(95);
  for (std::size_t i = 0; i < spans.size(); ++i)
    spans[i] = {.rollout_id = "old", .attempt_id = "at-1", .span_id = std::to_string(i)};
  in_turn(store, [&](auto& turn) { turn.add_spans(spans, 1); });
  CHECK(read(folder).statistics().total_spans == 95);
  CHECK(store.prune(now, policy, 10));
  CHECK(count(folder, "spans") == 85);
  CHECK(read(folder).statistics().total_spans == 85);
  CHECK(read(folder).rollout("old"));
  CHECK(rounds_of(store, 10) == 9);
  CHECK(count(folder, "spans") == 0);
  CHECK(count(folder, "attempts") == 0);
  CHECK_FALSE(read(folder).rollout("old"));
}

TEST_CASE("old rollouts are deleted one after the other, each with all that belongs to it") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const auto& [id, end] : {std::pair{"second", 2}, std::pair{"first", 1}}) {
      finished(turn, id, store::RolloutStatus::succeeded, end);
      std::vector<store::SpanRow> spans(5);
      for (std::size_t i = 0; i < spans.size(); ++i)
        spans[i] = {.rollout_id = id, .attempt_id = "at-1", .span_id = std::to_string(i)};
      turn.add_spans(spans, 1);
    }
  });
  CHECK(store.prune(now, policy, 9));  // seven rows of the first, two of the second
  auto reader = read(folder);
  CHECK_FALSE(reader.rollout("first"));
  CHECK(reader.find_attempts({.rollout_id = "second"}).total == 1);
  CHECK(reader.find_spans({.rollout_id = "second"}).total == 3);
  CHECK(rounds_of(store, 9) == 1);
  CHECK(read(folder).statistics().total_spans == 0);
  CHECK(read(folder).statistics().total_attempts == 0);
}

TEST_CASE("a step costs as much at the end as in the beginning") {
  Folder folder;
  const Traced traced;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (int i = 0; i < 400; ++i) {
      finished(turn, std::to_string(i), store::RolloutStatus::succeeded, 1);
      const std::vector<store::SpanRow> span{{.rollout_id = std::to_string(i), .attempt_id = "at-1"}};
      turn.add_spans(span, 1);
    }
  });
  std::vector<std::int64_t> costs;
  for (bool more = true; more;) {
    static_cast<void>(Traced::take());
    more = store.prune(now, policy, 30);
    costs.push_back(0);
    for (const auto& ran : Traced::take()) costs.back() += ran.steps;
  }
  CHECK(costs.size() > 30);
  CHECK(*std::ranges::max_element(costs) < costs.front() * 5 / 4);
}

TEST_CASE(
    "an event's id is never given again, also when retention took the last one and the store was closed") {
  Folder folder;
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) {
      for (int i = 0; i < 5; ++i) turn.append_event(event("x", "coder-a", 1));
    });
    rounds_of(store, 100);
    CHECK(count(folder, "event_log") == 0);
    CHECK(store.load_boot_state()->last_event_id == 5);
  }
  auto store = open(folder);
  CHECK(store.load_boot_state()->last_event_id == 5);
  CHECK(in_turn(store, [](auto& turn) { return turn.append_event(event("x", "coder-a", now)); }) == 6);
}

TEST_CASE("retention with nothing to do writes nothing") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.append_event(event("x", "coder-a", now)); });
  const auto log = std::filesystem::file_size(folder.file() + "-wal");
  CHECK_FALSE(store.prune(now, policy, 500));
  CHECK(std::filesystem::file_size(folder.file() + "-wal") == log);
}
