#include <catch2/catch.hpp>
#include <fstream>

#include "store/rig.hpp"
#include "understudy/store/check.hpp"

using namespace understudy;
using namespace understudy::store_test;
namespace fs = std::filesystem;

namespace {

void set(store::Store& store, const std::string& colour) {
  in_turn(store, [&](auto& turn) {
    turn.put_setting("colour", colour);
    turn.append_event(event("config.changed", "coder-a"));
  });
}

}  // namespace

TEST_CASE("a backup is a whole store of the last commit, also while a turn is open") {
  Folder folder;
  Folder elsewhere;
  auto store = open(folder);
  set(store, "green");
  auto turn = store.begin();
  turn.put_setting("colour", "red");
  turn.append_event(event("config.changed", "coder-a"));
  CHECK(read(folder).backup_to(elsewhere.file()).empty());
  REQUIRE(turn.commit());
  CHECK(store.setting("colour") == "red");

  CHECK(std::distance(fs::directory_iterator(elsewhere.path()), fs::directory_iterator()) == 1);
  CHECK(raw(elsewhere).execAndGet("PRAGMA integrity_check").getString() == std::string("ok"));
  auto copy = open(elsewhere);
  CHECK(copy.setting("colour") == "green");
  CHECK(copy.load_boot_state()->last_event_id == 1);
  set(copy, "blue");
  CHECK(count(elsewhere, "event_log") == 2);
}

TEST_CASE("a backup replaces the one before it, and what an interrupted one left") {
  Folder folder;
  auto store = open(folder);
  const auto target = folder.file() + ".backup";
  auto reader = read(folder);
  set(store, "green");
  REQUIRE(reader.backup_to(target).empty());
  std::ofstream(target + ".part") << "half a copy";
  set(store, "blue");
  REQUIRE(reader.backup_to(target).empty());
  SQLite::Database copy(target);
  CHECK(copy.execAndGet("SELECT value FROM settings").getString() == std::string("blue"));
  CHECK_FALSE(fs::exists(target + ".part"));
}

TEST_CASE("a backup that cannot be written is reported in a sentence, and the one before it stays") {
  Folder folder;
  auto store = open(folder);
  auto reader = read(folder);
  const auto nowhere = folder.path() + "/gone/understudy.db.backup";
  CHECK_THAT(reader.backup_to(nowhere), Catch::Contains(nowhere));
  const auto taken = folder.path() + "/taken";
  fs::create_directories(taken + "/by a folder");
  CHECK_THAT(reader.backup_to(taken), Catch::Contains(taken));
  CHECK_FALSE(fs::exists(taken + ".part"));
  CHECK(reader.events({}).empty());
  CHECK(reader.take_error().empty());
}

TEST_CASE("a file is looked through before it is trusted as a backup", "[backup]") {
  Folder folder;
  {
    auto store = open(folder);
    for (int i = 0; i < 500; ++i) set(store, std::string(200, 'g'));
  }
  CHECK(store::find_problem(folder.file()).empty());

  const auto copy = folder.file() + ".copy";
  const auto problem_of_copy = [&copy] { return store::find_problem(copy); };
  std::ofstream(copy) << "no database";
  CHECK_THAT(problem_of_copy(), Catch::Contains("not a database"));

  fs::remove(copy);
  SQLite::Database(copy, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE).exec("CREATE TABLE other (x)");
  CHECK(problem_of_copy() == copy + " is not a database of understudyd");

  fs::remove(copy);
  REQUIRE(read(folder).backup_to(copy).empty());
  CHECK(problem_of_copy().empty());
  SQLite::Database(copy, SQLite::OPEN_READWRITE).exec("PRAGMA user_version = 9999");
  CHECK_THAT(problem_of_copy(), Catch::EndsWith("was written by a newer version of understudyd"));

  fs::remove(copy);
  REQUIRE(read(folder).backup_to(copy).empty());
  std::fstream bytes(copy, std::ios::in | std::ios::out | std::ios::binary);
  bytes.seekp(static_cast<std::streamoff>(fs::file_size(copy) / 2));
  bytes << std::string(16 * 1024, '\xff');
  bytes.close();
  CHECK_THAT(problem_of_copy(), Catch::Contains("is damaged") || Catch::Contains("cannot be read"));
}
