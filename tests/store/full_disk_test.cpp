#include <sys/resource.h>

#include <catch2/catch.hpp>
#include <csignal>

#include "store/rig.hpp"
#include "support/small_disk.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

const std::string big(100'000, 'x');

store::Transaction& write_big(store::Transaction& turn, int n) {
  auto row = event("rollout.finished", "coder-a", n);
  row.detail = big;
  turn.append_event(row);
  return turn;
}

/// Turns until one is refused; returns how many were taken.
int fill(store::Store& store, store::CommitError& refusal) {
  for (int turns = 0; turns < 1'000; ++turns) {
    auto turn = store.begin();
    turn.put_setting("turns", std::to_string(turns + 1));
    if (const auto committed = write_big(turn, turns).commit(); !committed) {
      refusal = committed.error();
      return turns;
    }
  }
  throw std::runtime_error("the disk never filled");
}

/// No file grows: what a full disk does to the write-ahead log at a commit.
class NoRoom {
 public:
  explicit NoRoom(const std::string& file) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    auto limit = before_;
    limit.rlim_cur = std::filesystem::file_size(file);
    handler_ = std::signal(SIGXFSZ, SIG_IGN);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  NoRoom(const NoRoom&) = delete;
  NoRoom& operator=(const NoRoom&) = delete;
  ~NoRoom() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  rlimit before_{};
  void (*handler_)(int){};
};

}  // namespace

TEST_CASE("a full disk refuses the turn with disk_full and keeps every turn before it") {
  Folder folder;
  const support::SmallDisk disk(400);
  auto store = open(folder);
  store::CommitError refusal;
  const auto taken = fill(store, refusal);
  CHECK(taken > 5);
  CHECK(refusal.kind == store::CommitErrorKind::disk_full);
  CHECK_THAT(refusal.message, Catch::Contains("full") && Catch::Contains(folder.file()));
  CHECK(store.setting("turns") == std::to_string(taken));  // the small write of the refused turn is gone too
  CHECK(count(folder, "event_log") == taken);
}

TEST_CASE("a store that was full reads on, and writes again once retention has made room") {
  Folder folder;
  const support::SmallDisk disk(400);
  auto store = open(folder);
  store::CommitError refusal;
  const auto taken = fill(store, refusal);
  CHECK(read(folder).events({}).size() == static_cast<std::size_t>(taken));
  CHECK(store.load_boot_state().has_value());
  const auto year_ms = 365LL * 86'400'000;
  while (store.prune(year_ms, {}, 2)) {
  }
  CHECK(count(folder, "event_log") == 0);
  CHECK(fill(store, refusal) == taken);
}

TEST_CASE("a store that was full writes again when the file may grow") {
  Folder folder;
  store::CommitError refusal;
  int taken = 0;
  {
    const support::SmallDisk disk(400);
    auto store = open(folder);
    taken = fill(store, refusal);
  }
  auto store = open(folder);
  in_turn(store, [&](auto& turn) { write_big(turn, taken); });
  CHECK(count(folder, "event_log") == taken + 1);
}

TEST_CASE("a commit the system refuses undoes its turn, and the next one is taken") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.put_setting("colour", "green"); });
  {
    const NoRoom now(folder.file() + "-wal");
    auto turn = store.begin();
    turn.put_setting("colour", "red");
    write_big(turn, 1);
    const auto committed = turn.commit();
    REQUIRE_FALSE(committed);
    CHECK((committed.error().kind == store::CommitErrorKind::io ||
           committed.error().kind == store::CommitErrorKind::disk_full));
    CHECK(store.setting("colour") == "green");
  }
  CHECK(count(folder, "event_log") == 0);
  in_turn(store, [](auto& turn) { write_big(turn, 2).put_setting("colour", "blue"); });
  CHECK(store.setting("colour") == "blue");
  CHECK(count(folder, "event_log") == 1);
}
