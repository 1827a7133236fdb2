// The main process of an instance without a container: run, recorded and cleaned up after, whether or not the
// daemon is there.
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "children.hpp"
#include "confine.hpp"
#include "files.hpp"
#include "main_log.hpp"
#include "run.hpp"

namespace understudy::shim {

namespace {

constexpr int kill_request = SIGUSR1;

int listen_for_signals() {
  const sigset_t awaited = block_signals({SIGTERM, SIGINT, SIGHUP, SIGCHLD, kill_request});
  return signalfd(-1, &awaited, SFD_CLOEXEC | SFD_NONBLOCK);
}

[[noreturn]] void become_main(const Options& options, int output, char** command) {
  setsid();
  // If the supervisor is killed, the process it watches must not go on unseen.
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  const int log = fcntl(2, F_DUPFD_CLOEXEC, 3);
  const int input = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(input, 0);
  dup2(output, 1);
  dup2(output, 2);
  const char* cwd = options.find("--cwd");
  for (int number = 1; number < 32; ++number) signal(number, SIG_DFL);
  unblock_signals();
  const char* failed = "cannot be held to its limits";
  if (cwd && chdir(cwd) != 0) {
    failed = "cannot enter its directory";
  } else if (confine(options)) {
    execvp(command[0], command);
    failed = "cannot be run";
  }
  dprintf(log, "understudy: %s %s: %s\n", command[0], failed, strerror(errno));
  _exit(127);
}

/// Strays are reaped; true when the main process itself has ended, which stays a zombie until its group is
/// dead.
bool has_ended(pid_t main) {
  for (;;) {
    siginfo_t ended{};
    if (waitid(P_ALL, 0, &ended, WEXITED | WNOWAIT | WNOHANG) != 0 || ended.si_pid == 0) return false;
    if (ended.si_pid == main) return true;
    waitpid(ended.si_pid, nullptr, 0);
  }
}

/// One piece of what was said: how long it was, 0 at the end, less when there is nothing now.
ssize_t copy_output(int output, MainLog& log) {
  static char piece[32 * 1024];
  const ssize_t n = read(output, piece, sizeof piece);
  if (n > 0) log.write(piece, static_cast<size_t>(n));
  return n;
}

/// Signals of our own are passed on to the group. True when it was we who asked for the end with KILL.
bool pass_signals_on(int signals, pid_t main) {
  signalfd_siginfo told;
  bool killed = false;
  while (read(signals, &told, sizeof told) == sizeof told) {
    const auto number = static_cast<int>(told.ssi_signo);
    if (number == SIGCHLD) continue;
    const int asked = number == kill_request ? SIGKILL : number;
    if (kill(-main, asked) != 0) kill(main, asked);  // it may not lead its group yet
    killed = killed || number == kill_request;
  }
  return killed;
}

void write_exit(int directory, int status, bool out_of_memory) {
  char text[80];
  if (WIFSIGNALED(status))
    snprintf(text, sizeof text, "{\"signal\":%d,\"oom\":%s}\n", WTERMSIG(status),
             out_of_memory ? "true" : "false");
  else
    snprintf(text, sizeof text, "{\"exit_code\":%d}\n", WEXITSTATUS(status));
  write_whole(directory, "exit", text, false);
}

void say_why(int status, bool by_us, bool out_of_memory, MainLog& log) {
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL || by_us) return;
  char text[120];
  const int length = snprintf(text, sizeof text, "understudy: the main process was killed (signal 9)%s\n",
                              out_of_memory ? ", out of memory" : ", perhaps out of memory");
  log.write(text, static_cast<size_t>(length));
}

}  // namespace

int supervise(const char* agent_dir, const Options& options, char** command) {
  if (!command) return hold();
  const int directory = open(agent_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const int signals = listen_for_signals();
  int ends[2];
  if (directory < 0 || signals < 0 || pipe2(ends, O_CLOEXEC) != 0) return 125;
  setsid();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  MainLog log(directory, options.number("--log-bytes", 0), options.find("--ready"));
  const pid_t main = fork_confined(options);
  if (main < 0) return 125;
  if (main == 0) become_main(options, ends[1], command);
  close(ends[1]);
  fcntl(ends[0], F_SETFL, O_NONBLOCK);

  bool killed_by_us = false;
  bool listening = true;
  while (!has_ended(main)) {
    pollfd news[2] = {{signals, POLLIN, 0}, {listening ? ends[0] : -1, POLLIN, 0}};
    if (poll(news, 2, -1) < 0 && errno != EINTR) break;
    if (news[0].revents) killed_by_us = pass_signals_on(signals, main) || killed_by_us;
    if (news[1].revents) listening = copy_output(ends[0], log) != 0;
  }
  kill(-main, SIGKILL);
  int status = 0;
  waitpid(main, &status, 0);
  const bool out_of_memory = sweep(options);
  // At most a full pipe: an endless writer has outlived the sweep.
  for (int pieces = 0; pieces < 32 && copy_output(ends[0], log) > 0;) ++pieces;
  say_why(status, killed_by_us, out_of_memory, log);
  write_exit(directory, status, out_of_memory);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace understudy::shim
