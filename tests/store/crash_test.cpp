// Killed at any moment: what was acknowledged is there once, and every turn is whole.
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <set>

#include "store/rig.hpp"
#include "support/random.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

constexpr int cycles = 30;

/// The whole life of a task as turns of one writer, which leaves one row in each of these tables.
const std::vector<std::string> tables{"event_log", "agent_provider_events", "usage", "rollouts", "attempts",
                                      "outcomes",  "rollout_inputs",        "spans"};

std::int64_t one_turn(store::Transaction& turn, const std::string& writer, int number) {
  const auto id = writer + "-" + std::to_string(number);
  auto row = event("rollout.finished", "coder-a", number);
  row.summary = id;
  row.detail = std::string(2'000, 'x');
  const auto event_id = turn.append_event(row);
  auto ledger = flip("coder-a", number);
  ledger.rollout_id = id;
  turn.append_ledger(ledger);
  turn.append_usage({.ts = number, .type = "coder", .input_tokens = 1, .rollout_id = id});
  turn.insert_rollout(bound_to("coder-a", id));
  turn.insert_attempt({.rollout_id = id, .attempt_id = "at-1"});
  const store::SpanRow span{.rollout_id = id, .attempt_id = "at-1", .span_id = "s"};
  turn.add_spans({&span, 1}, number);
  turn.remember_outcome("coder-a", id, number, "{}");
  turn.put_setting("last event", std::to_string(event_id));
  return event_id;
}

/// Commits turns until it is killed; writes each event's id after its commit, and -1 before it opens.
[[noreturn]] void write_until_killed(const std::string& file, const std::string& writer,
                                     int acknowledgements) {
  const auto tell = [&](std::int64_t id) {
    if (::write(acknowledgements, &id, sizeof id) != sizeof id) ::_exit(1);
  };
  tell(-1);
  auto store = store::Store::open(file);
  if (!store) ::_exit(2);
  for (int number = 0;; ++number) {
    auto turn = store->begin();
    const auto id = one_turn(turn, writer, number);
    if (!turn.commit()) ::_exit(3);
    tell(id);
  }
}

/// Lets a child write until it has written so many ids, kills it, and returns all of them.
std::vector<std::int64_t> run_and_kill(const std::string& file, const std::string& writer, int enough) {
  int ends[2];
  REQUIRE(::pipe(ends) == 0);
  const auto child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) write_until_killed(file, writer, ends[1]);
  ::close(ends[1]);
  std::vector<std::int64_t> told;
  const auto hear = [&] {
    std::int64_t id = 0;
    if (::read(ends[0], &id, sizeof id) != sizeof id) return false;
    if (id > 0) told.push_back(id);
    return true;
  };
  REQUIRE(hear());  // it is about to open
  while (static_cast<int>(told.size()) < enough) REQUIRE(hear());
  ::kill(child, SIGKILL);
  int status = 0;
  ::waitpid(child, &status, 0);
  while (hear()) {
  }
  ::close(ends[0]);
  CHECK(WIFSIGNALED(status));
  return told;
}

}  // namespace

TEST_CASE("killed at any moment, a store keeps every acknowledged turn once, and each turn whole") {
  Folder folder;
  support::Random random(20'260'101);
  std::set<std::int64_t> acknowledged;
  std::int64_t last = 0;
  for (int cycle = 0; cycle < cycles; ++cycle) {
    const auto enough = random.pick(9);
    INFO("cycle " << cycle << ", killed after " << enough);
    const auto told = run_and_kill(folder.file(), std::to_string(cycle), enough);
    for (const auto id : told) CHECK(acknowledged.insert(id).second);

    auto store = open(folder);
    const auto rows = read(folder).events({.limit = 1'000'000});
    std::set<std::int64_t> kept;
    for (const auto& row : rows) kept.insert(row.id);
    CHECK(std::ranges::includes(kept, acknowledged));
    CHECK(rows.size() == kept.size());
    const auto turns = static_cast<std::int64_t>(rows.size());
    CHECK(turns <= static_cast<std::int64_t>(acknowledged.size()) + cycle + 1);  // at most one untold a cycle
    for (const auto& table : tables) {
      INFO(table);
      CHECK(count(folder, table) == turns);
    }
    const auto statistics = read(folder).statistics();
    CHECK(statistics.total_rollouts == turns);
    CHECK(statistics.total_attempts == turns);
    CHECK(statistics.total_spans == turns);
    last = store.load_boot_state()->last_event_id;
    CHECK(last == (rows.empty() ? 0 : rows.back().id));
    CHECK(store.setting("last event").value_or("0") == std::to_string(last));
  }
  CHECK(acknowledged.size() > cycles);
  CHECK(raw(folder).execAndGet("PRAGMA integrity_check").getString() == std::string("ok"));
}

TEST_CASE("killed while it creates its file, a store is created at the next start") {
  for (int cycle = 0; cycle < 5; ++cycle) {
    Folder folder;
    run_and_kill(folder.file(), "first", 0);
    auto store = open(folder);
    CHECK(in_turn(store, [](auto& turn) { return one_turn(turn, "second", 0); }) >= 1);
  }
}
