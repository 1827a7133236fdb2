// What engines really say, and what is made of it: output of this life, streams that end, calls that are
// forbidden, containers that are paused.
#include "daemon/fake_engine.hpp"
#include "runtime/docker/docker_runtime.hpp"
#include "runtime/docker/log_search.hpp"
#include "runtime/spool.hpp"

using namespace understudy::daemon::testing;

namespace {

const std::string no_content = "HTTP/1.1 204 No Content\r\n\r\n";

std::string frame(int stream, const std::string& payload) {
  std::string header(8, '\0');
  header[0] = static_cast<char>(stream);
  for (std::size_t i = 0; i < 4; ++i) header[7 - i] = static_cast<char>(payload.size() >> (8 * i) & 0xff);
  return header + payload;
}
Script body(const std::string& bytes) {
  return {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" +
           (bytes.empty() ? std::string{} : chunk(bytes)) + "0\r\n\r\n"}};
}

struct World {
  asio::io_context io;
  FakeEngine engine{io};
  std::vector<RuntimeEvent> events{};
  DockerRuntime runtime{io.get_executor(),
                        {.socket_path = engine.socket_path(),
                         .shim_path = "/shim",
                         .owner = "me",
                         .first_backoff = 1ms,
                         .longest_backoff = 5ms}};
  asio::cancellation_signal stop{};

  void inspects_as(const std::string& status, const std::string& more = "", const std::string& config = "") {
    engine.on("GET /containers/abc/json",
              json_answer(200, R"({"Id":"abc","State":{"Status":")" + status +
                                   R"(","StartedAt":"2026-08-22T10:00:10.5Z")" + more + R"(},"Config":{)" +
                                   config + R"(},"HostConfig":{"NetworkMode":"none"}})"));
  }
  Probe probe_for(const std::string& words) {
    return run(io, runtime.probe("abc", {.kind = ReadinessKind::log, .pattern = words}));
  }
  void says(const std::string& newest, const std::string& log) {
    engine.on("GET /containers/abc/logs", body(frame(1, newest + " x\n")));
    engine.on("GET /containers/abc/logs", body(log));
  }
  void listen() {
    auto listening = runtime.events([this](RuntimeEvent event) { events.push_back(std::move(event)); });
    asio::co_spawn(io, std::move(listening),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  }
  void await(std::size_t count) {
    REQUIRE(eventually(io, [&] { return events.size() >= count; }));
  }
};

const Script stream{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}, false, true};
const Script forbidden{
    {"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\nContent-Length: 29\r\n\r\n"
     "<html><h1>Forbidden</h1></ht>"}};

}  // namespace

// ---- times

TEST_CASE("an engine's times are read to the nanosecond, in any zone", "[docker][times]") {
  CHECK(parse_time_ns("1970-01-01T00:00:01Z") == 1'000'000'000);
  CHECK(parse_time_ns("2026-08-22T10:15:30.123456789Z") == 1'787'393'730'123'456'789);
  CHECK(parse_time_ns("2026-08-22T12:15:30.123456789+02:00") == 1'787'393'730'123'456'789);
  CHECK(parse_time_ns("2026-08-22T10:15:30.5Z") == 1'787'393'730'500'000'000);
  CHECK_FALSE(parse_time_ns("0001-01-01T00:00:00Z"));
  CHECK_FALSE(parse_time_ns(""));
  CHECK_FALSE(parse_time_ns("yesterday"));
  CHECK_FALSE(parse_time_ns("2026-08-22T10:15:30"));
  CHECK(since_text(1'787'393'730'000'000'089) == "1787393730.000000089");
}

TEST_CASE("output belongs to this life from between the end of the last and its start", "[docker][times]") {
  constexpr std::int64_t second = 1'000'000'000;
  CHECK(output_begins(100 * second, std::nullopt) == 0);
  CHECK(output_begins(100 * second, 99 * second) == 99 * second + second / 2);
  CHECK(output_begins(100 * second, 10 * second) == 95 * second);
  CHECK(output_begins(100 * second, 100 * second) == 100 * second);
  CHECK(output_begins(100 * second, 200 * second) == 100 * second);
}

// ---- the line that says it is up

TEST_CASE("words are found however the output is cut", "[docker][log]") {
  const auto size = GENERATE(1U, 2U, 3U, 7U, 1000U);
  const bool framed = GENERATE(true, false);
  std::string text = "booting\nENGINE IS UP\n";
  if (framed) text = frame(1, "booting\nENGINE") + frame(1, " IS UP\n");
  LogSearch search("ENGINE IS UP", framed);
  for (std::size_t at = 0; at < text.size(); at += size) {
    CHECK_FALSE(search.found());
    search.feed(std::string_view(text).substr(at, size));
    if (search.found()) break;
  }
  CHECK(search.found());
}

TEST_CASE("one stream does not end what the other one begins", "[docker][log]") {
  LogSearch search("ENGINE IS UP", true);
  search.feed(frame(1, "ENGINE "));
  search.feed(frame(2, "IS UP\n"));
  CHECK_FALSE(search.found());
  search.feed(frame(2, "ENGINE IS UP\n"));
  CHECK(search.found());
}

TEST_CASE("a line of three megabytes ends with the words", "[docker][log]") {
  LogSearch search("ENGINE IS UP", true);
  for (int i = 0; i < 192; ++i) search.feed(frame(1, std::string(16 * 1024, 'x')));
  search.feed(frame(1, "ENGINE IS UP\n"));
  CHECK(search.found());
}

TEST_CASE("only output of this life says that it is up", "[docker][log]") {
  World world;
  world.inspects_as("running", R"(,"FinishedAt":"2026-08-22T10:00:09.5Z")");
  world.says("2026-08-22T10:00:11Z", frame(1, "booting\n"));
  CHECK(world.probe_for("ENGINE IS UP").verdict == ProbeVerdict::not_yet);
  CHECK(world.engine.last("GET /containers/abc/logs").target.ends_with("since=1787392810.000000000"));
  CHECK(world.engine.last("GET /containers/abc/logs").target.find("tail") == std::string::npos);
}

TEST_CASE("a log probe goes on where it was, and reads nothing when nothing was written", "[docker][log]") {
  World world;
  for (int i = 0; i < 4; ++i) world.inspects_as("running");
  world.says("2026-08-22T10:00:11.000000001Z", frame(1, "booting\n"));
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::not_yet);
  CHECK(world.engine.count("GET /containers/abc/logs") == 2);
  world.engine.on("GET /containers/abc/logs", body(frame(1, "2026-08-22T10:00:11.000000001Z booting\n")));
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::not_yet);
  CHECK(world.engine.count("GET /containers/abc/logs") == 3);
  world.says("2026-08-22T10:00:12Z", frame(2, "UP\n"));
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::ready);
  // Two streams are not written in the order of their times: a second is read again.
  CHECK(world.engine.last("GET /containers/abc/logs").target.ends_with("since=1787392810.000000001"));
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::ready);  // remembered, whatever comes after it
  CHECK(world.engine.count("GET /containers/abc/logs") == 5);
}

TEST_CASE("words beside a long line are found, though its pieces all have the time of its beginning",
          "[docker][log]") {
  World world;
  for (int i = 0; i < 3; ++i) world.inspects_as("running");
  const std::string begun = "2026-08-22T10:00:11Z";
  const auto pieces = frame(1, std::string(16 * 1024, 'x')) + frame(1, std::string(16 * 1024, 'x'));
  world.says(begun, pieces);
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::not_yet);
  SECTION("of the other stream, between two pieces") {
    world.says(begun, pieces + frame(2, "UP\n") + pieces);
    CHECK(world.probe_for("UP").verdict == ProbeVerdict::ready);
  }
  SECTION("at the end of the line, after newer ones of the other stream") {
    world.says("2026-08-22T10:00:15Z", pieces + frame(2, "still booting\n"));
    CHECK(world.probe_for("UP").verdict == ProbeVerdict::not_yet);
    world.says(begun, pieces + frame(2, "still booting\n") + frame(1, "UP\n"));
    CHECK(world.probe_for("UP").verdict == ProbeVerdict::ready);
  }
  // From the beginning each time.
  CHECK(world.engine.last("GET /containers/abc/logs").target.ends_with("since=0.000000000"));
}

TEST_CASE("a terminal's output has no frames", "[docker][log]") {
  World world;
  world.inspects_as("running", "", R"("Tty":true)");
  world.engine.on("GET /containers/abc/logs", body("2026-08-22T10:00:11Z UP\r\n"));
  world.engine.on("GET /containers/abc/logs", body("UP\r\n"));
  CHECK(world.probe_for("UP").verdict == ProbeVerdict::ready);
}

// ---- probes

TEST_CASE("an exec probe runs under the shim, which ends it at its limit", "[docker][probe]") {
  World world;
  world.inspects_as("running");
  world.engine.on("POST /containers/abc/exec", json_answer(201, R"({"Id":"e1"})"));
  world.engine.on("POST /exec/e1/start", {{"HTTP/1.1 200 OK\r\n\r\n"}, true});
  world.engine.on("GET /exec/e1/json", json_answer(200, R"({"Running":false,"ExitCode":124})"));
  const auto probe =
      run(world.io, world.runtime.probe("abc", {.kind = ReadinessKind::exec, .command = {"check"}}));
  CHECK(probe.verdict == ProbeVerdict::not_yet);
  CHECK(probe.detail == "check does not end within 1 s");
  CHECK(world.engine.last("POST /containers/abc/exec")
            .body.find(R"(["/.understudy/shim","probe","1","--","check"])") != std::string::npos);
}

TEST_CASE("a second probe does not begin before the first has ended", "[docker][probe]") {
  World world;
  world.inspects_as("running");
  world.engine.on("POST /containers/abc/exec", {.hold = true});
  auto first = world.runtime.probe("abc", {.kind = ReadinessKind::exec, .command = {"check"}});
  asio::co_spawn(world.io, std::move(first),
                 asio::bind_cancellation_slot(world.stop.slot(), [](std::exception_ptr, const Probe&) {}));
  REQUIRE(eventually(world.io, [&] { return world.engine.count("POST /containers/abc/exec") == 1; }));
  const auto second =
      run(world.io, world.runtime.probe("abc", {.kind = ReadinessKind::exec, .command = {"check"}}));
  CHECK(second.verdict == ProbeVerdict::not_yet);
  CHECK(world.engine.count("POST /containers/abc/exec") == 1);
  world.stop.emit(asio::cancellation_type::terminal);
  world.io.restart();
  world.io.run_for(10ms);
}

// ---- streams and proxies

TEST_CASE("a stream of events that ends is taken up again without a word", "[docker][events]") {
  World world;
  for (int i = 0; i < 3; ++i) world.engine.on("GET /events", stream);
  world.listen();
  world.await(1);
  world.engine.say(chunk(
      R"({"Action":"kill","Actor":{"ID":"abc","Attributes":{"signal":"15"}},"timeNano":1787392811000000007})"
      "\n"));
  for (std::size_t count = 2; count <= 3; ++count) {
    REQUIRE(eventually(world.io, [&] { return true; }));
    world.engine.end_held();
    world.await(count);
    CHECK(world.events.back().kind == RuntimeEventKind::recovered);  // what was missed is listed
  }
  CHECK(world.engine.last("GET /events").target.ends_with("&since=1787392811.000000008"));
}

TEST_CASE("an engine whose events are forbidden is there all the same, and is listed", "[docker][events]") {
  World world;
  for (int i = 0; i < 3; ++i) world.engine.on("GET /events", forbidden);
  world.listen();
  world.await(2);
  for (const auto& event : world.events) CHECK(event.kind == RuntimeEventKind::recovered);
}

TEST_CASE("pauses and lack of memory are told", "[docker][events]") {
  World world;
  world.engine.on("GET /events", stream);
  world.listen();
  world.await(1);
  for (const auto* action : {"pause", "unpause", "oom"})
    world.engine.say(chunk(std::string(R"({"Action":")") + action + R"(","Actor":{"ID":"abc"}})" + "\n"));
  world.await(4);
  CHECK(world.events[1].kind == RuntimeEventKind::changed);
  CHECK(world.events[2].kind == RuntimeEventKind::changed);
  CHECK(world.events[3].kind == RuntimeEventKind::out_of_memory);
  CHECK(world.events[3].incarnation.container_id == "abc");
  for (const auto* action : {"oom", "pause", "unpause"})
    CHECK(world.engine.last("GET /events").target.find(action) != std::string::npos);
}

TEST_CASE("an engine that keeps its system to itself is as good as any", "[docker][proxy]") {
  World world;
  Scratch scratch;
  InstanceSpec spec;
  spec.owner = "me";
  spec.instance = "a";
  spec.image = "agent:1";
  spec.agent_dir = scratch / "agents/a";
  world.engine.on("GET /info", forbidden);
  world.engine.on("GET /images/agent:1/json", json_answer(200, "{}"));
  world.engine.on("POST /containers/create", json_answer(201, R"({"Id":"abc"})"));
  REQUIRE(run(world.io, world.runtime.ping()));
  CHECK(world.engine.count("GET /info") == 0);
  CHECK(run(world.io, world.runtime.create(spec)).value() == "abc");
  CHECK(world.engine.last("POST /containers/create").body.find("\"Init\":true") != std::string::npos);

  SECTION("and if it has no init after all, the container makes way for another one") {
    world.engine.on("POST /containers/abc/start",
                    json_answer(400, R"({"message":"exec: \"docker-init\": executable file not found"})"));
    world.engine.on("DELETE /containers/abc", {{no_content}});
    CHECK(run(world.io, world.runtime.start("abc")).error().kind == EngineErrorKind::not_found);
    world.engine.on("GET /images/agent:1/json", json_answer(200, "{}"));
    world.engine.on("POST /containers/create", json_answer(201, R"({"Id":"def"})"));
    CHECK(run(world.io, world.runtime.create(spec)).value() == "def");
    CHECK(world.engine.last("POST /containers/create").body.find("\"Init\"") == std::string::npos);
  }
}

TEST_CASE("the request that a proxy forbids is named", "[docker][proxy]") {
  World world;
  world.engine.on("GET /containers/abc/json", forbidden);
  const auto failed = run(world.io, world.runtime.inspect("abc"));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == EngineErrorKind::permission);
  CHECK(failed.error().message ==
        "the engine's socket forbids GET /v1.41/containers/abc/json; a proxy before the engine, or a plugin "
        "of it, must allow it");
}

// ---- states

TEST_CASE("each of an engine's states is told apart", "[docker][state]") {
  World world;
  const auto [status, meant] = GENERATE(table<std::string, ContainerStatus>({
      {"created", ContainerStatus::stopped},
      {"running", ContainerStatus::running},
      {"paused", ContainerStatus::paused},
      {"restarting", ContainerStatus::restarting},
      {"removing", ContainerStatus::stopping},
      {"exited", ContainerStatus::stopped},
      {"dead", ContainerStatus::stopped},
  }));
  world.inspects_as(status);
  CHECK(run(world.io, world.runtime.inspect("abc"))->status == meant);
}

TEST_CASE("a restart policy that somebody gave a container is seen", "[docker][state]") {
  const auto policy_of = [](const std::string& name) {
    return parse_inspection(
               R"({"Id":"abc","State":{"Status":"running"},"HostConfig":{"RestartPolicy":{"Name":")" + name +
               R"("}}})")
        ->snapshot.restart_policy;
  };
  CHECK(policy_of("always") == "always");
  CHECK(policy_of("no").empty());
  CHECK(policy_of("").empty());
}

TEST_CASE("memory that ran out for a task does not explain another end of its container", "[docker][state]") {
  const auto oom = [](const std::string& code) {
    return parse_inspection(R"({"Id":"abc","State":{"Status":"exited","StartedAt":"2026-08-22T10:00:10Z",
        "OOMKilled":true,"ExitCode":)" +
                            code + "}}")
        ->snapshot.oom;
  };
  CHECK(oom("137"));
  CHECK_FALSE(oom("1"));
}

TEST_CASE("a task in a paused container has not heard the signal", "[docker][ending]") {
  World world;
  Scratch scratch;
  const auto spool = scratch / "spool/at-1";
  REQUIRE(prepare_spool(spool, "", true));
  world.engine.on(
      "POST /containers/abc/exec",
      json_answer(409, R"({"message":"Container abc is paused, unpause the container before exec"})"));
  SECTION("when it is paused, or about to start again") {
    world.inspects_as(GENERATE("paused", "restarting"));
    const auto heard = run(world.io, world.runtime.signal_task("abc", spool, TaskSignal::kill));
    REQUIRE_FALSE(heard);
    CHECK(heard.error().kind == EngineErrorKind::conflict);
  }
  SECTION("in one that is down there is no task") {
    world.inspects_as("exited");
    CHECK(run(world.io, world.runtime.signal_task("abc", spool, TaskSignal::kill)));
  }
  SECTION("nor in one that is gone") {
    CHECK(run(world.io, world.runtime.signal_task("abc", spool, TaskSignal::kill)));
  }
}

TEST_CASE("podman is asked to thaw what is to end", "[docker][ending]") {
  World world;
  world.engine.podman = true;
  REQUIRE(run(world.io, world.runtime.ping()));
  const bool by_stop = GENERATE(true, false);
  world.inspects_as("paused");
  world.engine.on("POST /containers/abc/unpause", {{no_content}});
  world.engine.on(by_stop ? "POST /containers/abc/stop" : "POST /containers/abc/kill", {{no_content}});
  REQUIRE(run(world.io, by_stop ? world.runtime.stop("abc", 1s) : world.runtime.kill("abc")));
  CHECK(world.engine.count("POST /containers/abc/unpause") == 1);
}

TEST_CASE("a call that broke off may have taken effect, a question has not", "[docker]") {
  World world;
  REQUIRE(run(world.io, world.runtime.ping()));
  world.engine.on("POST /containers/abc/start", {{"HTTP/1.1 2"}, true});
  CHECK(run(world.io, world.runtime.start("abc")).error().kind == EngineErrorKind::timeout);
  world.engine.on("GET /containers/abc/json", {{"HTTP/1.1 2"}, true});
  CHECK(run(world.io, world.runtime.inspect("abc")).error().kind == EngineErrorKind::transient);
}

TEST_CASE("the host's side of a container is made again before its start", "[docker]") {
  World world;
  Scratch scratch;
  const auto spool = scratch / "agents/a/spool";
  world.engine.on("GET /containers/abc/json",
                  json_answer(200, R"({"Id":"abc","State":{"Status":"exited"},"Mounts":[{"Source":")" +
                                       spool + R"(","Destination":"/.understudy/spool"}]})"));
  world.engine.on("POST /containers/abc/start", {{no_content}});
  REQUIRE(run(world.io, world.runtime.start("abc")));
  CHECK(std::filesystem::is_directory(spool));
}
