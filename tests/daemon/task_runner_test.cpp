// A task as the edge sees it: when it is said to have ended, and what is made sure of before.
#include "edge/task_runner.hpp"

#include <fcntl.h>

#include "daemon/runtime_fixture.hpp"
#include "runtime/spool.hpp"

using namespace understudy::daemon::testing;
namespace fs = std::filesystem;

namespace {

/// Does what the test says when a task is signalled; nothing else is asked of it here.
class Engine final : public Runtime {
 public:
  std::function<EngineResult<void>()> on_kill{[] { return EngineResult<void>{}; }};
  int kills{0};
  int container_kills{0};

  [[nodiscard]] std::string name() const override { return "fake"; }
  EngineCall<ContainerId> create(InstanceSpec) override { co_return ContainerId{}; }
  EngineCall<void> start(ContainerId) override { co_return EngineResult<void>{}; }
  EngineCall<void> stop(ContainerId, std::chrono::seconds) override { co_return EngineResult<void>{}; }
  EngineCall<void> kill(ContainerId) override {
    ++container_kills;
    co_return on_kill();
  }
  EngineCall<void> remove(ContainerId) override { co_return EngineResult<void>{}; }
  EngineCall<Snapshot> inspect(ContainerId) override { co_return Snapshot{}; }
  EngineCall<std::vector<Snapshot>> list(std::string) override { co_return std::vector<Snapshot>{}; }
  asio::awaitable<Probe> probe(ContainerId, Readiness) override { co_return Probe{}; }
  EngineCall<std::string> log_tail(ContainerId, int) override { co_return std::string{}; }
  EngineCall<void> ping() override { co_return EngineResult<void>{}; }
  asio::awaitable<void> events(EventSink) override { co_return; }
  EngineCall<void> start_task(ContainerId, TaskSpec) override {
    co_return std::unexpected(EngineError{EngineErrorKind::timeout, "its shim gave no sign of life"});
  }
  EngineCall<void> signal_task(ContainerId, std::string, TaskSignal signal) override {
    kills += signal == TaskSignal::kill;
    co_return on_kill();
  }
};

struct Edge {
  Scratch scratch;
  asio::io_context io;
  Engine engine;
  fleet::FollowTask task{.agent = "a",
                         .attempt_id = "at-1",
                         .adapter = "command",
                         .spool_dir = scratch / "spool/at-1",
                         .began = true};
  std::optional<Descriptor> shim{};

  Edge() {
    REQUIRE(prepare_spool(task.spool_dir, "", false));
    shim.emplace(::open((task.spool_dir + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    struct flock lock {};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    REQUIRE(::fcntl(shim->get(), F_OFD_SETLK, &lock) == 0);
  }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(task.spool_dir + "/" + name) << text;
  }
  void ends_well() {
    write("output", "the answer");
    write("status", R"({"exit_code":0})");
    shim.reset();
  }
  /// A run of Claude Code that has written this so far.
  void says(const std::string& lines) {
    task.adapter = "claude-code";
    write("output", lines);
  }
  void dies() {
    write("status", R"({"exit_code":1})");
    shim.reset();
  }

  int answers{0};
  int silences{0};
  std::function<void()> on_answer{[] {}};
  std::function<void()> on_silence{[] {}};
  std::shared_ptr<edge::EndAsked> end_asked{std::make_shared<edge::EndAsked>()};

  asio::awaitable<bool> follow(std::optional<fleet::TaskEnded>& ended) {
    const auto hear = [&](fleet::What what) {
      if (std::holds_alternative<fleet::TaskAnswered>(what)) ++answers, on_answer();
      if (std::holds_alternative<fleet::TaskSilent>(what)) ++silences, on_silence();
      if (auto* told = std::get_if<fleet::TaskEnded>(&what)) ended = std::move(*told);
    };
    co_await edge::follow_task(engine, task, hear, nullptr, end_asked);
    co_return true;
  }
  fleet::TaskEnded end() {
    std::optional<fleet::TaskEnded> ended;
    run(io, follow(ended));
    REQUIRE(ended);
    return std::move(*ended);
  }
};

const std::string begins = R"({"type":"system","subtype":"init"})"
                           "\n";
const std::string answer =
    R"({"type":"assistant","message":{"id":"m","content":[{"type":"text","text":"ok"}]}})"
    "\n";

const EngineError silent{EngineErrorKind::unreachable, "no engine answers"};

}  // namespace

TEST_CASE("a task that ended in good order is told at once, and its spool goes out of sight", "[edge]") {
  Edge edge;
  edge.ends_well();
  const auto ended = edge.end();
  CHECK_FALSE(ended.lost);
  CHECK(ended.output == "the answer");
  CHECK(edge.engine.kills == 0);
  CHECK(fs::exists(edge.scratch / "archive/at-1/output"));
  CHECK_FALSE(fs::exists(edge.task.spool_dir));
}

TEST_CASE("a task is not lost before it is known to be gone", "[edge]") {
  Edge edge;
  edge.shim.reset();
  int refusals = 3;
  edge.engine.on_kill = [&]() -> EngineResult<void> {
    if (refusals-- > 0) return std::unexpected(silent);
    return {};
  };
  const auto ended = edge.end();
  CHECK(ended.lost);
  CHECK(edge.engine.kills == 4);
}

TEST_CASE("a status that its task wrote itself ends it, and ends it truly", "[edge]") {
  Edge edge;
  edge.write("status", R"({"exit_code":1})");
  edge.engine.on_kill = [&] {
    edge.shim.reset();
    return EngineResult<void>{};
  };
  const auto ended = edge.end();
  CHECK(ended.outcome.exit_code == 1);
  CHECK(edge.engine.kills == 1);
}

TEST_CASE("what no signal reaches goes with its container", "[edge]") {
  Edge edge;
  edge.task.container_id = "box";
  edge.write("status", R"({"exit_code":1})");
  edge.engine.on_kill = [&] {
    if (edge.engine.container_kills > 0) edge.shim.reset();
    return EngineResult<void>{};
  };
  CHECK_FALSE(edge.end().lost);
  CHECK(edge.engine.container_kills == 1);
}

TEST_CASE("a tampered status is an end with a reason, after the shim", "[edge]") {
  Edge edge;
  fs::create_symlink("/etc/passwd", edge.task.spool_dir + "/status");
  edge.shim.reset();
  const auto ended = edge.end();
  CHECK_FALSE(ended.lost);
  CHECK(ended.tampered);
  CHECK(ended.spawn_error == "the task's status was tampered with");
  CHECK(edge.engine.kills == 1);
}

TEST_CASE("a task that writes more than it may is killed, and cut", "[edge]") {
  Edge edge;
  edge.task.max_output = 1000;
  const bool sparse = GENERATE(false, true);
  edge.write(sparse ? "output" : "stderr", std::string(sparse ? 10 : 1500, 'x'));
  if (sparse) fs::resize_file(edge.task.spool_dir + "/output", std::uintmax_t{1} << 40);
  edge.engine.on_kill = [&] {
    edge.write("status", R"({"signal":9})");
    edge.shim.reset();
    return EngineResult<void>{};
  };
  const auto ended = edge.end();
  CHECK(ended.over_limit);
  CHECK(fs::file_size(edge.scratch / (sparse ? "archive/at-1/output" : "archive/at-1/stderr")) == 1000);
}

TEST_CASE("a task that had written too much when it ended is judged alike", "[edge]") {
  Edge edge;
  edge.task.max_output = 5;
  edge.ends_well();
  CHECK(edge.end().over_limit);
}

TEST_CASE("a task that never began will not begin after it was given up", "[edge]") {
  Edge edge;
  edge.shim.reset();
  edge.task.began = false;
  const auto ended = edge.end();
  CHECK(ended.lost);
  CHECK(ended.never_began);
}

TEST_CASE("a task that may have begun unseen is killed before it counts as not started", "[edge]") {
  Edge edge;
  fs::remove_all(edge.task.spool_dir);
  std::optional<int> kills_then;
  const auto begin = [&]() -> asio::awaitable<bool> {
    fleet::RunTask request{.agent = "a", .adapter = "command"};
    request.task.spool_dir = edge.task.spool_dir;
    co_await edge::run_task(edge.engine, std::move(request), [&](fleet::What what) {
      if (std::holds_alternative<fleet::TaskNotStarted>(what)) kills_then = edge.engine.kills;
    });
    co_return true;
  };
  run(edge.io, begin());
  CHECK(kills_then == 1);
}

TEST_CASE("that the provider answered is told once, while the task runs", "[edge]") {
  Edge edge;
  edge.says(begins + answer + answer);
  edge.on_answer = [&] { edge.dies(); };
  CHECK(edge.end().answered);
  CHECK(edge.answers == 1);
}

TEST_CASE("an answer that is seen only at the end is told before the end", "[edge]") {
  Edge edge;
  edge.says(begins + answer);
  edge.dies();
  CHECK(edge.end().answered);
  CHECK(edge.answers == 1);
}

TEST_CASE("what an earlier daemon told of an answer is not told again", "[edge]") {
  Edge edge;
  edge.says(begins + answer);
  edge.task.answered = true;
  edge.dies();
  CHECK(edge.end().answered);
  CHECK(edge.answers == 0);
}

TEST_CASE("a command is never seen to be answered", "[edge]") {
  Edge edge;
  edge.ends_well();
  CHECK_FALSE(edge.end().answered);
  CHECK(edge.answers == 0);
}

TEST_CASE("a run that says nothing while its call is unanswered is told silent, again and again", "[edge]") {
  Edge edge;
  edge.says(begins);
  edge.task.silence = std::chrono::milliseconds{20};
  edge.on_silence = [&] {
    if (edge.silences == 2) edge.dies();
  };
  edge.end();
  CHECK(edge.silences >= 2);
}

TEST_CASE("a call awaits its provider when it was unanswered for a minute as the end was asked for",
          "[edge]") {
  using namespace std::chrono_literals;
  Edge edge;
  edge.says(begins);
  edge.dies();
  SECTION("for a minute") {
    edge.end_asked->at = edge::uptime() + 70s;
    CHECK(edge.end().awaiting_provider);
  }
  SECTION("for less") {
    edge.end_asked->at = edge::uptime() + 30s;
    CHECK_FALSE(edge.end().awaiting_provider);
  }
  SECTION("it died by itself, at once") {
    CHECK_FALSE(edge.end().awaiting_provider);
  }
}
