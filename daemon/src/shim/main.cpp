#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "run.hpp"

namespace {

int usage() {
  fputs(
      "usage: understudy-shim run SPOOL_DIR [--cwd DIR] -- COMMAND...\n"
      "       understudy-shim signal SPOOL_DIR TERM|KILL\n"
      "       understudy-shim hold\n",
      stderr);
  return 2;
}

int run(int count, char** arguments) {
  const char* cwd = nullptr;
  int at = 3;
  if (count > at + 1 && strcmp(arguments[at], "--cwd") == 0) {
    cwd = arguments[at + 1];
    at += 2;
  }
  if (count < at + 2 || strcmp(arguments[at], "--") != 0) return usage();
  return understudy::shim::run(arguments[2], cwd, arguments + at + 1);
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 2) return usage();
  const char* verb = arguments[1];
  if (strcmp(verb, "hold") == 0) return understudy::shim::hold();
  if (strcmp(verb, "run") == 0 && count > 3) return run(count, arguments);
  if (strcmp(verb, "signal") == 0 && count == 4) {
    if (strcmp(arguments[3], "TERM") == 0) return understudy::shim::signal_task(arguments[2], SIGTERM);
    if (strcmp(arguments[3], "KILL") == 0) return understudy::shim::signal_task(arguments[2], SIGKILL);
  }
  return usage();
}
