// A file with a provider's key: what is read of it, and what is wrong with it.
#include "config/key_file.hpp"

#include <sys/stat.h>
#include <unistd.h>
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "runtime_fixture.hpp"

namespace config = understudy::daemon::config;
namespace fs = std::filesystem;
using understudy::daemon::testing::Scratch;

namespace {

void write(const std::string& path, std::string_view text, mode_t mode = 0600) {
  std::ofstream(path, std::ios::binary) << text;
  REQUIRE(::chmod(path.c_str(), mode) == 0);
}

}  // namespace

TEST_CASE("a key file holds a key on one line, with or without its newline", "[config][keys]") {
  const Scratch scratch;
  const auto path = scratch / "key";
  for (const auto* text : {"sk-ant-1", "sk-ant-1\n", "sk-ant-1\r\n", "sk-ant-1\n\n"}) {
    write(path, text);
    CHECK(config::read_key_file(path) == config::KeyFile{.key = "sk-ant-1", .place = fs::canonical(path)});
  }
}

TEST_CASE("a key file that cannot be used gives a sentence that does not repeat it", "[config][keys]") {
  const Scratch scratch;
  const auto path = scratch / "key";
  const auto error = [&path](std::string_view text) {
    write(path, text);
    return config::read_key_file(path).key.error();
  };
  CHECK(config::read_key_file(path).key.error() == path + " cannot be read: No such file or directory");
  CHECK(error("") == path + " is empty");
  CHECK(error("\n") == path + " is empty");
  CHECK(error("sk-one\nsk-two\n") == path + " is not one line of text");
  CHECK(error(std::string_view("sk\0one", 6)) == path + " is not one line of text");
  CHECK(error(std::string(16385, 'k')) == path + " is longer than 16384 bytes: it holds no key");
  write(path, std::string(16384, 'k'));
  CHECK(config::read_key_file(path).key);
}

TEST_CASE("a key file is a regular file, and nothing else is waited for", "[config][keys]") {
  const Scratch scratch;
  CHECK(config::read_key_file(scratch.path()).key.error() == scratch.path() + " is not a regular file");
  const auto pipe = scratch / "pipe";
  REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(config::read_key_file(pipe).key.error() == pipe + " is not a regular file");
  CHECK(config::read_key_file("/dev/zero").key.error() == "/dev/zero is not a regular file");
}

TEST_CASE("a key file may be a link, as orchestrators make them", "[config][keys]") {
  const Scratch scratch;
  fs::create_directory(scratch / "..v1");
  write(scratch / "..v1/key", "first\n");
  fs::create_directory_symlink("..v1", scratch / "..data");
  fs::create_symlink("..data/key", scratch / "key");
  CHECK(config::read_key_file(scratch / "key") ==
        config::KeyFile{.key = "first", .place = fs::canonical(scratch / "..v1/key")});
  fs::remove(scratch / "..v1/key");
  CHECK(config::read_key_file(scratch / "key").key.error() ==
        (scratch / "key") + " cannot be read: No such file or directory");
}

TEST_CASE("a key file that this user may not read says so", "[config][keys]") {
  if (::geteuid() == 0) return;  // root may
  const Scratch scratch;
  write(scratch / "key", "sk", 0000);
  CHECK(config::read_key_file(scratch / "key").key.error() ==
        (scratch / "key") + " cannot be read: Permission denied");
}

TEST_CASE("a key that everybody can read is used, with a warning", "[config][keys]") {
  const Scratch scratch;
  const auto path = scratch / "key";
  write(path, "sk", 0644);
  const auto found = config::read_key_file(path);
  CHECK(found.key == "sk");
  CHECK(found.warning == "everybody on this machine can read " + path + " (mode 0644): `chmod 600` it");
  for (const mode_t mode : {0600, 0640, 0400}) {
    write(path, "sk", mode);
    CHECK(config::read_key_file(path).warning.empty());
    ::chmod(path.c_str(), 0600);
  }
}
