#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "daemon/runtime_fixture.hpp"
#include "runtime/files.hpp"
#include "runtime/spawn.hpp"
#include "runtime/spool_watch.hpp"

using namespace understudy::daemon::testing;

namespace {

struct Task {
  Scratch scratch;
  std::string spool = scratch / "spool/a1";
  asio::io_context io;
  std::optional<Child> shim;

  void start(std::vector<std::string> command, const std::string& input = "", const std::string& cwd = "/") {
    REQUIRE(prepare_spool(spool, input, false));
    Launch launch{{shim_path(), "run", spool, "--cwd", cwd, "--"}, {{"PATH", "/usr/bin:/bin"}}};
    launch.command.insert(launch.command.end(), command.begin(), command.end());
    auto child = spawn(launch);
    REQUIRE(child);
    shim = std::move(*child);
  }
  void await_start() {
    REQUIRE(eventually(io, [&] { return is_taken_over(spool); }));
  }
  TaskState end() {
    await_start();
    SpoolWatch watch(io.get_executor(), spool);
    const auto state = run(io, watch.ended());
    REQUIRE(eventually(io, [&] { return reap(shim->pidfd.get()).has_value(); }));
    return state;
  }
  TaskState shell(const std::string& script, const std::string& input = "") {
    start({"sh", "-c", script}, input);
    return end();
  }
  std::string output() { return slurp(spool + "/output"); }
  int signal(const std::string& name) {
    auto child = spawn({{shim_path(), "signal", spool, name}, {}, "/"});
    REQUIRE(child);
    std::optional<int> code;
    REQUIRE(eventually(io, [&] { return (code = reap(child->pidfd.get())).has_value(); }));
    return *code;
  }
};

}  // namespace

TEST_CASE("a task reads its input, and its output, its errors and its exit code are in the spool", "[shim]") {
  Task task;
  const auto state = task.shell("cat; echo oops >&2; exit 7", "hello\n");
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.exit_code == 7);
  CHECK_FALSE(state.end.signal);
  CHECK(state.end.error.empty());
  CHECK(state.end.started_ms > 1'600'000'000'000);
  CHECK(state.end.ended_ms >= state.end.started_ms);
  CHECK(task.output() == "hello\n");
  CHECK(slurp(task.spool + "/stderr") == "oops\n");
}

TEST_CASE("a task without input reads the end of file at once", "[shim]") {
  Task task;
  CHECK(task.shell("cat && echo done").end.exit_code == 0);
  CHECK(task.output() == "done\n");
}

TEST_CASE("a megabyte of output arrives whole", "[shim]") {
  Task task;
  CHECK(task.shell("head -c 1048576 /dev/zero | tr '\\0' x").end.exit_code == 0);
  const auto output = task.output();
  CHECK(output.size() == 1'048'576);
  CHECK(output.find_first_not_of('x') == std::string::npos);
}

TEST_CASE("a killed task says which signal", "[shim]") {
  Task task;
  const auto state = task.shell("kill -SEGV $$");
  CHECK(state.end.signal == SIGSEGV);
  CHECK_FALSE(state.end.exit_code);
}

TEST_CASE("a command that is not there is an error with its name, not an exit code", "[shim]") {
  Task task;
  SECTION("looked up in PATH") {
    task.start({"no-such-agent"});
    CHECK(task.end().end.error == "command not found: no-such-agent");
  }
  SECTION("by path") {
    task.start({"/no/such/agent"});
    CHECK(task.end().end.error == "command not found: /no/such/agent");
  }
  SECTION("not executable") {
    std::ofstream(task.scratch / "plain") << "text";
    task.start({task.scratch / "plain"});
    CHECK(task.end().end.error == "cannot run " + (task.scratch / "plain") + ": Permission denied");
  }
  SECTION("its interpreter is missing") {
    std::ofstream(task.scratch / "script") << "#!/no/such/interpreter\n";
    std::filesystem::permissions(task.scratch / "script", std::filesystem::perms::owner_all);
    task.start({task.scratch / "script"});
    CHECK(task.end().end.error == "the interpreter of " + (task.scratch / "script") + " is missing");
  }
  SECTION("a name that is not UTF-8") {
    task.start({"agent\xff\"quoted\""});
    CHECK(task.end().end.error == "command not found: agent?\"quoted\"");
  }
}

TEST_CASE("a directory that is not there is an error with its name", "[shim]") {
  Task task;
  task.start({"true"}, "", "/no/such/dir");
  CHECK(task.end().end.error == "cannot enter the directory /no/such/dir: No such file or directory");
}

TEST_CASE("what a task leaves behind ends with it, in its group or out of it", "[shim]") {
  Task task;
  const auto state = task.shell(
      "sleep 300 & echo $!; setsid sleep 300 & echo $!; "
      "until [ \"$(cut -d' ' -f6 /proc/$!/stat)\" = $! ]; do sleep 0.01; done; exit 0");
  CHECK(state.end.exit_code == 0);
  std::istringstream pids(task.output());
  pid_t pid = 0;
  int seen = 0;
  for (; pids >> pid; ++seen) CHECK_FALSE(is_running(pid));
  CHECK(seen == 2);
}

TEST_CASE("TERM and KILL reach the task's whole group", "[shim]") {
  Task task;
  task.start({"sh", "-c", "trap 'echo asked; exit 9' TERM; sleep 300 & echo $!; wait"});
  REQUIRE(eventually(task.io, [&] { return task.output().ends_with('\n'); }));
  const pid_t sleeper = std::stoi(task.output());
  SECTION("TERM") {
    CHECK(task.signal("TERM") == 0);
    CHECK(task.end().end.exit_code == 9);
    CHECK(task.output().ends_with("asked\n"));
  }
  SECTION("KILL") {
    CHECK(task.signal("KILL") == 0);
    CHECK(task.end().end.signal == SIGKILL);
  }
  SECTION("TERM to the shim itself") {
    ::kill(task.shim->key.pid, SIGTERM);
    CHECK(task.end().end.exit_code == 9);
  }
  CHECK_FALSE(is_running(sleeper));
}

TEST_CASE("KILL reaches what a killed shim has left, in a session of its own and with the spool gone",
          "[shim]") {
  Task task;
  REQUIRE(prepare_spool(task.spool, "", false));
  const auto script = "setsid sleep 300 & echo $!; exec sleep 300";
  auto child = spawn({{shim_path(), "run", task.spool, "--", "sh", "-c", script},
                      {{"PATH", "/usr/bin:/bin"}, {"UNDERSTUDY_ATTEMPT_ID", "a1"}}});
  REQUIRE(child);
  task.shim = std::move(*child);
  REQUIRE(eventually(task.io, [&] { return task.output().ends_with('\n'); }));
  const pid_t stray = std::stoi(task.output());
  ::kill(task.shim->key.pid, SIGKILL);
  REQUIRE(eventually(task.io, [&] { return reap(task.shim->pidfd.get()).has_value(); }));
  CHECK(is_running(stray));
  if (GENERATE(false, true)) std::filesystem::remove_all(task.spool);
  const int code = task.signal("KILL");
  CHECK((code == 0 || code == 2));  // 3: something is left
  CHECK(eventually(task.io, [&] { return !is_running(stray); }));
}

TEST_CASE("signalling a task that has ended is not an error, one that never ran is", "[shim]") {
  Task task;
  task.shell("true");
  CHECK(task.signal("TERM") == 0);
  Task other;
  REQUIRE(prepare_spool(other.spool, "", false));
  CHECK(other.signal("TERM") == 2);
}

TEST_CASE("a spool runs one task once", "[shim]") {
  Task task;
  task.shell("echo first");
  auto second = spawn({{shim_path(), "run", task.spool, "--", "echo", "second"}, {}, "/"});
  REQUIRE(second);
  std::optional<int> code;
  REQUIRE(eventually(task.io, [&] { return (code = reap(second->pidfd.get())).has_value(); }));
  CHECK(code == 2);
  CHECK(task.output() == "first\n");
}

TEST_CASE("a shim that comes after its task was given up does not begin it", "[shim]") {
  Task task;
  REQUIRE(prepare_spool(task.spool, "", false));
  REQUIRE(prevent_start(task.spool) == StartPrevented::yes);
  auto late = spawn({{shim_path(), "run", task.spool, "--", "echo", "late"}, {}, "/"});
  REQUIRE(late);
  std::optional<int> code;
  REQUIRE(eventually(task.io, [&] { return (code = reap(late->pidfd.get())).has_value(); }));
  CHECK(code == 2);
  CHECK(task.output().empty());
  CHECK(look_at_spool(task.spool).phase == TaskPhase::lost);
}

TEST_CASE("a task outlives the process that started it", "[shim]") {
  Task task;
  REQUIRE(prepare_spool(task.spool, "", false));
  const pid_t parent = ::fork();
  if (parent == 0) {
    auto shim =
        spawn({{shim_path(), "run", task.spool, "--", "sh", "-c", "read x; sleep 0.2; echo alive"}, {}, "/"});
    _exit(shim ? 0 : 1);  // as after kill -9: nothing is closed or waited for
  }
  int status = 0;
  REQUIRE(::waitpid(parent, &status, 0) == parent);
  REQUIRE(status == 0);
  task.await_start();
  SpoolWatch watch(task.io.get_executor(), task.spool);
  CHECK(run(task.io, watch.ended()).end.exit_code == 0);
  CHECK(task.output() == "alive\n");
}

TEST_CASE("a killed shim takes its task along, and the spool says lost", "[shim]") {
  Task task;
  task.start({"sh", "-c", "echo $$; exec sleep 300"});
  REQUIRE(eventually(task.io, [&] { return task.output().ends_with('\n'); }));
  const pid_t pid = std::stoi(task.output());
  ::kill(task.shim->key.pid, SIGKILL);
  SpoolWatch watch(task.io.get_executor(), task.spool);
  CHECK(run(task.io, watch.ended()).phase == TaskPhase::lost);
  CHECK(eventually(task.io, [&] { return !is_running(pid); }));
}

TEST_CASE("a task sees nothing of the daemon but its streams, and its environment exactly", "[shim]") {
  Task task;
  const int leak = ::open("/dev/null", O_RDONLY);  // without CLOEXEC, on purpose
  task.shell("ls /proc/self/fd | tr '\\n' ' '; tr '\\0' ' ' < /proc/$$/environ");
  ::close(leak);
  CHECK(task.output() == "0 1 2 3 PATH=/usr/bin:/bin ");  // 3 is the directory that ls reads
}

TEST_CASE("hold waits for TERM", "[shim]") {
  asio::io_context io;
  auto child = spawn({{shim_path(), "hold"}, {}, "/"});
  REQUIRE(child);
  std::optional<int> code;
  for (const int number : {SIGCHLD, SIGTERM}) ::kill(child->key.pid, number);
  REQUIRE(eventually(io, [&] { return (code = reap(child->pidfd.get())).has_value(); }));
  CHECK((code == 0 || code == 128 + SIGTERM));  // TERM may come before hold listens
}

namespace {

/// Exit code of a probe, and how long it took.
std::pair<int, std::chrono::milliseconds> probe(const std::string& script) {
  asio::io_context io;
  const auto begun = std::chrono::steady_clock::now();
  auto child =
      spawn({{shim_path(), "probe", "1", "--", "sh", "-c", script}, {{"PATH", "/usr/bin:/bin"}}, "/"});
  REQUIRE(child);
  std::optional<int> code;
  REQUIRE(eventually(io, [&] { return (code = reap(child->pidfd.get())).has_value(); }));
  const auto took = std::chrono::steady_clock::now() - begun;
  return {*code, std::chrono::duration_cast<std::chrono::milliseconds>(took)};
}

}  // namespace

TEST_CASE("a probe ends as its command does", "[shim][probe]") {
  CHECK(probe("exit 0").first == 0);
  CHECK(probe("exit 3").first == 3);
  CHECK(probe("kill -9 $$").first == 137);
}

TEST_CASE("a probe that hangs is ended with all that it started, deaf to TERM or in a session of its own",
          "[shim][probe]") {
  Scratch scratch;
  const auto pids = scratch / "pids";
  const auto [code, took] = probe("trap '' TERM; echo $$ >> " + pids + "; setsid sh -c 'echo $$ >> " + pids +
                                  "; sleep 1000' & sleep 1000; true");
  CHECK(code == 124);
  CHECK(took >= std::chrono::milliseconds(900));
  std::ifstream file(pids);
  int count = 0;
  for (int pid = 0; file >> pid; ++count) CHECK_FALSE(is_running(pid));
  CHECK(count == 2);
}

TEST_CASE("a probe whose command is missing says so as a shell does", "[shim][probe]") {
  asio::io_context io;
  auto child = spawn({{shim_path(), "probe", "1", "--", "/no/such/check"}, {}, "/"});
  REQUIRE(child);
  std::optional<int> code;
  REQUIRE(eventually(io, [&] { return (code = reap(child->pidfd.get())).has_value(); }));
  CHECK(*code == 127);
}
