#include <catch2/catch.hpp>
#include <fstream>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;
namespace fs = std::filesystem;

namespace {

void fill(const Folder& folder, int rows, std::size_t detail_bytes) {
  auto store = open(folder);
  in_turn(store, [&](auto& turn) {
    for (int i = 0; i < rows; ++i) {
      auto row = event("rollout.finished", "coder-a", i);
      row.detail = std::string(detail_bytes, 'x');
      turn.append_event(row);
      turn.append_ledger(flip("coder-a", i));
    }
    turn.put_setting("colour", "green");
    turn.put_provider_state({.agent = "coder-a", .type = "coder"});
  });
}

void overwrite(const std::string& file, std::int64_t at, const std::string& bytes) {
  std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
  stream.seekp(at);
  stream << bytes;
}

constexpr std::int64_t page = 4096;

std::int64_t root_page(const Folder& folder, const std::string& table) {
  return raw(folder).execAndGet("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'").getInt64();
}

void damage_page(const Folder& folder, std::int64_t number) {
  overwrite(folder.file(), (number - 1) * page, std::string(page, '\xaa'));
}

store::OpenError refused(const Folder& folder) {
  const auto store = store::Store::open(folder.file());
  REQUIRE_FALSE(store);
  CHECK(store.error().kind == store::OpenErrorKind::corrupt);
  CHECK_THAT(store.error().message, Catch::Contains("the database " + folder.file() + " is damaged"));
  return store.error();
}

}  // namespace

TEST_CASE("a damaged file is refused, whatever is wrong with it") {
  Folder folder;
  fill(folder, 200, 100);
  const auto size = fs::file_size(folder.file());
  SECTION("its header is garbage") {
    overwrite(folder.file(), 0, "this is no database, is it?");
  }
  SECTION("it is random text") {
    std::ofstream(folder.file()) << std::string(10'000, '?');
  }
  SECTION("it is a few bytes") {
    std::ofstream(folder.file()) << "SQLite format 3";
  }
  SECTION("it is empty") {
    fs::resize_file(folder.file(), 0);
  }
  SECTION("its end is missing") {
    fs::resize_file(folder.file(), size / 2);
  }
  SECTION("a page of its end is missing") {
    fs::resize_file(folder.file(), size - page);
  }
  SECTION("half a page is missing") {
    fs::resize_file(folder.file(), size - page / 2);
  }
  SECTION("its schema is damaged") {
    overwrite(folder.file(), 100, std::string(200, '\xaa'));
  }
  SECTION("a page of the state is damaged") {
    damage_page(folder, root_page(folder, "agent_provider_state"));
  }
  SECTION("a page of the ledger is damaged") {
    damage_page(folder, root_page(folder, "agent_provider_events"));
  }
  SECTION("a page of an index is damaged") {
    damage_page(folder, root_page(folder, "event_log_by_ts"));
  }
  SECTION("a page is zero") {
    overwrite(folder.file(), (root_page(folder, "event_log") - 1) * page, std::string(page, '\0'));
  }
  const auto damaged_size = fs::file_size(folder.file());
  CHECK_THAT(refused(folder).message, Catch::Contains("no backup"));
  CHECK(fs::file_size(folder.file()) == damaged_size);  // evidence is left as it was
}

TEST_CASE("a refusal names the newest backup") {
  Folder folder;
  fill(folder, 10, 10);
  const auto daily = folder.file() + ".backup";
  const auto migration = folder.file() + ".v3.backup";
  REQUIRE(read(folder).backup_to(daily).empty());
  REQUIRE(read(folder).backup_to(migration).empty());
  fs::resize_file(folder.file(), 0);
  const auto now = fs::file_time_type::clock::now();
  SECTION("the daily one") {
    fs::last_write_time(daily, now);
    fs::last_write_time(migration, now - std::chrono::milliseconds{20});
    CHECK_THAT(refused(folder).message, Catch::Contains(daily) && !Catch::Contains(migration));
  }
  SECTION("that of a migration") {
    fs::last_write_time(daily, now - std::chrono::milliseconds{20});
    fs::last_write_time(migration, now);
    CHECK_THAT(refused(folder).message, Catch::Contains(migration) && !Catch::Contains(daily));
  }
}

TEST_CASE("doing what the refusal says brings the backup's rows back") {
  Folder folder;
  fill(folder, 10, 10);
  const auto backup = folder.file() + ".backup";
  REQUIRE(read(folder).backup_to(backup).empty());
  {
    auto store = open(folder);
    in_turn(store, [](auto& turn) { turn.put_setting("colour", "red"); });
    fs::copy(folder.file() + "-wal", folder.path() + "/kept-wal");
  }
  fs::rename(folder.path() + "/kept-wal", folder.file() + "-wal");  // as after a crash
  overwrite(folder.file(), 0, "garbage");
  const auto message = refused(folder).message;
  CHECK_THAT(message,
             Catch::Contains("`understudyd restore " + backup + " --state-dir " + folder.path() + "`"));
  CHECK_THAT(message, Catch::Contains("remove " + folder.file() + "-wal"));
  fs::remove(folder.file() + "-wal");
  fs::remove(folder.file() + "-shm");
  fs::copy_file(backup, folder.file(), fs::copy_options::overwrite_existing);
  CHECK(open(folder).setting("colour") == "green");
  CHECK(count(folder, "event_log") == 10);
}

TEST_CASE("in a large file damage to the state is refused") {
  Folder folder;
  fill(folder, 12'000, 1'000);
  REQUIRE(fs::file_size(folder.file()) > 8 * 1024 * 1024);
  const std::string table =
      GENERATE("agent_provider_state", "container_state", "lifecycle_metrics", "settings");
  damage_page(folder, root_page(folder, table));
  refused(folder);
}

TEST_CASE("in a large file damage to the history costs that history, and a reader says so") {
  Folder folder;
  fill(folder, 12'000, 1'000);
  damage_page(folder, root_page(folder, "event_log"));
  auto store = open(folder);
  CHECK(store.load_boot_state()->provider_states.size() == 1);
  auto reader = read(folder);
  CHECK(reader.events({}).empty());
  CHECK_THAT(reader.take_error(), Catch::Contains(folder.file()) && Catch::Contains("malformed"));
  CHECK(reader.take_error().empty());
  CHECK(reader.ledger("coder-a", 0, 10, {}).size() == 10);
  auto turn = store.begin();
  turn.append_event(event("x", "coder-a"));
  const auto committed = turn.commit();
  REQUIRE_FALSE(committed);
  CHECK(committed.error().kind == store::CommitErrorKind::corrupt);
}
