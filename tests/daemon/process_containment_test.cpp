// What an agent without a container can do to its host, and what it leaves behind: nothing.
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <sstream>

#include "daemon/runtime_fixture.hpp"
#include "runtime/files.hpp"
#include "runtime/process/cgroups.hpp"
#include "runtime/process/listeners.hpp"
#include "runtime/process/marks.hpp"
#include "runtime/process/orphans.hpp"
#include "runtime/process/process_runtime.hpp"
#include "runtime/spool.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::ports;
using namespace understudy::daemon::runtime;
using namespace understudy::daemon::testing;
using namespace std::chrono_literals;

namespace {

struct World {
  Scratch scratch;
  asio::io_context io;
  bool cgroups;
  std::string owner = "test-" + std::to_string(::getpid());
  std::string agent_dir = scratch / "state/agents/a-one";
  std::unique_ptr<ProcessRuntime> runtime;

  explicit World(bool with_cgroups = false) : cgroups(with_cgroups) {
    std::filesystem::create_directories(scratch / "state/agents");
    std::ofstream(scratch / "state/operator-token") << "secret";
    start_daemon();
  }
  ~World() {
    run_void(runtime->end_everything());
    runtime.reset();
  }

  void start_daemon() {
    ProcessRuntime::Settings settings{
        .agents_dir = scratch / "state/agents", .shim_path = shim_path(), .owner = owner, .cgroups = cgroups};
    settings.hidden = {scratch / "state", scratch / "config.json"};
    runtime = std::make_unique<ProcessRuntime>(io.get_executor(), settings);
  }
  /// As after kill -9: whatever it had begun goes on without it.
  void lose_daemon() {
    io.restart();
    io.poll();
    runtime.reset();
  }
  void run_void(asio::awaitable<void> work) {
    auto counted = [](asio::awaitable<void> inner) -> asio::awaitable<bool> {
      co_await std::move(inner);
      co_return true;
    };
    (void)run(io, counted(std::move(work)));
  }

  [[nodiscard]] InstanceSpec spec(std::vector<std::string> command = {}) const {
    InstanceSpec made;
    made.owner = owner;
    made.instance = "a-one";
    made.command = std::move(command);
    made.env = {{"PATH", "/usr/bin:/bin"}, {"HOME", agent_dir + "/home"}};
    made.agent_dir = agent_dir;
    return made;
  }
  ContainerId started(InstanceSpec of) {
    const auto id = run(io, runtime->create(std::move(of))).value();
    REQUIRE(run(io, runtime->start(id)));
    return id;
  }
  ContainerId started(const std::string& script) { return started(spec({"sh", "-c", script})); }
  [[nodiscard]] std::string spool(const std::string& attempt) const {
    return agent_dir + "/spool/" + attempt;
  }
  void begin(const ContainerId& id, const std::string& attempt, const std::string& script,
             std::vector<std::string> words = {}) {
    TaskSpec task{
        .attempt_id = attempt, .command = {"sh", "-c", script, "agent"}, .spool_dir = spool(attempt)};
    task.command.insert(task.command.end(), words.begin(), words.end());
    REQUIRE(run(io, runtime->start_task(id, task)));
  }
  /// What a task said that ran to its end.
  std::string said(const ContainerId& id, const std::string& attempt, const std::string& script,
                   std::vector<std::string> words = {}) {
    begin(id, attempt, script, std::move(words));
    REQUIRE(eventually(io, [&] { return look_at_spool(spool(attempt)).phase == TaskPhase::finished; }));
    return slurp(spool(attempt) + "/output") + slurp(spool(attempt) + "/stderr");
  }
  pid_t pid_of(const ContainerId& id) {
    const auto stamp = run(io, runtime->inspect(id))->incarnation.stamp;
    return std::stoi(stamp.substr(stamp.find('/') + 1));
  }
  ContainerStatus status(const ContainerId& id) { return run(io, runtime->inspect(id))->status; }
  Probe probe(const ContainerId& id, const Readiness& readiness) {
    return run(io, runtime->probe(id, readiness));
  }
  /// As eventually(), for a look that asks the runtime itself.
  bool in_time(const std::function<bool()>& so) {
    for (int looks = 0; looks < 2'000; ++looks) {
      if (so()) return true;
      (void)eventually(io, [n = 0]() mutable { return ++n > 3; });
    }
    return false;
  }
  /// Waits for `count` numbers of processes in a file.
  std::vector<pid_t> pids_in(const std::string& path, std::size_t count) {
    std::vector<pid_t> pids;
    REQUIRE(eventually(io, [&] {
      pids.clear();
      std::istringstream text(slurp(path));
      for (pid_t pid = 0; text >> pid;) pids.push_back(pid);
      return pids.size() >= count;
    }));
    return pids;
  }
  bool all_gone(const std::vector<pid_t>& pids) {
    return eventually(io, [&] { return std::ranges::none_of(pids, is_running); });
  }
};

/// Children in its group, in a session of their own, and without a parent; two of them with an empty
/// environment.
constexpr const char* brood =
    "sleep 300 & echo $!; (setsid sh -c 'echo $$; exec sleep 300' &); "
    "(setsid env -i /bin/sh -c 'echo $$; exec /bin/sleep 300' &); wait";

}  // namespace

TEST_CASE("nothing of a main process outlives its stop, its death or its supervisor's", "[process][sweep]") {
  const bool cgroups = GENERATE(false, true);
  World world(cgroups);
  if (cgroups && world.runtime->containment() != "cgroup") return;
  CAPTURE(cgroups);
  const OrphanKeeper keeper(world.io.get_executor());
  const auto id = world.started(brood);
  const auto pids = world.pids_in(world.agent_dir + "/log", 3);
  for (const auto pid : pids) REQUIRE(is_running(pid));
  SECTION("stop") {
    REQUIRE(run(world.io, world.runtime->stop(id, 5s)));
  }
  SECTION("kill") {
    REQUIRE(run(world.io, world.runtime->kill(id)));
  }
  SECTION("kill -9 of the main process") {
    const auto tree = process_tree(world.pid_of(id));
    REQUIRE(tree.size() > 1);
    ::kill(tree[1], SIGKILL);
  }
  SECTION("kill -9 of its supervisor") {
    ::kill(world.pid_of(id), SIGKILL);
  }
  CHECK(world.all_gone(pids));
  CHECK(world.in_time([&] { return world.status(id) == ContainerStatus::stopped; }));
}

TEST_CASE("nothing of a task outlives it, nor its shim, nor its leader", "[process][sweep]") {
  const bool cgroups = GENERATE(false, true);
  World world(cgroups);
  if (cgroups && world.runtime->containment() != "cgroup") return;
  CAPTURE(cgroups);
  const OrphanKeeper keeper(world.io.get_executor());
  const auto id = world.started(world.spec());
  world.begin(id, "at-1", brood);
  const auto pids = world.pids_in(world.spool("at-1") + "/output", 3);
  const auto text = slurp(world.spool("at-1") + "/pid");
  const auto number = [&](const std::string& key) {
    const auto at = text.find("\"" + key + "\":") + key.size() + 3;
    return std::stoi(text.substr(at));
  };
  SECTION("kill -9 of the leader") {
    ::kill(number("pid"), SIGKILL);
  }
  SECTION("kill -9 of the shim") {
    ::kill(number("shim_pid"), SIGKILL);
  }
  SECTION("the daemon ends it") {
    REQUIRE(run(world.io, world.runtime->signal_task(id, world.spool("at-1"), TaskSignal::kill)));
  }
  CHECK(world.all_gone(pids));
  CHECK(world.status(id) == ContainerStatus::running);
}

TEST_CASE("what was left while no daemon was there is gone when one is", "[process][sweep]") {
  const bool cgroups = GENERATE(false, true);
  World world(cgroups);
  if (cgroups && world.runtime->containment() != "cgroup") return;
  CAPTURE(cgroups);
  const std::string marked = "(setsid sh -c 'echo $$; exec sleep 300' &); sleep 300";
  const auto id = world.started(marked);
  const auto of_main = world.pids_in(world.agent_dir + "/log", 1);
  world.begin(id, "at-1", marked);
  const auto of_task = world.pids_in(world.spool("at-1") + "/output", 1);
  const auto shim = std::stoi(slurp(world.spool("at-1") + "/pid")
                                  .substr(slurp(world.spool("at-1") + "/pid").find("\"shim_pid\":") + 11));
  const auto supervisor = world.pid_of(id);
  world.lose_daemon();
  SECTION("of a task of a living instance") {
    ::kill(shim, SIGKILL);
    REQUIRE(
        eventually(world.io, [&] { return look_at_spool(world.spool("at-1")).phase == TaskPhase::lost; }));
    world.start_daemon();
    CHECK(world.all_gone(of_task));
    CHECK(is_running(of_main.front()));
  }
  SECTION("of an instance") {
    ::kill(supervisor, SIGKILL);
    REQUIRE(eventually(world.io, [&] { return !is_running(supervisor); }));
    ::waitpid(supervisor, nullptr, 0);
    world.start_daemon();
    CHECK(world.all_gone(of_main));
  }
}

TEST_CASE("how a main process ended is known to a daemon that was not there", "[process]") {
  World world;
  const auto id = world.started("until [ -e go ]; do sleep 0.01; done; exit 7");
  world.lose_daemon();
  std::ofstream(world.agent_dir + "/work/go") << "now";
  REQUIRE(eventually(world.io, [&] { return !slurp(world.agent_dir + "/exit").empty(); }));
  world.start_daemon();
  CHECK(world.in_time([&] { return world.status(id) == ContainerStatus::stopped; }));
  CHECK(run(world.io, world.runtime->inspect(id))->exit_code == 7);
}

TEST_CASE("directories that were made once are made again", "[process]") {
  World world;
  const auto id = world.started(world.spec());
  const std::string deed = GENERATE("rm -rf $PWD", "rm -rf $HOME", "cd ..; rm -rf work; ln -s /etc work");
  CAPTURE(deed);
  // As an agent could that is not held to its own directories.
  REQUIRE(std::system(
              ("cd " + world.agent_dir + "/work && HOME=" + world.agent_dir + "/home; " + deed).c_str()) ==
          0);
  struct stat etc {};
  ::stat("/etc", &etc);
  CHECK(world.said(id, "at-1", "pwd; touch x && touch $HOME/x && echo both") ==
        world.agent_dir + "/work\nboth\n");
  std::filesystem::remove_all(world.agent_dir);
  REQUIRE(run(world.io, world.runtime->stop(id, 5s)));
  REQUIRE(run(world.io, world.runtime->start(id)));
  CHECK(world.said(id, "at-2", "pwd") == world.agent_dir + "/work\n");
  struct stat after {};
  ::stat("/etc", &after);
  CHECK(etc.st_mode == after.st_mode);
}

TEST_CASE("what a main process writes is bounded, and its last words are kept", "[process][log]") {
  World world;
  auto spec = world.spec({"sh", "-c", "yes | head -c 30000000; echo last words; sleep 300"});
  spec.log_max_bytes = 1 << 20;
  const auto id = world.started(spec);
  REQUIRE(
      world.in_time([&] { return run(world.io, world.runtime->log_tail(id, 1)).value() == "last words\n"; }));
  const auto size = std::filesystem::file_size(world.agent_dir + "/log") +
                    std::filesystem::file_size(world.agent_dir + "/log.1");
  CHECK(size <= 1 << 20);
}

TEST_CASE("the words that mean ready are found wherever they are in this life's log", "[process][log]") {
  World world;
  const Readiness ready{.kind = ReadinessKind::log, .pattern = "I AM UP"};
  auto spec = world.spec();
  spec.readiness = ready;
  spec.log_max_bytes = 1 << 20;
  SECTION("after megabytes, and before more than is kept") {
    spec.command = {
        "sh", "-c",
        "yes | head -c 3000000; printf 'I AM '; sleep 0.05; echo UP; yes | head -c 9000000; sleep 300"};
    const auto id = world.started(spec);
    CHECK(world.in_time([&] { return world.probe(id, ready).verdict == ProbeVerdict::ready; }));
    CHECK(world.probe(id, {.kind = ReadinessKind::log, .pattern = "never said"}).verdict ==
          ProbeVerdict::not_yet);
  }
  SECTION("not those of a former life") {
    spec.command = {"sh", "-c", "test -e again || echo I AM UP; touch again; sleep 300"};
    const auto id = world.started(spec);
    CHECK(world.in_time([&] { return world.probe(id, ready).verdict == ProbeVerdict::ready; }));
    REQUIRE(run(world.io, world.runtime->stop(id, 5s)));
    REQUIRE(run(world.io, world.runtime->start(id)));
    CHECK(world.probe(id, ready).verdict == ProbeVerdict::not_yet);
  }
}

TEST_CASE("a port that another process holds makes nobody ready", "[process][port]") {
  World world;
  asio::ip::tcp::acceptor stranger(world.io, {asio::ip::make_address("127.0.0.1"), 0});
  const int port = stranger.local_endpoint().port();
  const Readiness tcp{.kind = ReadinessKind::tcp, .port = port};
  const auto serve = "python3 -c 'import socket, time; s = socket.create_server((\"127.0.0.1\", " +
                     std::to_string(port) + ")); time.sleep(300)'";
  SECTION("a stranger's") {
    const auto id = world.started(world.spec());
    const auto probe = world.probe(id, tcp);
    CHECK(probe.verdict == ProbeVerdict::not_yet);
    CHECK(probe.detail.starts_with("port " + std::to_string(port) + " is held by another process (" +
                                   std::to_string(::getpid())));
  }
  SECTION("its own, also of a child that left its group") {
    stranger.close();
    const auto id = world.started("setsid " + serve + " & wait");
    CHECK(world.in_time([&] { return world.probe(id, tcp).verdict == ProbeVerdict::ready; }));
  }
}

TEST_CASE("a listener is who answers on 127.0.0.1", "[port]") {
  const std::string head =
      "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n";
  const auto row = [](const std::string& local, const std::string& state, int inode) {
    return "   0: " + local + " 00000000:0000 " + state +
           " 00000000:00000000 00:00000000 00000000     0        0 " + std::to_string(inode) +
           " 1 0000000000000000 100 0 0 10 0\n";
  };
  const std::string any6 = std::string(32, '0');
  using Inodes = std::vector<std::uint64_t>;
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "0A", 11), head) == Inodes{11});
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "01", 11), head).empty());
  CHECK(listeners_on(8080, head + row("0100007F:1F91", "0A", 11), head).empty());
  CHECK(listeners_on(8080, head + row("0500A8C0:1F90", "0A", 11), head).empty());
  CHECK(listeners_on(8080, head + row("00000000:1F90", "0A", 11) + row("0100007F:1F90", "0A", 12), head) ==
        Inodes{12});
  CHECK(listeners_on(8080, head + row("00000000:1F90", "0A", 11), head + row(any6 + ":1F90", "0A", 12)) ==
        Inodes{11});
  CHECK(listeners_on(8080, head, head + row(any6 + ":1F90", "0A", 12)) == Inodes{12});
  CHECK(listeners_on(8080, head + row("0100007F:1F90", "0A", 11) + row("0100007F:1F90", "0A", 12), head) ==
        (Inodes{11, 12}));
}

TEST_CASE("an agent writes its own directories, and reads nothing of the daemon", "[process][landlock]") {
  if (!has_landlock()) return;
  World world;
  std::ofstream(world.scratch / "config.json") << "keys";
  std::filesystem::create_directory(world.scratch / "project");
  std::filesystem::create_directory(world.scratch / "shared");
  std::filesystem::create_directories(world.scratch / "state/agents/b-two/work");
  std::ofstream(world.scratch / "state/agents/b-two/env") << "KEY=other";
  std::filesystem::create_symlink(world.scratch / "state", world.scratch / "shared/way-in");
  auto spec = world.spec();
  spec.mounts = {{world.scratch / "shared", "/shared", false}};
  const auto id = world.started(spec);
  auto says = [&, n = 0](const std::string& script, std::vector<std::string> words = {}) mutable {
    return world.said(id, "at-" + std::to_string(++n), "exec 2>/dev/null; " + script, std::move(words));
  };
  const auto state = world.scratch / "state";
  SECTION("its own") {
    CHECK(says("echo a > a && echo b > $HOME/b && echo c > $TMPDIR/c && echo d > /dev/null && echo all") ==
          "all\n");
    CHECK(says("mkdir -p x/y && mv a x/y/ && ln x/y/a z && echo > /dev/stdout; cat x/y/a") == "\na\n");
    CHECK(says("echo to stderr > /dev/stderr; ls /usr/bin/env; cat /etc/passwd | head -c 4") ==
          "/usr/bin/env\nroot");
  }
  SECTION("not the daemon's") {
    for (const auto& what : std::vector<std::string>{
             "cat " + state + "/operator-token", "ls " + state, "ls " + state + "/agents",
             "cat " + state + "/agents/b-two/env", "echo x > " + state + "/agents/b-two/work/x",
             "cat ../env ../process.json", "echo x > ../process.json", "ls ../spool",
             "cat " + (world.scratch / "config.json"),
             "cat " + (world.scratch / "shared/way-in/operator-token"),
             "echo x >> " + state + "/operator-token", "rm " + state + "/operator-token",
             "mv ../../b-two/env .", "ln ../../../operator-token t; cat t",
             std::string("cat /proc/") + std::to_string(::getpid()) + "/environ"})
      CHECK(says(what + " && echo done") == "");
    CHECK(slurp(state + "/operator-token") == "secret");
  }
  SECTION("nobody else's, but what the configuration names") {
    CHECK(says("echo x > /tmp/x-$$ && echo done") == "");
    CHECK(says("echo x > " + (world.scratch / "project/x") + " && echo done") == "");
    CHECK(says("echo x > $1/x && echo done", {world.scratch / "project"}) == "done\n");
    CHECK(says("echo x > " + (world.scratch / "shared/x") + " && echo done") == "done\n");
  }
  SECTION("and has no more privileges than it began with") {
    CHECK(says("grep -E 'NoNewPrivs' /proc/self/status; ulimit -c") ==
          "NoNewPrivs:\t1\n" + says("ulimit -c"));
  }
}

TEST_CASE("the main process is held like its tasks", "[process][landlock]") {
  if (!has_landlock()) return;
  World world;
  const auto state = world.scratch / "state";
  world.started("cat " + state + "/operator-token; echo x > /tmp/x-$$; echo x > own && cat own; sleep 300");
  REQUIRE(eventually(world.io, [&] { return slurp(world.agent_dir + "/log").ends_with("x\n"); }));
  CHECK(slurp(world.agent_dir + "/log").find("secret") == std::string::npos);
}

TEST_CASE("a program gets the limit of open files that the daemon was started with", "[process]") {
  Scratch scratch;
  asio::io_context io;
  ProcessRuntime runtime(
      io.get_executor(),
      {.agents_dir = scratch / "agents", .shim_path = shim_path(), .open_files = 333, .cgroups = false});
  TaskSpec task{.attempt_id = "at-1",
                .command = {"sh", "-c", "ulimit -Sn"},
                .spool_dir = scratch / "agents/h/spool/at-1"};
  REQUIRE(run(io, runtime.start_task("", task)));
  REQUIRE(eventually(io, [&] { return look_at_spool(task.spool_dir).phase == TaskPhase::finished; }));
  CHECK(slurp(task.spool_dir + "/output") == "333\n");
}

TEST_CASE("children that were there before are nobody's orphans", "[orphans]") {
  asio::io_context io;
  const pid_t elder = ::fork();
  if (elder == 0) {
    ::execlp("sleep", "sleep", "300", nullptr);
    _exit(1);
  }
  {
    const OrphanKeeper keeper(io.get_executor());
    const pid_t child = ::fork();
    if (child == 0) _exit(0);  // a stray of which we hear
    CHECK(eventually(io, [&] { return ::kill(child, 0) != 0; }));
    CHECK(is_running(elder));
  }
  ::kill(elder, SIGKILL);
  ::waitpid(elder, nullptr, 0);
}

TEST_CASE("our own group is found in what the kernel tells", "[cgroup]") {
  const std::string unified = "29 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw\n";
  CHECK(own_cgroup(unified, "0::/system.slice/understudy.service\n") ==
        "/sys/fs/cgroup/system.slice/understudy.service");
  CHECK(own_cgroup(unified, "0::/\n") == "/sys/fs/cgroup");
  CHECK(own_cgroup("29 23 0:26 /box /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", "0::/box/own\n") ==
        "/sys/fs/cgroup/own");
  CHECK_FALSE(own_cgroup("29 23 0:26 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n", "8:pids:/\n"));
  CHECK_FALSE(own_cgroup(unified, "8:pids:/\n"));
}
