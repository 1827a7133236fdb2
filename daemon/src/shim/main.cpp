#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "run.hpp"

namespace {

int usage() {
  fputs(
      "usage: understudy-shim run SPOOL_DIR [--cwd DIR] [LIMITS] -- COMMAND...\n"
      "       understudy-shim main AGENT_DIR [--cwd DIR] [--log-bytes N] [--ready TEXT] [LIMITS] [-- "
      "COMMAND...]\n"
      "       understudy-shim enter [--cwd DIR] [LIMITS] -- COMMAND...\n"
      "       understudy-shim signal SPOOL_DIR TERM|KILL\n"
      "       understudy-shim probe SECONDS -- COMMAND...\n"
      "       understudy-shim hold\n"
      "limits: --cgroup DIR --hide PATH --write PATH --mark KEY=VALUE --open-files N --no-new-privileges "
      "yes\n",
      stderr);
  return 2;
}

/// `run`, `main` or `enter`, whose options begin at `at`.
int begin(const char* verb, int count, char** arguments, int at) {
  understudy::shim::Options options;
  if (at > count || !understudy::shim::take_options(arguments, count, at, options)) return usage();
  char** command = at + 1 < count ? arguments + at + 1 : nullptr;
  if (strcmp(verb, "main") == 0) return understudy::shim::supervise(arguments[2], options, command);
  if (!command) return usage();
  if (strcmp(verb, "enter") == 0) return understudy::shim::enter(options, command);
  return understudy::shim::run(arguments[2], options, command);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return usage();
  const char* verb = arguments[1];
  if (strcmp(verb, "hold") == 0) return understudy::shim::hold();
  if (strcmp(verb, "probe") == 0 && count > 4 && strcmp(arguments[3], "--") == 0 && atoi(arguments[2]) > 0)
    return understudy::shim::probe(atoi(arguments[2]), arguments + 4);
  if (strcmp(verb, "run") == 0 || strcmp(verb, "main") == 0) return begin(verb, count, arguments, 3);
  if (strcmp(verb, "enter") == 0) return begin(verb, count, arguments, 2);
  if (strcmp(verb, "signal") == 0 && count == 4) {
    if (strcmp(arguments[3], "TERM") == 0) return understudy::shim::signal_task(arguments[2], SIGTERM);
    if (strcmp(arguments[3], "KILL") == 0) return understudy::shim::signal_task(arguments[2], SIGKILL);
  }
  return usage();
}
