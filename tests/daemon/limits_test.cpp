#include "app/limits.hpp"

#include <malloc.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstdlib>

using namespace understudy::daemon;
using namespace understudy::daemon::app;

namespace {

/// A block of so many bytes comes from the system and goes back to it.
bool is_mapped(std::size_t bytes) {
  const auto before = ::mallinfo2().hblkhd;
  auto* block = static_cast<volatile char*>(std::malloc(bytes));
  block[0] = 1;
  const bool is_mapped = ::mallinfo2().hblkhd > before;
  std::free(const_cast<char*>(block));
  return is_mapped;
}

}  // namespace

TEST_CASE("a limit of open files that is low for the fleet is said, with what to do", "[limits]") {
  config::Config config;
  config.agent_types["a"].instances = std::vector<std::string>(450, "x");
  CHECK_FALSE(too_few_open_files(config, 20'000));
  const auto few = too_few_open_files(config, 1024);
  REQUIRE(few);
  CHECK(few->find("is 1024, and 450 instances need about 2325") != std::string::npos);
  CHECK(few->find("LimitNOFILE=") != std::string::npos);
  config.agent_types["a"].instances = {"default"};
  CHECK(too_few_open_files(config, 1024).value_or("").contains("one instance needs about 1203:"));
}

TEST_CASE("the process has all descriptors it may have, and its memory stays in it", "[limits]") {
  const pid_t child = ::fork();  // what is done cannot be undone
  if (child == 0) {
    rlimit files{};
    ::getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = 100;
    ::setrlimit(RLIMIT_NOFILE, &files);
    const auto found = prepare_process();
    rlimit after{}, core{};
    ::getrlimit(RLIMIT_NOFILE, &after);
    ::getrlimit(RLIMIT_CORE, &core);
    const bool good = found.former == 100 && after.rlim_cur == files.rlim_max &&
                      found.most == files.rlim_max && core.rlim_max == 0 && ::prctl(PR_GET_DUMPABLE) == 0;
    _exit(good ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}

TEST_CASE("the memory of a large request is not kept", "[limits]") {
  if (!is_mapped(64 << 20)) return;  // a sanitizer's malloc, which tells nothing
  const pid_t child = ::fork();
  if (child == 0) {
    static_cast<void>(prepare_process());
    ::malloc_trim(0);  // what earlier tests left would be taken first
    const bool good = is_mapped(31 << 20) && is_mapped(24 << 20);
    _exit(good ? 0 : 1);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
}
