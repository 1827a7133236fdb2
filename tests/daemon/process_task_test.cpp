// The tasks of an instance, and of the host.
#include "daemon/process_world.hpp"

using namespace process_world;

TEST_CASE("a task runs in its instance with the instance's environment and its own", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sh", "-c", std::string("cat; echo; ") + print_environment});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  CHECK(world.end_of(task).end.exit_code == 0);
  CHECK(slurp(task.spool_dir + "/output") == "input\nPATH=/usr/bin:/bin\nHOME=" + world.agent_dir +
                                                 "/home\nTMPDIR=" + world.agent_dir +
                                                 "/tmp\nUNDERSTUDY_TIER=2\n" + world.agent_dir + "/work\n");
}

TEST_CASE("a task of a host agent runs with the operator's own environment", "[process]") {
  World world;
  ::setenv("OPERATORS_OWN", "yes", 1);
  auto task = world.task("at-1", {"sh", "-c", "echo $OPERATORS_OWN $UNDERSTUDY_TIER; pwd"});
  task.workdir = "/";
  REQUIRE(run(world.io, world.runtime->start_task("", task)));
  CHECK(world.end_of(task).end.exit_code == 0);
  CHECK(slurp(task.spool_dir + "/output") == "yes 2\n/\n");
}

TEST_CASE("a task needs a running instance and a command", "[process]") {
  World world;
  const auto id = world.created(world.spec());
  CHECK(run(world.io, world.runtime->start_task(id, world.task("a", {"true"}))).error().kind ==
        EngineErrorKind::not_found);
  CHECK(run(world.io, world.runtime->start_task("", world.task("a", {}))).error().kind ==
        EngineErrorKind::invalid_spec);
}

TEST_CASE("a cancelled task gets TERM, then KILL", "[process]") {
  World world;
  const auto id = world.started();
  const auto task =
      world.task("at-1", {"sh", "-c", "trap 'echo asked' TERM; echo up; while :; do sleep 0.02; done"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  REQUIRE(eventually(world.io, [&] { return slurp(task.spool_dir + "/output") == "up\n"; }));
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::terminate)));
  REQUIRE(eventually(world.io, [&] { return slurp(task.spool_dir + "/output").ends_with("asked\n"); }));
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
  CHECK(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
}

TEST_CASE("a task survives a daemon's restart, not its instance's end", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  world.restart();
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->stop(id, 10s)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}

TEST_CASE("a pid file that an agent forged gets no other process signalled", "[process]") {
  World world;
  const auto id = world.started();
  const auto liar = world.task("at-1", {"sleep", "300"});
  const auto other = world.task(
      "at-2", {"sh", "-c", "trap 'echo asked' TERM; echo ready; while :; do sleep 0.01; echo .; done"});
  for (const auto& task : {liar, other}) REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  const auto said = [&] { return slurp(other.spool_dir + "/output"); };
  REQUIRE(eventually(world.io, [&] { return said().starts_with("ready\n"); }));
  std::filesystem::copy_file(other.spool_dir + "/pid", liar.spool_dir + "/pid",
                             std::filesystem::copy_options::overwrite_existing);
  REQUIRE(run(world.io, world.runtime->signal_task(id, liar.spool_dir, TaskSignal::terminate)));
  const auto before = said().size();
  REQUIRE(eventually(world.io, [&] { return said().size() > before + 20; }));
  CHECK(said().find("asked") == std::string::npos);
  REQUIRE(run(world.io, world.runtime->signal_task(id, other.spool_dir, TaskSignal::terminate)));
  REQUIRE(eventually(world.io, [&] { return said().find("asked") != std::string::npos; }));
}

TEST_CASE("a task that has cleared its environment can still be ended", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"env", "-i", "/bin/sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  REQUIRE(eventually(world.io, [&] {
    const auto pid = slurp(task.spool_dir + "/pid");
    return slurp("/proc/" + pid.substr(7, pid.find(',') - 7) + "/cmdline").starts_with("/bin/sleep");
  }));
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}

TEST_CASE("a task is not known to be gone while it cannot be looked at", "[process]") {
  World world;
  const auto id = world.started();
  const auto task = world.task("at-1", {"sleep", "300"});
  REQUIRE(run(world.io, world.runtime->start_task(id, task)));
  std::optional<NoDescriptors> none(std::in_place);
  const auto asked = run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill));
  none.reset();
  CHECK_FALSE(asked);
  CHECK(look_at_spool(task.spool_dir).phase == TaskPhase::running);
  REQUIRE(run(world.io, world.runtime->signal_task(id, task.spool_dir, TaskSignal::kill)));
  CHECK(world.end_of(task).end.signal == SIGKILL);
}
