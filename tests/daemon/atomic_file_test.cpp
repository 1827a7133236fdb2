// Files that are whole whenever anyone looks, also after a crash.
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "files/atomic_file.hpp"
#include "runtime_fixture.hpp"

using understudy::daemon::files::write_atomically;
using understudy::daemon::testing::Scratch;

namespace {

std::string file_text(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// A text that shows whether it is whole: one letter throughout, and its own length.
std::string version(int n) {
  return std::string(20'000 + static_cast<std::size_t>(n % 7) * 9'000, static_cast<char>('a' + n % 26));
}
bool is_whole(const std::string& text) {
  for (int n = 0; n < 7 * 26; ++n)
    if (text == version(n)) return true;
  return false;
}

}  // namespace

TEST_CASE("a file is written whole, for its owner only, and leaves nothing beside it", "[atomic_file]") {
  const Scratch scratch;
  const auto path = scratch / "env";
  const auto umask_before = ::umask(0);
  REQUIRE(write_atomically(path, "A=1\n"));
  REQUIRE(write_atomically(path, std::string("B\0C", 3)));
  ::umask(umask_before);
  CHECK(file_text(path) == std::string("B\0C", 3));
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777u) == 0600u);
  CHECK(std::distance(std::filesystem::directory_iterator(scratch.path()), {}) == 1);
}

TEST_CASE("a reader who opened the old file keeps reading the old text", "[atomic_file]") {
  const Scratch scratch;
  const auto path = scratch / "env";
  REQUIRE(write_atomically(path, "old"));
  std::ifstream reader(path);
  REQUIRE(write_atomically(path, "new text"));
  std::string seen;
  reader >> seen;
  CHECK(seen == "old");
}

TEST_CASE("a writer killed at any moment leaves the old file or the new one", "[atomic_file]") {
  const Scratch scratch;
  const auto path = scratch / "env";
  REQUIRE(write_atomically(path, version(0)));
  int written = 0;
  for (int round = 0; round < 60; ++round) {
    int ready[2];
    REQUIRE(::pipe(ready) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      for (int n = 1;; ++n) {
        if (!write_atomically(path, version(round + n))) ::_exit(1);
        if (::write(ready[1], "x", 1) != 1) ::_exit(1);
      }
    }
    ::close(ready[1]);
    // One write at least, then a moment that differs from round to round without a clock.
    char mark = 0;
    for (int i = 0; i <= round % 4; ++i) CHECK(::read(ready[0], &mark, 1) == 1);
    for (int spin = 0; spin < round * 50; ++spin) static_cast<void>(::getppid());
    ::kill(child, SIGKILL);
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    ::close(ready[0]);
    REQUIRE(WIFSIGNALED(status));
    const auto text = file_text(path);
    REQUIRE(is_whole(text));
    written += text != version(0);
  }
  CHECK(written > 0);
  REQUIRE(write_atomically(path, "after the crashes"));
  CHECK(file_text(path) == "after the crashes");
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("when there is no room the old file stays, the new one is removed and the error says so",
          "[atomic_file]") {
  const Scratch scratch;
  const auto path = scratch / "env";
  REQUIRE(write_atomically(path, "old"));
  rlimit before{};
  REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
  const auto handler = ::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{4096, before.rlim_max};
  REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
  const auto written = write_atomically(path, std::string(10'000, 'x'));
  ::setrlimit(RLIMIT_FSIZE, &before);
  ::signal(SIGXFSZ, handler);
  REQUIRE_FALSE(written);
  CHECK(written.error() == "cannot write " + path + ".new: File too large");
  CHECK(file_text(path) == "old");
  CHECK_FALSE(std::filesystem::exists(path + ".new"));
}

TEST_CASE("anything in the temporary file's place is not followed, written through or waited for",
          "[atomic_file]") {
  const Scratch scratch;
  const auto path = scratch / "env";
  const std::string kind = GENERATE("a killed daemon's", "link", "hard link", "FIFO", "directory");
  std::ofstream(scratch / "precious") << "precious";
  if (kind == "a killed daemon's") std::ofstream(path + ".new") << std::string(100, 'x');
  if (kind == "link") std::filesystem::create_symlink(scratch / "precious", path + ".new");
  if (kind == "hard link") std::filesystem::create_hard_link(scratch / "precious", path + ".new");
  if (kind == "FIFO") REQUIRE(::mkfifo((path + ".new").c_str(), 0600) == 0);
  if (kind == "directory") std::filesystem::create_directory(path + ".new");
  const bool is_written = write_atomically(path, "text").has_value();
  CHECK(is_written == (kind != "directory"));
  CHECK(file_text(path) == (is_written ? "text" : ""));
  CHECK(file_text(scratch / "precious") == "precious");
}
