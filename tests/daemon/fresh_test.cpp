// What one task left in the directories of a process instance is not there for the next.
#include "runtime/process/fresh.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "daemon/runtime_fixture.hpp"

using namespace understudy::daemon::testing;
namespace fs = std::filesystem;

namespace {

bool is_empty_soon(const std::string& directory) {
  asio::io_context io;
  return eventually(io, [&] { return fs::is_empty(directory); });
}

}  // namespace

TEST_CASE("work and home are gone at once, and deleted in the background", "[process][ephemeral]") {
  Scratch scratch;
  for (const auto* part : {"work", "home"}) {
    fs::create_directories(scratch / (std::string(part) + "/a/b"));
    std::ofstream(scratch / (std::string(part) + "/a/b/secret")) << "of the task before";
  }
  REQUIRE(set_aside(scratch.path()));
  CHECK_FALSE(fs::exists(scratch / "work"));
  CHECK_FALSE(fs::exists(scratch / "home"));
  CHECK(is_empty_soon(scratch.path()));
  CHECK(set_aside(scratch.path()));  // nothing there is as good
}

TEST_CASE("a tree that an agent made to be hard to delete is deleted", "[process][ephemeral]") {
  Scratch scratch, elsewhere;
  std::ofstream(elsewhere / "kept") << "not the agent's";
  fs::create_directories(scratch / "work/locked/inner");
  fs::create_symlink(elsewhere.path(), scratch / "work/link");
  fs::create_symlink(elsewhere.path(), scratch / "work/locked/inner/link");
  ::mkfifo((scratch / "work/pipe").c_str(), 0600);
  auto deep = scratch / "work";
  for (int i = 0; i < 300; ++i) fs::create_directory(deep += "/d");
  fs::permissions(scratch / "work/locked", fs::perms::none);
  REQUIRE(set_aside(scratch.path()));
  CHECK(is_empty_soon(scratch.path()));
  CHECK(slurp(elsewhere / "kept") == "not the agent's");
}

TEST_CASE("a link in the place of work is taken away, and what it points to stays", "[process][ephemeral]") {
  Scratch scratch, elsewhere;
  std::ofstream(elsewhere / "kept") << "x";
  fs::create_symlink(elsewhere.path(), scratch / "work");
  REQUIRE(set_aside(scratch.path()));
  CHECK_FALSE(fs::is_symlink(scratch / "work"));
  CHECK(is_empty_soon(scratch.path()));
  CHECK(fs::exists(elsewhere / "kept"));
}

TEST_CASE("the next daemon deletes what a former one did not finish deleting", "[process][ephemeral]") {
  Scratch scratch;
  fs::create_directories(scratch / ".former-0123/x");
  delete_what_was_set_aside(scratch.path());
  CHECK(is_empty_soon(scratch.path()));
}
