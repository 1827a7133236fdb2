#include "confine.hpp"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "landlock.hpp"

namespace understudy::shim {

namespace {

/// First of all variables, so that looking for it need not read the others. Never freed: the exec takes it.
bool add_mark(char* mark) {
  size_t count = 0;
  while (environ[count]) ++count;
  auto** with = static_cast<char**>(calloc(count + 2, sizeof(char*)));
  if (!with) return false;
  with[0] = mark;
  memcpy(with + 1, environ, count * sizeof(char*));
  environ = with;
  return true;
}

bool limit_open_files(long wanted) {
  struct rlimit limit {};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return false;
  if (static_cast<rlim_t>(wanted) < limit.rlim_max) limit.rlim_cur = static_cast<rlim_t>(wanted);
  return setrlimit(RLIMIT_NOFILE, &limit) == 0;
}

void enter(int cgroup) {
  const int procs = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  if (procs < 0) return;
  if (write(procs, "0", 1) < 0) errno = 0;  // what the group would do, the sweep does too
  close(procs);
}

}  // namespace

pid_t fork_confined(const Options& options) {
  const char* path = options.find("--cgroup");
  const int cgroup = path ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  if (cgroup < 0) return fork();
  // Entering later would make the kernel wait for all others' forks.
  clone_args wanted{};
  wanted.flags = CLONE_INTO_CGROUP;
  wanted.exit_signal = SIGCHLD;
  wanted.cgroup = static_cast<unsigned>(cgroup);
  auto child = static_cast<pid_t>(syscall(SYS_clone3, &wanted, sizeof wanted));
  if (child < 0 && errno != EAGAIN && errno != ENOMEM) {
    child = fork();
    if (child == 0) enter(cgroup);
  }
  const int saved = errno;
  close(cgroup);
  errno = saved;
  return child;
}

bool confine(const Options& options) {
  bool good = true;
  const long open_files = options.number("--open-files", 0);
  if (open_files > 0) good = limit_open_files(open_files);
  options.each("--mark", [&good](char* mark) { good = good && add_mark(mark); });
  if (options.has("--no-new-privileges")) good = good && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0;
  return good && restrict_files(options);
}

}  // namespace understudy::shim
