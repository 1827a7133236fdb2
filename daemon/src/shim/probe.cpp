#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <initializer_list>

#include "children.hpp"
#include "run.hpp"

namespace understudy::shim {

namespace {

[[noreturn]] void become_probe(char** command) {
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  for (int fd = 0; fd < 3 && null >= 0; ++fd) dup2(null, fd);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  execvp(command[0], command);
  _exit(errno == ENOENT ? 127 : 126);
}

/// Not the wall clock, which may be set meanwhile.
long long steady_ms() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<long long>(now.tv_sec) * 1000 + now.tv_nsec / 1'000'000;
}

bool has_ended(pid_t child) {
  siginfo_t ended{};
  return waitid(P_PID, static_cast<id_t>(child), &ended, WEXITED | WNOWAIT | WNOHANG) == 0 &&
         ended.si_pid == child;
}

/// False when the time ran out, or somebody wants us to end.
bool await_end(pid_t child, const sigset_t& awaited, long long deadline) {
  while (!has_ended(child)) {
    const long long left = deadline - steady_ms();
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
  sigset_t awaited;
  sigemptyset(&awaited);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGCHLD}) sigaddset(&awaited, number);
  sigprocmask(SIG_BLOCK, &awaited, nullptr);
  const long long deadline = steady_ms() + 1000LL * seconds;
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
