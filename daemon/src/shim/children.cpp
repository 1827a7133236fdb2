#include "children.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "files.hpp"

namespace understudy::shim {

namespace {

void kill_children() {
  char path[64];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", static_cast<int>(getpid()));
  char list[4096];
  if (!read_small(AT_FDCWD, path, list, sizeof list)) return;
  for (char* at = list; *at;) {
    const long pid = strtol(at, &at, 10);
    if (pid > 1) kill(static_cast<pid_t>(pid), SIGKILL);
    while (*at == ' ') ++at;
  }
}

void kill_group(int cgroup) {
  const int file = openat(cgroup, "cgroup.kill", O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  if (write(file, "1", 1) < 0) errno = 0;  // before Linux 5.14 there is no such file: the children are killed
  close(file);
}

bool ran_out_of_memory(int cgroup) {
  char text[1024];
  if (!read_small(cgroup, "memory.events", text, sizeof text)) return false;
  const char* killed = strstr(text, "oom_kill ");
  return killed && strtol(killed + 9, nullptr, 10) > 0;
}

}  // namespace

sigset_t block_signals(std::initializer_list<int> numbers) {
  sigset_t blocked;
  sigemptyset(&blocked);
  for (const int number : numbers) sigaddset(&blocked, number);
  sigprocmask(SIG_BLOCK, &blocked, nullptr);
  return blocked;
}

void unblock_signals() {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void await_child(pid_t child) {
  for (;;) {
    siginfo_t ended{};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT) != 0) {
      if (errno == EINTR) continue;
      return;
    }
    if (ended.si_pid == child) return;
    waitpid(ended.si_pid, nullptr, 0);
  }
}

bool sweep(const Options& options) {
  const char* path = options.find("--cgroup");
  const int cgroup = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (cgroup >= 0) kill_group(cgroup);
  const long long deadline = now_ms() + 2000;
  while (now_ms() < deadline) {
    kill_children();
    const pid_t reaped = waitpid(-1, nullptr, WNOHANG);
    if (reaped < 0 && errno == ECHILD) break;
    if (reaped > 0) continue;
    const timespec pause{0, 1'000'000};
    nanosleep(&pause, nullptr);
  }
  if (cgroup < 0) return false;
  const bool out_of_memory = ran_out_of_memory(cgroup);
  close(cgroup);
  rmdir(path);
  return out_of_memory;
}

}  // namespace understudy::shim
