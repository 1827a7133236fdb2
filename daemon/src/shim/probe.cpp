#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "children.hpp"
#include "files.hpp"
#include "run.hpp"

namespace understudy::shim {

namespace {

[[noreturn]] void become_probe(char** command) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3 && null >= 0; ++fd) dup2(null, fd);
  unblock_signals();
  execvp(command[0], command);
  _exit(errno == ENOENT ? 127 : 126);
}

constexpr clockid_t steady = CLOCK_MONOTONIC;  // the wall clock may be set meanwhile

bool has_ended(pid_t child) {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT | WNOHANG) == 0 &&
         ended.si_pid == child;
}

/// False when the time ran out, or somebody wants us to end.
bool await_end(pid_t child, const sigset_t& awaited, long long deadline) {
  while (!has_ended(child)) {
    const long long left = deadline - now_ms(steady);
    if (left <= 0) return false;
    const timespec patience{static_cast<time_t>(left / 1000), static_cast<long>(left % 1000) * 1'000'000};
    const int number = sigtimedwait(&awaited, nullptr, &patience);
    if (number > 0 && number != SIGCHLD) return false;
  }
  return true;
}

}  // namespace

int probe(int seconds, char** command) {
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  const sigset_t awaited = block_signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
  const long long deadline = now_ms(steady) + 1000LL * seconds;
  const pid_t child = fork();
  if (child < 0) return 125;
  if (child == 0) become_probe(command);
  const bool in_time = await_end(child, awaited, deadline);
  kill(-child, SIGKILL);  // as a zombie it still holds the number of its group
  kill(child, SIGKILL);
  int status = 0;
  waitpid(child, &status, 0);
  sweep(Options{});
  if (!in_time) return 124;
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace understudy::shim
