// What an agent without a container can do to its host, and what it leaves behind: nothing.
#include <sys/stat.h>
#include <sys/wait.h>

#include "daemon/process_world.hpp"
#include "runtime/process/cgroups.hpp"
#include "runtime/process/listeners.hpp"
#include "runtime/process/orphans.hpp"

using namespace process_world;

namespace {

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
  const OrphanReaper keeper(world.io.get_executor());
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
  const OrphanReaper keeper(world.io.get_executor());
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

TEST_CASE("processes left while no daemon ran are gone once one does", "[process][sweep]") {
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
  World world(false);
  const auto id = world.started("until [ -e go ]; do sleep 0.01; done; exit 7");
  world.lose_daemon();
  std::ofstream(world.agent_dir + "/work/go") << "now";
  REQUIRE(eventually(world.io, [&] { return !slurp(world.agent_dir + "/exit").empty(); }));
  world.start_daemon();
  CHECK(world.in_time([&] { return world.status(id) == ContainerStatus::stopped; }));
  CHECK(world.inspect(id).exit_code == 7);
}

TEST_CASE("directories that were made once are made again", "[process]") {
  World world(false);
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
  World world(false);
  auto spec = world.spec({"sh", "-c", "yes | head -c 30000000; echo last words; sleep 300"});
  spec.log_max_bytes = 1 << 20;
  const auto id = world.started(spec);
  REQUIRE(
      world.in_time([&] { return run(world.io, world.runtime->log_tail(id, 1)).value() == "last words\n"; }));
  const auto size = std::filesystem::file_size(world.agent_dir + "/log") +
                    std::filesystem::file_size(world.agent_dir + "/log.1");
  CHECK(size <= 1 << 20);
}

TEST_CASE("an agent writes its own directories, and reads nothing of the daemon", "[process][landlock]") {
  if (!has_landlock()) return;
  World world(false);
  std::ofstream(world.scratch / "config.json") << "keys";
  std::ofstream(world.scratch / "provider.key") << "sk-in-file";
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
             "cat " + (world.scratch / "config.json"), "cat " + (world.scratch / "provider.key"),
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
  World world(false);
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

TEST_CASE("children from before are not orphans", "[orphans]") {
  asio::io_context io;
  const pid_t elder = ::fork();
  if (elder == 0) {
    ::execlp("sleep", "sleep", "300", nullptr);
    _exit(1);
  }
  {
    const OrphanReaper keeper(io.get_executor());
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
