#include "run.hpp"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <initializer_list>

#include "children.hpp"
#include "confine.hpp"
#include "files.hpp"
#include "strays.hpp"

namespace understudy::shim {

namespace {

/// Why the command could not be run, sent from the child through a pipe that a successful exec closes.
struct ExecError {
  enum Stage : int { streams, directory, limits, command } stage{streams};
  int reason{0};
};

volatile sig_atomic_t task_group = 0;

void pass_on(int signal) {
  const int saved = errno;
  // It may not lead its group yet.
  if (task_group > 1 && kill(-task_group, signal) != 0) kill(task_group, signal);
  errno = saved;
}

bool take_lock(int directory) {
  // Never closed: the kernel gives it back when the shim ends, which is how a reader knows.
  const int fd = open_plain(directory, "lock", O_RDWR | O_CREAT);
  if (fd < 0) return false;
  fchmod(fd, 0644);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  return fcntl(fd, F_OFD_SETLK, &lock) == 0;
}

int open_output(int directory, const char* name) {
  const int fd = open_plain(directory, name, O_WRONLY | O_CREAT | O_EXCL | O_APPEND);
  if (fd >= 0) fchmod(fd, 0644);
  return fd;
}

bool write_pid_file(int directory) {
  char boot_id[40] = "";
  read_boot_id(boot_id, sizeof boot_id);
  char text[256];
  snprintf(text, sizeof text, "{\"pid\":%d,\"start\":%llu,\"boot_id\":\"%s\",\"shim_pid\":%d}\n",
           static_cast<int>(getpid()), start_time(getpid()), boot_id[0] ? boot_id : "unknown",
           static_cast<int>(getppid()));
  return write_whole(directory, "pid", text, false);
}

[[noreturn]] void give_up(int pipe, ExecError::Stage stage) {
  const ExecError error{stage, errno};
  if (write(pipe, &error, sizeof error) < 0) _exit(125);
  _exit(127);
}

[[noreturn]] void become_task(int directory, int pipe, const Options& options, char** command) {
  setsid();
  // If the shim is killed, its task must not go on unseen.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  int input = open_plain(directory, "input", O_RDONLY);
  if (input < 0) input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int output = open_output(directory, "output");
  const int error = open_output(directory, "stderr");
  if (input < 0 || output < 0 || error < 0 || !write_pid_file(directory)) give_up(pipe, ExecError::streams);
  if (dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(error, 2) < 0) give_up(pipe, ExecError::streams);
  const char* cwd = options.find("--cwd");
  if (cwd && chdir(cwd) != 0) give_up(pipe, ExecError::directory);
  for (int number = 1; number < 32; ++number) signal(number, SIG_DFL);
  unblock_signals();
  if (!confine(options)) give_up(pipe, ExecError::limits);
  execvp(command[0], command);
  give_up(pipe, ExecError::command);
}

void describe(const ExecError& error, const char* cwd, const char* command, char* to, std::size_t size) {
  const char* reason = strerror(error.reason);
  switch (error.stage) {
    case ExecError::streams: snprintf(to, size, "the spool directory cannot be written: %s", reason); return;
    case ExecError::directory: snprintf(to, size, "cannot enter the directory %s: %s", cwd, reason); return;
    case ExecError::limits: snprintf(to, size, "cannot be held to its limits: %s", reason); return;
    case ExecError::command: break;
  }
  if (error.reason == ENOENT && strchr(command, '/') && access(command, F_OK) == 0)
    snprintf(to, size, "the interpreter of %s is missing", command);
  else if (error.reason == ENOENT)
    snprintf(to, size, "command not found: %s", command);
  else
    snprintf(to, size, "cannot run %s: %s", command, reason);
}

bool write_status(int directory, const char* end, long long started) {
  char text[2300];
  snprintf(text, sizeof text, "{%s,\"started_ms\":%lld,\"ended_ms\":%lld}\n", end, started, now_ms());
  return write_whole(directory, "status", text, true);
}

bool write_error(int directory, const ExecError& error, const char* cwd, const char* command,
                 long long started) {
  char plain[1024];
  char escaped[2100];
  char end[2200];
  describe(error, cwd, command, plain, sizeof plain);
  escape_json(plain, escaped, sizeof escaped);
  snprintf(end, sizeof end, "\"error\":\"%s\"", escaped);
  return write_status(directory, end, started);
}

bool write_end(int directory, int status, long long started, long long killed_for_memory) {
  char end[80];
  const char* how = WIFSIGNALED(status) ? "signal" : "exit_code";
  const int number = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
  snprintf(end, sizeof end, "\"%s\":%d,\"memory_kills\":%lld", how, number, killed_for_memory);
  return write_status(directory, end, started);
}

void sync_file(int directory, const char* name) {
  const int fd = open_plain(directory, name, O_RDONLY);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

void leave_parents_streams() {
  const int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (null < 0) return;
  for (int fd = 0; fd < 3; ++fd) dup2(null, fd);
}

int complain(const char* spool, const char* what) {
  dprintf(2, "understudy-shim: %s: %s: %s\n", spool, what, strerror(errno));
  return 2;
}

}  // namespace

int run(const char* spool, const Options& options, char** command) {
  const int directory = open(spool, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) return complain(spool, "cannot be opened");
  if (!take_lock(directory)) return complain(spool, "cannot be locked; another shim may run this task");
  if (faccessat(directory, "pid", F_OK, 0) == 0) return complain(spool, "has run a task already");
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);

  sigset_t passed_on;
  sigset_t before;
  sigemptyset(&passed_on);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) sigaddset(&passed_on, number);
  sigprocmask(SIG_BLOCK, &passed_on, &before);
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) signal(number, pass_on);

  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return complain(spool, "no pipe");
  const long long started = now_ms();
  const long long kills_before = memory_kills();
  const pid_t task = fork_confined(options);
  if (task < 0) return complain(spool, "no process");
  if (task == 0) become_task(directory, ends[1], options, command);
  task_group = task;
  sigprocmask(SIG_SETMASK, &before, nullptr);
  close(ends[1]);
  leave_parents_streams();

  ExecError error;
  ssize_t told;
  do told = read(ends[0], &error, sizeof error);
  while (told < 0 && errno == EINTR);
  await_child(task);
  task_group = 0;
  kill(-task, SIGKILL);
  int status = 0;
  waitpid(task, &status, 0);
  // Of a group of its own, or of the container.
  const long long kills = sweep(options) ? 1 : memory_kills() - kills_before;
  sync_file(directory, "output");
  sync_file(directory, "stderr");
  const bool written = told == sizeof error
                           ? write_error(directory, error, options.find("--cwd"), command[0], started)
                           : write_end(directory, status, started, kills);
  return written ? 0 : 1;
}

namespace {

int signal_group(const char* spool, int number) {
  const int directory = open(spool, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (directory < 0) return complain(spool, "cannot be opened");
  TaskProcess task;
  if (!read_pid_file(directory, task)) return complain(spool, "no task has started");
  char boot_id[40] = "unknown";
  read_boot_id(boot_id, sizeof boot_id);
  if (strcmp(boot_id, task.boot_id) != 0 || start_time(task.pid) != task.start) return 0;
  return kill(-task.pid, number) == 0 || errno == ESRCH ? 0 : complain(spool, "cannot signal");
}

}  // namespace

int signal_task(const char* spool, int number) {
  const int result = signal_group(spool, number);
  if (number != SIGKILL) return result;
  // What left the group, or outlived its shim. Its spool may be gone, its name is known.
  const char* slash = strrchr(spool, '/');
  return kill_strays(slash ? slash + 1 : spool) ? result : 3;
}

int enter(const Options& options, char** command) {
  const char* cwd = options.find("--cwd");
  if ((cwd && chdir(cwd) != 0) || !confine(options))
    return complain(command[0], "cannot be held to its limits");
  execvp(command[0], command);
  complain(command[0], "cannot be run");
  return 127;
}

int hold() {
  const sigset_t awaited = block_signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD});
  for (;;) {
    const int number = sigwaitinfo(&awaited, nullptr);
    if (number == SIGCHLD)
      while (waitpid(-1, nullptr, WNOHANG) > 0) continue;
    else if (number > 0)
      return 0;
  }
}

}  // namespace understudy::shim
