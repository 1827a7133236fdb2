// What an agent may do to its spool, and what the daemon makes of it.
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <set>

#include "daemon/runtime_fixture.hpp"
#include "runtime/spool_watch.hpp"

using namespace understudy::daemon::testing;
namespace fs = std::filesystem;

namespace {

struct Tampered {
  Scratch scratch;
  std::string dir = scratch / "spool/at-1";
  std::string victim = scratch / "victim";
  std::optional<ShimLock> shim{};

  Tampered() {
    REQUIRE(prepare_spool(dir, "input", true));
    std::ofstream(victim) << R"({"exit_code":0,"error":"precious"})";
  }
  void shim_starts() { shim.emplace(dir); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(dir + "/" + name) << text;
  }
  /// Puts something else where a file of ours belongs.
  void plant(const std::string& kind, const std::string& name) const {
    const auto path = dir + "/" + name;
    fs::remove(path);
    if (kind == "link") fs::create_symlink(victim, path);
    if (kind == "hard link") fs::create_hard_link(victim, path);
    if (kind == "FIFO") REQUIRE(::mkfifo(path.c_str(), 0666) == 0);
    if (kind == "directory") fs::create_directory(path);
    if (kind == "long") std::ofstream(path) << std::string(10 << 20, ' ') << R"({"exit_code":0})";
    if (kind == "sparse") {
      std::ofstream(path) << "{}";
      fs::resize_file(path, std::uintmax_t{1} << 40);
    }
    if (kind == "words") std::ofstream(path) << "no JSON";
    if (kind == "deep") std::ofstream(path) << std::string(16'000, '[');
  }
};

}  // namespace

TEST_CASE("only a missing status with a free lock is a lost task", "[spool]") {
  using enum TaskPhase;
  CHECK(phase_from(StatusFile::none, LockState::free) == lost);
  for (const auto lock : {LockState::held, LockState::free, LockState::tampered, LockState::unknown})
    CHECK(phase_from(StatusFile::good, lock) == finished);
  for (const auto status : {StatusFile::none, StatusFile::tampered, StatusFile::unknown})
    CHECK(phase_from(status, LockState::held) == running);
  for (const auto status : {StatusFile::none, StatusFile::tampered, StatusFile::unknown})
    CHECK(phase_from(status, LockState::unknown) == unknown);
  for (const auto lock : {LockState::free, LockState::tampered})
    CHECK(phase_from(StatusFile::unknown, lock) == unknown);
  for (const auto lock : {LockState::free, LockState::tampered})
    CHECK(phase_from(StatusFile::tampered, lock) == finished);
  CHECK(phase_from(StatusFile::none, LockState::tampered) == finished);
}

TEST_CASE("an invalid status is an end only once the shim is gone", "[spool]") {
  Tampered spool;
  const std::string kind =
      GENERATE("link", "hard link", "FIFO", "directory", "long", "sparse", "words", "deep");
  CAPTURE(kind);
  spool.shim_starts();
  spool.plant(kind, "status");
  CHECK(look_at_spool(spool.dir).phase == TaskPhase::running);
  spool.shim.reset();
  const auto state = look_at_spool(spool.dir);
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.error == "the task's status was tampered with");
  CHECK(state.end.tampered);
  CHECK_FALSE(state.end.exit_code);
}

TEST_CASE("a lock that was replaced says nothing of the shim", "[spool]") {
  Tampered spool;
  const std::string kind = GENERATE("link", "FIFO", "directory", "hard link");
  spool.shim_starts();
  Spool held(spool.dir);
  CHECK(held.look().phase == TaskPhase::running);
  spool.plant(kind, "lock");
  CHECK(held.look().phase == TaskPhase::running);  // the one that was seen first still counts
  CHECK(look_at_spool(spool.dir).end.error == "the task's lock was tampered with");
  spool.shim.reset();
  CHECK(held.look().phase == TaskPhase::lost);
}

TEST_CASE("a spool that is taken away under a running task is still the one we hold", "[spool]") {
  Tampered spool;
  spool.shim_starts();
  Spool held(spool.dir);
  CHECK(held.look().phase == TaskPhase::running);
  const auto away = spool.scratch / "spool/elsewhere";
  SECTION("removed") {
    fs::remove_all(spool.dir);
  }
  SECTION("replaced by a link") {
    fs::rename(spool.dir, away);
    fs::create_directory_symlink("/etc", spool.dir);
    CHECK(look_at_spool(spool.dir).end.error == "the task's directory was tampered with");
  }
  SECTION("replaced by another") {
    fs::rename(spool.dir, away);
    fs::create_directory(spool.dir);
    spool.write("status", R"({"exit_code":0})");
  }
  CHECK(held.look().phase == TaskPhase::running);
}

TEST_CASE("output that is not a plain file says nothing", "[spool]") {
  Tampered spool;
  const std::string kind = GENERATE("link", "hard link", "FIFO", "directory");
  spool.plant(kind, "output");
  Spool held(spool.dir);
  CHECK(held.read_more(Spool::output) == "");
  CHECK(held.size() == (kind == "hard link" ? fs::file_size(spool.victim) : 0));
  CHECK(open_transcript(spool.dir).error().kind == FileErrorKind::tampered);
}

TEST_CASE("output that is replaced while it is read stays the one that was begun", "[spool]") {
  Tampered spool;
  spool.write("output", "first words");
  Spool held(spool.dir);
  CHECK(held.read_more(Spool::output) == "first words");
  spool.plant(GENERATE("link", "FIFO"), "output");
  CHECK(held.read_more(Spool::output) == "");
}

TEST_CASE("nobody writes holes, so nobody reads them", "[spool]") {
  Tampered spool;
  spool.write("output", "begin");
  fs::resize_file(spool.dir + "/output", std::uintmax_t{1} << 40);
  std::ofstream(spool.dir + "/output", std::ios::app) << "end";
  Spool held(spool.dir);
  std::string all;
  for (auto more = held.read_more(Spool::output); !more->empty(); more = held.read_more(Spool::output)) {
    all += *more;
    REQUIRE(all.size() < 64 * 1024);
  }
  CHECK(all.starts_with("begin"));
  CHECK(all.ends_with("end"));
  CHECK(held.size() == (std::uint64_t{1} << 40) + 3);
  CHECK(exceeds(held.size(), 256 << 20));
  CHECK_FALSE(exceeds(held.size(), 0));
  cut_spool(spool.dir, 5);
  CHECK(slurp(spool.dir + "/output") == "begin");
}

TEST_CASE("what is written to an output that was renamed away counts", "[spool]") {
  Tampered spool;
  spool.write("output", "x");
  Spool held(spool.dir);
  CHECK(held.read_more(Spool::output) == "x");
  fs::rename(spool.dir + "/output", spool.dir + "/hidden");
  fs::resize_file(spool.dir + "/hidden", 5000);
  CHECK(held.size() == 5000);
}

TEST_CASE("a look without a free descriptor says nothing, and none is lost by it", "[spool]") {
  Tampered spool;
  spool.shim_starts();
  TaskState state;
  auto given_up = StartPrevented::yes;
  {
    const NoDescriptors now;
    state = look_at_spool(spool.dir);
    given_up = prevent_start(spool.dir);
  }
  CHECK(state.phase == TaskPhase::unknown);
  CHECK_THAT(state.error, Catch::EndsWith("Too many open files"));
  CHECK(given_up == StartPrevented::unknown);
}

TEST_CASE("a status that stays unreadable does not hold its task for ever", "[spool]") {
  Tampered spool;
  spool.write("lock", "");
  spool.write("status", R"({"exit_code":0})");
  const LeaseHolder holder(spool.dir + "/status");
  if (!holder.has_lease()) return;
  Spool kept(spool.dir);
  const auto now = std::chrono::steady_clock::now();
  const auto first = kept.look(now);
  const auto later = kept.look(now + std::chrono::seconds(61));
  CHECK(first.phase == TaskPhase::unknown);
  CHECK(later.phase == TaskPhase::finished);
  CHECK(later.end.tampered);
}

TEST_CASE("a watch that cannot look looks again, and tells the end when it can", "[spool]") {
  Tampered spool;
  spool.shim_starts();
  asio::io_context io;
  SpoolWatch watch(io.get_executor(), spool.dir);  // holds nothing of the spool's files yet
  std::optional<NoDescriptors> none(std::in_place);
  spool.shim.reset();
  asio::steady_timer later(io, std::chrono::milliseconds(150));
  later.async_wait([&](auto) {
    none.reset();
    spool.write("status", R"({"exit_code":3})");
  });
  const auto state = run(io, watch.ended());
  CHECK(state.phase == TaskPhase::finished);
  CHECK(state.end.exit_code == 3);
}

TEST_CASE("what the daemon writes goes through no name that an agent planted", "[spool]") {
  Tampered spool;
  const std::string kind = GENERATE("link", "hard link", "FIFO", "directory");
  const auto before = slurp(spool.victim);
  for (const auto* name : {"pid.new", ".pid", "input.new", "status.new"}) spool.plant(kind, name);
  CHECK(prevent_start(spool.dir) == StartPrevented::yes);
  CHECK(slurp(spool.dir + "/pid") == "{}\n");
  CHECK(slurp(spool.victim) == before);
  CHECK((fs::status(spool.victim).permissions() & fs::perms::group_read) != fs::perms::none);
}

TEST_CASE("a lock that an agent planted is not taken, nor written", "[spool]") {
  Tampered spool;
  const auto before = slurp(spool.victim);
  spool.plant(GENERATE("link", "hard link", "FIFO", "directory"), "lock");
  CHECK(prevent_start(spool.dir) == StartPrevented::begun);
  CHECK(slurp(spool.victim) == before);
}

TEST_CASE("a spool comes whole into the mounted directory, from where no container reaches", "[spool]") {
  Scratch scratch;
  fs::create_directories(scratch / "spool");
  fs::create_directory_symlink("/etc", scratch / "drafts");
  fs::create_directory_symlink("/etc", scratch / "archive");
  REQUIRE(prepare_spool(scratch / "spool/at-1", "words", true));
  CHECK(slurp(scratch / "spool/at-1/input") == "words");
  CHECK(fs::is_directory(fs::symlink_status(scratch / "drafts")));
  CHECK(fs::is_empty(scratch / "drafts"));
  CHECK((fs::status(scratch / "drafts").permissions() & fs::perms::all) == fs::perms::owner_all);
}

TEST_CASE("directories that somebody removed or replaced are made again", "[spool]") {
  Scratch scratch;
  const std::string how = GENERATE("the agent's", "the spools'", "by a link", "by a file");
  REQUIRE(prepare_spool(scratch / "agent/spool/at-1", "", true));
  if (how == "the agent's") fs::remove_all(scratch / "agent");
  if (how != "the agent's") fs::remove_all(scratch / "agent/spool");
  if (how == "by a link") fs::create_directory_symlink("/etc", scratch / "agent/spool");
  if (how == "by a file") std::ofstream(scratch / "agent/spool") << "x";
  REQUIRE(prepare_spool(scratch / "agent/spool/at-2", "words", true));
  CHECK(slurp(scratch / "agent/spool/at-2/input") == "words");
}

TEST_CASE("an attempt that is over is out of every other's sight, and can be read", "[spool]") {
  Tampered spool;
  spool.write("output", "its words");
  spool.write("status", R"({"exit_code":0})");
  SECTION("when it ends") {
    retire_spool(spool.dir);
  }
  SECTION("or, with a daemon that did not get to it, when the next one begins") {
    REQUIRE(prepare_spool(spool.scratch / "spool/at-2", "", true));
    fs::remove_all(spool.scratch / "spool/at-2");
  }
  CHECK(fs::is_empty(spool.scratch / "spool"));
  CHECK((fs::status(spool.scratch / "archive").permissions() & fs::perms::all) == fs::perms::owner_all);
  CHECK((fs::status(spool.scratch / "archive/at-1").permissions() & fs::perms::all) == fs::perms::owner_all);
  CHECK(look_at_spool(spool.dir).end.exit_code == 0);
  const auto transcript = open_transcript(spool.dir);
  REQUIRE(transcript);
  CHECK(read_at(transcript->descriptor.get(), 0, 100) == "its words");
}

TEST_CASE("what an agent leaves beside its spool goes, what still runs stays", "[spool]") {
  Tampered spool;
  spool.shim_starts();
  const auto spools = spool.scratch / "spool/";
  fs::create_directory_symlink("/etc", spools + "link");
  ::mkfifo((spools + "FIFO").c_str(), 0666);
  std::ofstream(spools + "fi\nle\xff") << "x";
  fs::create_directories(spools + "made up/deep");
  REQUIRE(prepare_spool(spools + "at-2", "", true));
  std::set<std::string> left;
  for (const auto& entry : fs::directory_iterator(spools)) left.insert(entry.path().filename().string());
  CHECK(left == std::set<std::string>{"at-1", "at-2"});
  CHECK(fs::exists("/etc/passwd"));
}

TEST_CASE("a hard link to somebody else's file is not a transcript, neither live nor archived", "[spool]") {
  Tampered spool;
  spool.plant("hard link", "output");
  spool.plant("hard link", "stderr");
  CHECK(open_transcript(spool.dir).error().kind == FileErrorKind::tampered);
  retire_spool(spool.dir);
  CHECK(open_transcript(spool.dir).error().kind == FileErrorKind::absent);
  CHECK_THAT(slurp(spool.victim), Catch::Contains("precious"));
  // A copy of the whole state directory that shares its files takes nothing away.
  Tampered copied;
  copied.write("output", "its words");
  retire_spool(copied.dir);
  fs::create_hard_link(copied.scratch / "archive/at-1/output", copied.scratch / "copy");
  CHECK(open_transcript(copied.dir));
}

TEST_CASE("a link in a spool's place is not archived, nor what it leads to", "[spool]") {
  Tampered spool;
  fs::remove_all(spool.dir);
  fs::create_directory(spool.scratch / "target");
  fs::create_directory_symlink(spool.scratch / "target", spool.dir);
  retire_spool(spool.dir);
  CHECK_FALSE(fs::exists(fs::symlink_status(spool.dir)));
  CHECK(fs::is_directory(spool.scratch / "target"));
}

TEST_CASE("an attempt that is sent again begins with a spool of its own", "[spool]") {
  Tampered spool;
  CHECK(prevent_start(spool.dir) == StartPrevented::yes);
  if (GENERATE(false, true)) retire_spool(spool.dir);
  REQUIRE(prepare_spool(spool.dir, "second", true));
  CHECK(slurp(spool.dir + "/input") == "second");
  CHECK_FALSE(is_taken_over(spool.dir));
  CHECK(fs::exists(open_spool(spool.dir) ? spool.dir : ""));
}

TEST_CASE("a hundred thousand files in a spool are not looked at", "[spool]") {
  Tampered spool;
  spool.shim_starts();
  for (int i = 0; i < 20'000; ++i) ::mknod((spool.dir + "/" + std::to_string(i)).c_str(), S_IFREG | 0644, 0);
  CHECK(look_at_spool(spool.dir).phase == TaskPhase::running);
  spool.shim.reset();
  spool.write("status", R"({"exit_code":0})");
  retire_spool(spool.dir);
  CHECK(look_at_spool(spool.dir).phase == TaskPhase::finished);
}
