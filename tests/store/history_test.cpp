#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

Ids found(const Folder& folder, const store::EventQuery& query) {
  return ids(read(folder).events(query));
}

void append_flips(store::Store& store, const std::string& agent, const std::vector<std::int64_t>& moments) {
  in_turn(store, [&](auto& turn) {
    for (const auto ts : moments) turn.append_ledger(flip(agent, ts));
  });
}

}  // namespace

TEST_CASE("an event comes back as it was written, with the id it was given") {
  Folder folder;
  auto store = open(folder);
  const auto id = in_turn(store, [](auto& turn) {
    turn.append_event({.ts_ms = 5, .type = "config.changed", .summary = "new", .detail = R"({"a":1})"});
    return turn.append_event(event("provider.failover", "coder-a", 6));
  });
  CHECK(id == 2);
  const auto rows = read(folder).events({});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ts_ms == 5);
  CHECK(rows[0].type == "config.changed");
  CHECK_FALSE(rows[0].instance);
  CHECK(rows[0].summary == "new");
  CHECK(rows[0].detail == R"({"a":1})");
  CHECK(rows[1].id == 2);
  CHECK(rows[1].instance == "coder-a");
  CHECK(rows[1].detail == "{}");
}

TEST_CASE("events are asked for by id, type, instance and number, oldest first") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_event(event("container.lazy_started", "coder-a"));     // 1
    turn.append_event(event("provider.failover", "coder-a"));          // 2
    turn.append_event(event("container.lazy_stopped", "reviewer-a"));  // 3
    turn.append_event(event("containers", "coder-a"));                 // 4
    turn.append_event(event("rollout.finished", "coder-a"));           // 5
    turn.append_event({.type = "config.changed"});                     // 6
  });
  CHECK(found(folder, {}) == Ids{1, 2, 3, 4, 5, 6});
  CHECK(found(folder, {.after = 4}) == Ids{5, 6});
  CHECK(found(folder, {.after = 6}) == Ids{});
  CHECK(found(folder, {.types = {"container.*"}}) == Ids{1, 3});
  CHECK(found(folder, {.types = {"containers"}}) == Ids{4});
  CHECK(found(folder, {.types = {"container"}}) == Ids{});
  CHECK(found(folder, {.types = {"container.*", "rollout.finished"}}) == Ids{1, 3, 5});
  CHECK(found(folder, {.types = {"*"}}) == Ids{1, 2, 3, 4, 5, 6});
  CHECK(found(folder, {.instance = "coder-a"}) == Ids{1, 2, 4, 5});
  CHECK(found(folder, {.instance = "nobody"}) == Ids{});
  CHECK(found(folder, {.after = 1, .types = {"container.*"}, .instance = "reviewer-a"}) == Ids{3});
  CHECK(found(folder, {.limit = 2}) == Ids{1, 2});
  CHECK(found(folder, {.types = {"provider.*", "rollout.*", "config.*"}, .limit = 2}) == Ids{2, 5});
  CHECK(found(folder, {.limit = 0}) == Ids{});
}

TEST_CASE("a pattern is neither SQL nor a regular expression") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.append_event(event("container.crashed", "coder-a")); });
  for (const std::string none :
       {"container%", "c_ntainer.crashed", "CONTAINER.*", ".*crashed", "' OR 1 --"}) {
    INFO(none);
    CHECK(found(folder, {.types = {none}}).empty());
    CHECK(found(folder, {.instance = none}).empty());
  }
}

TEST_CASE("the oldest event that is still there is known, so that a gap is noticed") {
  Folder folder;
  auto store = open(folder);
  CHECK_FALSE(read(folder).oldest_event_id());
  in_turn(store, [](auto& turn) {
    turn.append_event(event("a", "coder-a"));
    turn.append_event(event("b", "coder-a"));
  });
  CHECK(read(folder).oldest_event_id() == 1);
  raw(folder).exec("DELETE FROM event_log WHERE id = 1");
  CHECK(read(folder).oldest_event_id() == 2);
}

TEST_CASE("a ledger row comes back as it was written") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_ledger({.ts = 7,
                        .agent = "coder-a",
                        .from_tier = 2,
                        .to_tier = 3,
                        .kind = "auth_error",
                        .reason = "401 auth_error",
                        .rollout_id = "ro-1",
                        .attempt_id = "at-1"});
    turn.append_ledger({.ts = 8, .agent = "coder-a", .from_tier = 3, .to_tier = 3, .kind = "pause"});
  });
  const auto rows = read(folder).ledger("coder-a", 0, 10, {});
  REQUIRE(rows.size() == 2);
  CHECK(rows[0].ts == 7);
  CHECK(rows[0].agent == "coder-a");
  CHECK(rows[0].from_tier == 2);
  CHECK(rows[0].to_tier == 3);
  CHECK(rows[0].kind == "auth_error");
  CHECK(rows[0].reason == "401 auth_error");
  CHECK(rows[0].rollout_id == "ro-1");
  CHECK(rows[0].attempt_id == "at-1");
  CHECK_FALSE(rows[1].rollout_id);
  CHECK_FALSE(rows[1].attempt_id);
}

TEST_CASE("the ledger answers with the newest rows, oldest first, of one agent since a moment") {
  Folder folder;
  auto store = open(folder);
  append_flips(store, "coder-a", {10, 20, 30, 40});  // 1 to 4
  append_flips(store, "coder-b", {35});              // 5
  auto reader = read(folder);
  CHECK(ids(reader.ledger("coder-a", 0, 10, {})) == Ids{1, 2, 3, 4});
  CHECK(ids(reader.ledger("coder-a", 0, 2, {})) == Ids{3, 4});
  CHECK(ids(reader.ledger("coder-a", 20, 10, {})) == Ids{2, 3, 4});
  CHECK(ids(reader.ledger("coder-a", 41, 10, {})) == Ids{});
  CHECK(ids(reader.ledger("coder-b", 0, 10, {})) == Ids{5});
  CHECK(ids(reader.ledger("nobody", 0, 10, {})) == Ids{});
}

TEST_CASE(
    "pages back through the ledger show each row once, also of moments that are equal or run backwards") {
  Folder folder;
  auto store = open(folder);
  append_flips(store, "coder-a", {10, 20, 20, 20, 5, 30, 7, 7, 40});
  append_flips(store, "coder-b", {1, 100});
  auto reader = read(folder);
  const auto limit = GENERATE(1, 2, 3, 4, 100);
  Ids seen;
  std::optional<std::int64_t> before;
  for (;;) {
    const auto page = reader.ledger("coder-a", 0, limit, before);
    if (page.empty()) break;
    CHECK(page.size() <= static_cast<std::size_t>(limit));
    const auto rows = ids(page);
    seen.insert(seen.begin(), rows.begin(), rows.end());
    before = page.front().id;
  }
  CHECK(seen == ids(reader.ledger("coder-a", 0, 100, {})));
  CHECK(seen.size() == 9);
}

TEST_CASE("a page before a row that is not there any more, or not yet, is the page before its place") {
  Folder folder;
  auto store = open(folder);
  append_flips(store, "coder-a", {10, 20, 30, 40});
  raw(folder).exec("DELETE FROM agent_provider_events WHERE id = 3");
  auto reader = read(folder);
  CHECK(ids(reader.ledger("coder-a", 0, 10, 3)) == Ids{1, 2});
  CHECK(ids(reader.ledger("coder-a", 0, 10, 999)) == Ids{1, 2, 4});
  CHECK(ids(reader.ledger("coder-a", 0, 10, 1)) == Ids{});
}

TEST_CASE("a window of the ledger begins with the row that held when it began") {
  Folder folder;
  auto store = open(folder);
  append_flips(store, "coder-a", {10, 20, 20, 30, 40});
  append_flips(store, "coder-b", {25});
  auto reader = read(folder);
  CHECK(ids(reader.ledger_window("coder-a", 30)) == Ids{3, 4, 5});
  CHECK(ids(reader.ledger_window("coder-a", 31)) == Ids{4, 5});
  CHECK(ids(reader.ledger_window("coder-a", 10)) == Ids{1, 2, 3, 4, 5});
  CHECK(ids(reader.ledger_window("coder-a", 99)) == Ids{5});
  CHECK(ids(reader.ledger_window("nobody", 0)) == Ids{});
}

TEST_CASE("lifecycle events of an instance are the newest, oldest first, under their event's id") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    for (const std::int64_t ts : {10, 20, 30}) {
      const auto id = turn.append_event(event("container.lazy_stopped", "coder-a", ts));
      turn.append_event(event("other", "coder-a", ts));
      turn.append_lifecycle_event({.id = id,
                                   .ts = ts,
                                   .instance = "coder-a",
                                   .type = "container.lazy_stopped",
                                   .latency_ms = ts == 10 ? std::nullopt : std::optional<std::int64_t>(0),
                                   .idle_seconds = 12,
                                   .summary = "stopped"});
    }
  });
  auto reader = read(folder);
  const auto rows = reader.lifecycle_events("coder-a", 0, 10);
  CHECK(ids(rows) == Ids{1, 3, 5});
  CHECK_FALSE(rows[0].latency_ms);
  CHECK(rows[1].latency_ms == 0);
  CHECK(rows[1].idle_seconds == 12);
  CHECK(rows[1].summary == "stopped");
  CHECK(ids(reader.lifecycle_events("coder-a", 0, 2)) == Ids{3, 5});
  CHECK(ids(reader.lifecycle_events("coder-a", 30, 10)) == Ids{5});
  CHECK(ids(reader.lifecycle_events("coder-b", 0, 10)) == Ids{});
}
