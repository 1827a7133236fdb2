#include <catch2/catch.hpp>
#include <fstream>

#include "store/rig.hpp"

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
