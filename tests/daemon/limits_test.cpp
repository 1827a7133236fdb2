#include "app/limits.hpp"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>

using namespace understudy::daemon;
using namespace understudy::daemon::app;

TEST_CASE("a limit of open files that is low for the fleet is said, with what to do", "[limits]") {
  config::Config config;
  config.agent_types["a"].instances = std::vector<std::string>(450, "x");
  CHECK_FALSE(too_few_open_files(config, 20'000));
  const auto few = too_few_open_files(config, 1024);
  REQUIRE(few);
  CHECK(few->find("is 1024, and 450 instances want about 2325") != std::string::npos);
  CHECK(few->find("LimitNOFILE=") != std::string::npos);
  config.agent_types["a"].instances = {"default"};
  CHECK(too_few_open_files(config, 1024).value_or("").contains("one instance wants about 1203:"));
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
