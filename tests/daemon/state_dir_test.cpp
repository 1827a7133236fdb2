// The owner of the state directory, and who may read it.
#include "app/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "daemon/runtime_fixture.hpp"

using namespace understudy::daemon;
namespace fs = std::filesystem;

namespace {

fs::perms mode_of(const std::string& path) {
  return fs::status(path).permissions();
}

void make(const std::string& path, int mode) {
  fs::create_directories(path);
  fs::permissions(path, fs::perms(mode));
}

}  // namespace

TEST_CASE("a state directory is private to its owner, whatever the umask", "[state-dir]") {
  const testing::Scratch scratch;
  const auto before = ::umask(GENERATE(0, 022, 077));
  const auto made = app::prepare_state_dir(scratch / "deep/state");
  ::umask(before);
  REQUIRE(made);
  CHECK(mode_of(scratch / "deep/state") == fs::perms::owner_all);
}

TEST_CASE("one that others could read is made private, with the database in it, and reported",
          "[state-dir]") {
  const testing::Scratch scratch;
  const auto path = scratch / "state";
  make(path, GENERATE(0755, 0750, 0711));
  for (const auto* name : {"understudy.db", "understudy.db-wal", "understudy.db.v3.backup"}) {
    std::ofstream(path + "/" + name) << "rows";
    fs::permissions(path + "/" + name, fs::perms(0644));
  }
  const auto notes = app::prepare_state_dir(path);
  REQUIRE(notes);
  CHECK(notes->size() == 4);
  CHECK(mode_of(path) == fs::perms::owner_all);
  CHECK(mode_of(path + "/understudy.db") == fs::perms(0600));
  CHECK(mode_of(path + "/understudy.db-wal") == fs::perms(0600));
  CHECK(app::prepare_state_dir(path)->empty());
}

TEST_CASE("one that others can write to is refused with a sentence", "[state-dir]") {
  const testing::Scratch scratch;
  const auto path = scratch / "state";
  make(path, GENERATE(0777, 0770, 0702, 01777));
  const auto refused = app::prepare_state_dir(path);
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error(), Catch::Contains(path) && Catch::Contains("written by others"));
}

TEST_CASE("one that everybody may replace is refused", "[state-dir]") {
  const testing::Scratch scratch;
  make(scratch / "shared", 0777);
  CHECK_FALSE(app::prepare_state_dir(scratch / "shared/state"));
  fs::permissions(scratch / "shared", fs::perms(01777));  // like /tmp
  CHECK(app::prepare_state_dir(scratch / "shared/state"));
}

TEST_CASE("another user's is refused, also behind a link", "[state-dir]") {
  if (::geteuid() != 0) return;  // only root can give directories away
  const testing::Scratch scratch;
  make(scratch / "theirs", 0700);
  REQUIRE(::chown((scratch / "theirs").c_str(), 65534, 65534) == 0);
  fs::create_directory_symlink(scratch / "theirs", scratch / "state");
  for (const auto* name : {"theirs", "state"}) {
    const auto refused = app::prepare_state_dir(scratch / name);
    REQUIRE_FALSE(refused);
    CHECK_THAT(refused.error(), Catch::Contains("belongs to user 65534"));
  }
}

TEST_CASE("one in another user's directory is used, with a warning", "[state-dir]") {
  if (::geteuid() != 0) return;
  const testing::Scratch scratch;
  make(scratch / "theirs/deep/state", 0700);
  REQUIRE(::chown((scratch / "theirs").c_str(), 1234, 1234) == 0);
  const auto notes = app::prepare_state_dir(scratch / "theirs/deep/state");
  REQUIRE(notes);
  REQUIRE(notes->size() == 1);
  CHECK_THAT(notes->front(), Catch::Contains(scratch / "theirs") && Catch::Contains("user 1234"));
}

TEST_CASE("a link to our own directory is followed", "[state-dir]") {
  const testing::Scratch scratch;
  make(scratch / "elsewhere", 0755);
  fs::create_directory_symlink(scratch / "elsewhere", scratch / "state");
  REQUIRE(app::prepare_state_dir(scratch / "state"));
  CHECK(mode_of(scratch / "elsewhere") == fs::perms::owner_all);
}

TEST_CASE("a lock that a killed daemon's child still holds is waited for", "[state-dir]") {
  const testing::Scratch scratch;
  make(scratch / "state", 0700);
  const int held = ::open((scratch / "state/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(::flock(held, LOCK_EX) == 0);
  std::thread child([held] {
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    ::close(held);
  });
  CHECK(app::claim_state_dir(scratch / "state"));
  child.join();
}

TEST_CASE("the lock is not a link, and held by one daemon", "[state-dir]") {
  const testing::Scratch scratch;
  make(scratch / "state", 0700);
  std::ofstream(scratch / "precious") << "words";
  fs::create_symlink(scratch / "precious", scratch / "state/lock");
  CHECK_FALSE(app::claim_state_dir(scratch / "state"));
  fs::remove(scratch / "state/lock");
  CHECK_FALSE(app::is_claimed(scratch / "state"));
  CHECK(app::claim_state_dir(scratch / "state"));
  CHECK(app::is_claimed(scratch / "state"));
  CHECK_THAT(app::claim_state_dir(scratch / "state").error(), Catch::Contains("another understudyd"));
}

TEST_CASE("keys in a configuration that everybody can read give a warning", "[state-dir]") {
  const testing::Scratch scratch;
  const auto path = scratch / "config.json";
  std::ofstream(path) << "{}";
  fs::permissions(path, fs::perms(0644));
  CHECK_THAT(app::readable_secrets(path, true), Catch::Contains(path) && Catch::Contains("chmod 600"));
  CHECK(app::readable_secrets(path, false).empty());
  fs::permissions(path, fs::perms(0640));
  CHECK(app::readable_secrets(path, true).empty());
}

TEST_CASE("the shim in the state directory may be run by anybody, and replaces the former one",
          "[state-dir]") {
  const testing::Scratch scratch;
  make(scratch / "usr", 0755);
  make(scratch / "state", 0700);
  std::ofstream(scratch / "usr/understudy-shim") << "new";
  std::ofstream(scratch / "state/understudy-shim") << "old";
  std::ifstream running(scratch / "state/understudy-shim");
  const auto before = ::umask(077);
  const auto shared = app::share_shim({.shim = scratch / "usr/understudy-shim"}, scratch / "state");
  ::umask(before);
  REQUIRE(shared == scratch / "state/understudy-shim");
  CHECK(mode_of(*shared) == fs::perms(0755));
  std::string text;
  std::getline(running, text);
  CHECK(text == "old");
  std::getline(std::ifstream(*shared), text);
  CHECK(text == "new");
  CHECK_FALSE(app::share_shim({.shim = scratch / "missing"}, scratch / "state"));
}
