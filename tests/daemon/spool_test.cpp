#include "runtime/spool_watch.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemon/runtime_fixture.hpp"

using namespace understudy::daemon::testing;

namespace {

struct TestSpool {
  Scratch scratch;
  std::string dir = scratch / "spool/a1";
  TestSpool() { REQUIRE(prepare_spool(dir, "input", false)); }
  void write(const std::string& name, const std::string& text) { std::ofstream(dir + "/" + name) << text; }
  void append(const std::string& name, const std::string& text) {
    std::ofstream(dir + "/" + name, std::ios::app) << text;
  }
};

}  // namespace

TEST_CASE("a spool tells running, finished and lost apart", "[spool]") {
  TestSpool spool;
  CHECK(look_at_spool(spool.dir).phase == TaskPhase::lost);
  {
    const ShimLock lock(spool.dir);
    CHECK(look_at_spool(spool.dir).phase == TaskPhase::running);
    spool.write("status", R"({"exit_code":4,"started_ms":10,"ended_ms":20})");
    CHECK(look_at_spool(spool.dir).phase == TaskPhase::finished);
  }
  const auto state = look_at_spool(spool.dir);
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.exit_code == 4);
  CHECK(state.end.started_ms == 10);
  CHECK(state.end.ended_ms == 20);
}

TEST_CASE("a task that no shim has begun can be given up, any other cannot", "[spool]") {
  TestSpool spool;
  SECTION("a shim holds the lock and has not said more") {
    const ShimLock lock(spool.dir);
    CHECK(prevent_start(spool.dir) == StartPrevented::begun);
  }
  SECTION("a shim began it") {
    spool.write("pid", R"({"pid":4711,"start":1,"boot_id":"x","shim_pid":4710})");
    CHECK(prevent_start(spool.dir) == StartPrevented::begun);
  }
  SECTION("it has ended") {
    spool.write("status", R"({"exit_code":0})");
    CHECK(prevent_start(spool.dir) == StartPrevented::begun);
  }
  SECTION("none came, and asking twice says the same") {
    CHECK(prevent_start(spool.dir) == StartPrevented::yes);
    CHECK(prevent_start(spool.dir) == StartPrevented::yes);
  }
  SECTION("there is not even a spool") {
    CHECK(prevent_start(spool.scratch / "spool/none") == StartPrevented::yes);
  }
}

TEST_CASE("a spool that is not there is lost", "[spool]") {
  CHECK(look_at_spool("/no/such/spool").phase == TaskPhase::lost);
}

TEST_CASE("a status that cannot be read is an end with an error", "[spool]") {
  TestSpool spool;
  spool.write("status", GENERATE("", "[]", "{\"exit_code\":", "\x00\xff"));
  const auto state = look_at_spool(spool.dir);
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.error == "the task's status was tampered with");
}

TEST_CASE("a spool is for its owner, unless a container shares it", "[spool]") {
  Scratch scratch;
  const bool shared = GENERATE(false, true);
  const auto dir = scratch / "spool/a1";
  REQUIRE(prepare_spool(dir, "secret", shared));
  struct stat found {};
  ::stat(dir.c_str(), &found);
  CHECK((found.st_mode & 0777) == (shared ? 0777 : 0700));
  ::stat((dir + "/input").c_str(), &found);
  CHECK((found.st_mode & 0777) == (shared ? 0644 : 0600));
  CHECK(slurp(dir + "/input") == "secret");
}

TEST_CASE("a spool that cannot be made is a sentence", "[spool]") {
  const auto made = prepare_spool("/proc/nowhere/spool/a1", "", false);
  REQUIRE_FALSE(made);
  CHECK(made.error().starts_with("/proc/nowhere/spool/a1 cannot be made: "));
}

TEST_CASE("a reader goes on where it was", "[spool]") {
  TestSpool spool;
  Spool reader(spool.dir);
  CHECK(reader.read_more(reader.output) == "");
  spool.append("output", "one");
  CHECK(reader.read_more(reader.output) == "one");
  CHECK(reader.read_more(reader.output) == "");
  spool.append("output", "twothree");
  CHECK(reader.read_more(reader.output, 3) == "two");
  CHECK(reader.read_more(reader.output) == "three");
  CHECK(reader.read_more(reader.errors) == "");
}

TEST_CASE("a watch tells of new output, then of the end", "[spool]") {
  TestSpool spool;
  asio::io_context io;
  std::optional<ShimLock> lock(spool.dir);
  SpoolWatch watch(io.get_executor(), spool.dir);
  asio::post(io, [&] { spool.append("output", "word"); });
  CHECK(run(io, watch.next()).phase == TaskPhase::running);
  asio::post(io, [&] {
    spool.write(".status", R"({"signal":15})");
    std::filesystem::rename(spool.dir + "/.status", spool.dir + "/status");
  });
  const auto state = run(io, watch.next());
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.signal == 15);
}

TEST_CASE("a watch notices a shim that went without a word", "[spool]") {
  TestSpool spool;
  asio::io_context io;
  std::optional<ShimLock> lock(spool.dir);
  SpoolWatch watch(io.get_executor(), spool.dir);
  asio::post(io, [&] { lock.reset(); });
  CHECK(run(io, watch.ended()).phase == TaskPhase::lost);
}

TEST_CASE("a watch can be cancelled", "[spool]") {
  TestSpool spool;
  asio::io_context io;
  const ShimLock lock(spool.dir);
  SpoolWatch watch(io.get_executor(), spool.dir);
  asio::cancellation_signal stop;
  bool cancelled = false;
  auto task = watch.ended();
  asio::co_spawn(io, std::move(task),
                 asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr failed, const TaskState&) {
                   cancelled = failed != nullptr;
                   io.stop();
                 }));
  asio::post(io, [&] { stop.emit(asio::cancellation_type::terminal); });
  io.run_for(std::chrono::seconds(10));
  CHECK(cancelled);
}
