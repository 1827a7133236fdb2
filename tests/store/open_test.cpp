#include <catch2/catch.hpp>
#include <fstream>

#include "opening.hpp"
#include "schema.hpp"
#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;
namespace fs = std::filesystem;

namespace {

constexpr int today = 5;

const char* const tomorrow =
    "ALTER TABLE settings ADD COLUMN changed_at INTEGER; UPDATE settings SET changed_at = 7";

store::OpenError refused(const Folder& folder) {
  auto store = store::Store::open(folder.file());
  REQUIRE_FALSE(store);
  CHECK_THAT(store.error().message, Catch::Contains(folder.file()));
  return store.error();
}

/// What a later version does, with further steps.
std::optional<store::OpenError> upgrade(const Folder& folder, std::vector<const char*> steps) {
  steps.insert(steps.begin(), store::migrations().begin(), store::migrations().end());
  store::Connection connection(folder.file(), SQLite::OPEN_READWRITE);
  return migrate(connection, steps);
}

std::int64_t version(const Folder& folder) {
  return raw(folder).execAndGet("PRAGMA user_version").getInt64();
}

void remember_green(const Folder& folder) {
  auto store = open(folder);
  in_turn(store, [](auto& turn) { turn.put_setting("colour", "green"); });
}

}  // namespace

TEST_CASE(
    "a new file has the current schema, every table of the contract and no file beside it when closed") {
  Folder folder;
  open(folder);
  CHECK(version(folder) == today);
  for (const std::string table :
       {"agent_provider_state", "agent_provider_events", "lifecycle_events", "lifecycle_metrics", "event_log",
        "rollouts", "attempts", "spans", "resources", "workers", "usage"}) {
    INFO(table);
    CHECK(count(folder, table) == 0);
  }
  CHECK(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()) == 1);
}

TEST_CASE("the file has a write-ahead log, so that readers and the writer never wait for each other") {
  Folder folder;
  const auto store = open(folder);
  CHECK(raw(folder).execAndGet("PRAGMA journal_mode").getString() == std::string("wal"));
}

TEST_CASE("opening again changes nothing") {
  Folder folder;
  remember_green(folder);
  const auto store = open(folder);
  CHECK(version(folder) == today);
  CHECK_FALSE(fs::exists(folder.file() + ".v" + std::to_string(today) + ".backup"));
}

TEST_CASE("an empty database without a schema is filled") {
  Folder folder;
  raw(folder).exec("CREATE TABLE t (a); DROP TABLE t");
  remember_green(folder);
  CHECK(version(folder) == today);
}

TEST_CASE("an older schema is brought up to date, after a copy of the file as it was") {
  Folder folder;
  remember_green(folder);
  REQUIRE_FALSE(upgrade(folder, {tomorrow}));
  CHECK(version(folder) == today + 1);
  CHECK(raw(folder).execAndGet("SELECT changed_at FROM settings").getInt() == 7);
  const auto backup = folder.file() + ".v" + std::to_string(today) + ".backup";
  REQUIRE(fs::exists(backup));
  SQLite::Database copy(backup);
  CHECK(copy.execAndGet("PRAGMA user_version").getInt() == today);
  CHECK(copy.execAndGet("SELECT value FROM settings").getString() == std::string("green"));
}

TEST_CASE("several migrations run in one go, each once") {
  Folder folder;
  remember_green(folder);
  const char* const add = "UPDATE settings SET value = value || '+'";
  REQUIRE_FALSE(upgrade(folder, {add}));
  for (int again = 0; again < 2; ++again) REQUIRE_FALSE(upgrade(folder, {add, add, add}));
  CHECK(raw(folder).execAndGet("SELECT value FROM settings").getString() == std::string("green+++"));
  CHECK(version(folder) == today + 3);
  CHECK(fs::exists(folder.file() + ".v" + std::to_string(today) + ".backup"));
}

TEST_CASE("a migration that fails leaves the file as it was") {
  Folder folder;
  remember_green(folder);
  CHECK(upgrade(folder, {tomorrow, "NOT SQL"}).value().kind == store::OpenErrorKind::migration_failed);
  CHECK(version(folder) == today);
  auto store = open(folder);
  CHECK(store.setting("colour") == "green");
  CHECK_THROWS(raw(folder).execAndGet("SELECT changed_at FROM settings"));
}

TEST_CASE("without a backup there is no migration") {
  Folder folder;
  remember_green(folder);
  fs::create_directories(folder.file() + ".v" + std::to_string(today) + ".backup/in the way");
  CHECK(upgrade(folder, {tomorrow}).value().kind == store::OpenErrorKind::migration_failed);
  CHECK(version(folder) == today);
}

TEST_CASE("a file of a newer version is refused untouched, and its backup from before named") {
  Folder folder;
  remember_green(folder);
  REQUIRE_FALSE(upgrade(folder, {tomorrow}));
  const auto daily = folder.file() + ".backup";
  REQUIRE(read(folder).backup_to(daily).empty());  // newer, and of no use to this version
  const auto error = refused(folder);
  CHECK(error.kind == store::OpenErrorKind::newer_schema);
  CHECK_THAT(error.message, Catch::Contains("newer version") &&
                                Catch::Contains(folder.file() + ".v" + std::to_string(today) + ".backup"));
  CHECK(version(folder) == today + 1);
}

TEST_CASE("another program's database is refused untouched") {
  Folder folder;
  raw(folder).exec("CREATE TABLE recipes (name TEXT)");
  const auto before = fs::file_size(folder.file());
  CHECK(refused(folder).kind == store::OpenErrorKind::cannot_open);
  CHECK(fs::file_size(folder.file()) == before);
  CHECK(raw(folder).execAndGet("PRAGMA journal_mode").getString() == std::string("delete"));
}

TEST_CASE("a folder that does not exist, or a folder in the file's place, is refused with a sentence") {
  Folder folder;
  SECTION("no folder") {
    const auto store = store::Store::open(folder.path() + "/gone/understudy.db");
    REQUIRE_FALSE(store);
    CHECK(store.error().kind == store::OpenErrorKind::cannot_open);
    CHECK_THAT(store.error().message, Catch::Contains(folder.path() + "/gone/understudy.db"));
  }
  SECTION("a folder of that name") {
    fs::create_directory(folder.file());
    CHECK(refused(folder).kind == store::OpenErrorKind::cannot_open);
  }
  SECTION("no file for a reader") {
    const auto reader = store::Reader::open(folder.file());
    REQUIRE_FALSE(reader);
    CHECK(reader.error().kind == store::OpenErrorKind::cannot_open);
    CHECK_FALSE(fs::exists(folder.file()));
  }
}

TEST_CASE("a file that was never finished being made is made again") {
  Folder folder;
  std::ofstream(folder.file() + ".new") << "half a database";
  std::ofstream(folder.file() + ".new-journal") << "its journal";
  std::ofstream(folder.file() + ".new-wal") << "its log";
  remember_green(folder);
  CHECK(open(folder).setting("colour") == "green");
}

TEST_CASE("a file moved away leaves nothing of its log to the one that replaces it") {
  Folder folder;
  Folder elsewhere;
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) { turn.put_setting("colour", "green"); });
    fs::copy(folder.file() + "-wal",
             elsewhere.file() + "-wal");  // as after a crash: not copied into the file
  }
  REQUIRE(fs::file_size(elsewhere.file() + "-wal") > 0);
  auto store = open(elsewhere);
  CHECK_FALSE(store.setting("colour"));
  in_turn(store, [](auto& turn) { turn.put_setting("shape", "round"); });
  CHECK(raw(elsewhere).execAndGet("PRAGMA integrity_check").getString() == std::string("ok"));
}

TEST_CASE("nor of its journal, after a crash while it had no log") {
  Folder folder;
  Folder elsewhere;
  remember_green(folder);
  {
    auto db = raw(folder);
    db.exec("PRAGMA journal_mode=DELETE; PRAGMA cache_size=5");  // a small cache: the journal is complete
    db.exec("BEGIN; UPDATE settings SET value = 'red'");
    for (int i = 0; i < 50; ++i) db.exec("INSERT INTO settings VALUES (hex(randomblob(9)), zeroblob(9000))");
    fs::copy(folder.file() + "-journal", elsewhere.file() + "-journal");
  }
  CHECK_FALSE(open(elsewhere).setting("colour"));
}

TEST_CASE("the log gives back what it took while somebody read for long") {
  Folder folder;
  auto store = open(folder);
  const auto write = [&](int setting) {
    in_turn(store, [&](auto& turn) {
      turn.put_setting("large", std::string(8'000'000, static_cast<char>(setting)));
    });
  };
  const auto log_size = [&] { return std::filesystem::file_size(folder.file() + "-wal"); };
  constexpr std::uintmax_t kept = 64 << 20;
  {
    auto reader = raw(folder);
    reader.exec("BEGIN; SELECT count(*) FROM settings");
    for (int i = 0; i < 12; ++i) write('a' + i);
    CHECK(log_size() > kept);
  }
  write('y');  // copies the log into the file
  write('z');  // and starts it again
  CHECK(log_size() <= kept);
}
