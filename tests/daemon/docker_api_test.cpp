#include <sys/stat.h>

#include <algorithm>

#include "daemon/fake_engine.hpp"
#include "runtime/docker/docker_runtime.hpp"

using namespace understudy::daemon::testing;

namespace {

const std::string no_content = "HTTP/1.1 204 No Content\r\n\r\n";

struct World {
  asio::io_context io;
  Scratch scratch;
  FakeEngine engine{io};
  DockerRuntime runtime{io.get_executor(),
                        {.socket_path = engine.socket_path(),
                         .shim_path = "/shim",
                         .owner = "me",
                         .first_backoff = 1ms,
                         .longest_backoff = 5ms}};

  [[nodiscard]] InstanceSpec spec() const {
    InstanceSpec made;
    made.owner = "me";
    made.instance = "a";
    made.generation = 2;
    made.spec_hash = "h";
    made.image = "agent:1";
    made.agent_dir = scratch / "agents/a";
    return made;
  }
  static std::string inspection(const std::string& status, const std::string& stamp,
                                const std::string& more = "") {
    return R"({"Id":"abc","State":{"Status":")" + status + R"(","StartedAt":")" + stamp + "\"" + more +
           R"(},"Config":{"Labels":{"understudy.owner":"me","understudy.instance":"a","understudy.gen":"2",
           "understudy.spec":"h"}},"HostConfig":{"NetworkMode":"none"}})";
  }
  void inspects_as(const std::string& status, const std::string& stamp, const std::string& more = "") {
    engine.on("GET /containers/abc/json", json_answer(200, inspection(status, stamp, more)));
  }
};

}  // namespace

TEST_CASE("the version is negotiated once, and a new engine is spoken to in a version we know", "[docker]") {
  World world;
  const auto [offered, spoken] =
      GENERATE(table<std::string, std::string>({{"1.41", "/v1.41/"}, {"1.60", "/v1.51/"}}));
  world.engine.api_version = offered;
  for (int i = 0; i < 2; ++i) (void)run(world.io, world.runtime.inspect("abc"));
  CHECK(world.engine.count("GET /_ping") == 1);
  CHECK(world.engine.last("GET /containers/abc/json").target.starts_with(spoken));
}

TEST_CASE("an engine that is too old is unreachable, and the reason says so", "[docker]") {
  World world;
  world.engine.api_version = "1.39";
  const auto failed = run(world.io, world.runtime.ping());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == EngineErrorKind::unreachable);
  CHECK(failed.error().message.find("offers API version 1.39; 1.40 (Docker 19.03) is the oldest") !=
        std::string::npos);
  world.engine.api_version = "1.44";  // upgraded
  CHECK(run(world.io, world.runtime.ping()));
}

TEST_CASE("an engine that refuses our version is asked again for its own", "[docker]") {
  World world;
  REQUIRE(run(world.io, world.runtime.ping()));
  world.engine.on(
      "GET /containers/abc/json",
      json_answer(400,
                  R"({"message":"client version 1.41 is too old. Minimum supported API version is 1.44"})"));
  CHECK(run(world.io, world.runtime.inspect("abc")).error().kind == EngineErrorKind::unreachable);
  world.engine.api_version = "1.44";
  world.inspects_as("running", "T1");
  REQUIRE(run(world.io, world.runtime.inspect("abc")));
  CHECK(world.engine.last("GET /containers/abc/json").target.starts_with("/v1.44/"));
}

TEST_CASE("an engine that cannot limit processes makes no container that shall have a limit",
          "[docker][containment]") {
  World world;
  world.engine.system = R"({"PidsLimit":false})";
  world.engine.on("GET /images/agent:1/json", json_answer(200, R"({"Config":{"Cmd":["serve"]}})"));
  const auto refused = run(world.io, world.runtime.create(world.spec()));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().kind == EngineErrorKind::invalid_spec);
  CHECK_THAT(refused.error().message, Catch::Contains("container.pids_limit"));
  CHECK(world.engine.count("POST /containers/create") == 0);
}

TEST_CASE("without an engine every call is unreachable, with the socket's name", "[docker]") {
  World world;
  world.engine.stop();
  const auto failed = run(world.io, world.runtime.ping());
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == EngineErrorKind::unreachable);
  CHECK(failed.error().message ==
        "no engine answers at " + world.engine.socket_path() + ": No such file or directory");
}

TEST_CASE("short calls share a connection", "[docker]") {
  World world;
  for (int i = 0; i < 5; ++i) world.inspects_as("running", "T1");
  REQUIRE(run(world.io, world.runtime.inspect("abc")));
  const int before = world.engine.connections;
  for (int i = 0; i < 4; ++i) REQUIRE(run(world.io, world.runtime.inspect("abc")));
  CHECK(world.engine.connections == before);
}

TEST_CASE("a kept connection that the engine has closed is replaced, once", "[docker]") {
  World world;
  world.inspects_as("running", "T1");
  REQUIRE(run(world.io, world.runtime.inspect("abc")));
  world.engine.drop_connections();
  world.inspects_as("running", "T1");
  CHECK(run(world.io, world.runtime.inspect("abc"))->status == ContainerStatus::running);
  SECTION("but not when it broke off in the middle of an answer") {
    world.engine.on("GET /containers/abc/json",
                    {{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"Id\":"}, true});
    const int before = world.engine.count("GET /containers/abc/json");
    const auto failed = run(world.io, world.runtime.inspect("abc"));
    REQUIRE_FALSE(failed);
    CHECK(failed.error().kind == EngineErrorKind::transient);
    CHECK(world.engine.count("GET /containers/abc/json") == before + 1);
  }
}

TEST_CASE("an answer may come in chunks and pieces", "[docker]") {
  World world;
  const auto body = World::inspection("exited", "T1", R"(,"ExitCode":5)");
  world.engine.on("GET /containers/abc/json",
                  {{"HTTP/1.1 200 OK\r\nTransfer-Enc", "oding: chunked\r\n\r\n", chunk(body.substr(0, 10)),
                    chunk(body.substr(10)).substr(0, 7), chunk(body.substr(10)).substr(7), "0\r\n\r\n"}});
  const auto found = run(world.io, world.runtime.inspect("abc"));
  REQUIRE(found);
  CHECK(found->exit_code == 5);
  CHECK(found->incarnation == Incarnation{"abc", "T1"});
}

TEST_CASE("an engine that does not answer in time may still act", "[docker]") {
  World world;
  EngineHttp http(world.io.get_executor(), world.engine.socket_path());
  world.engine.on("POST /slow", {.hold = true});
  auto call =
      http.call({.method = "POST", .target = "/slow", .patience = std::chrono::seconds(0), .alone = true});
  CHECK(run(world.io, std::move(call)).error().kind == EngineErrorKind::timeout);
}

TEST_CASE("a start of a running and a stop of a stopped container succeed", "[docker]") {
  World world;
  for (const auto* call : {"POST /containers/abc/start", "POST /containers/abc/stop"})
    world.engine.on(call, {{"HTTP/1.1 304 Not Modified\r\n\r\n"}});
  CHECK(run(world.io, world.runtime.start("abc")));
  CHECK(run(world.io, world.runtime.stop("abc", 7s)));
  CHECK(world.engine.last("POST /containers/abc/stop").target == "/v1.41/containers/abc/stop?t=7");
}

TEST_CASE("podman's 500s are told apart by their cause", "[docker]") {
  World world;
  world.engine.podman = true;
  world.engine.on("POST /containers/abc/start",
                  json_answer(500, R"({"cause":"container state improper","message":"x","response":500})"));
  CHECK(run(world.io, world.runtime.start("abc")).error().kind == EngineErrorKind::conflict);
}

TEST_CASE("a removal waits for one that is under way", "[docker]") {
  World world;
  world.engine.on("DELETE /containers/abc",
                  json_answer(409, R"({"message":"removal of container abc is already in progress"})"));
  CHECK(run(world.io, world.runtime.remove("abc")));  // the second look finds it gone
  CHECK(world.engine.count("DELETE /containers/abc") == 2);
}

TEST_CASE("an unknown container is absent", "[docker]") {
  World world;
  const auto found = run(world.io, world.runtime.inspect("abc"));
  REQUIRE(found);
  CHECK(found->status == ContainerStatus::absent);
  CHECK(found->incarnation.container_id == "abc");
}

TEST_CASE("a creation without its image says what to do, and makes nothing", "[docker]") {
  World world;
  const auto failed = run(world.io, world.runtime.create(world.spec()));
  REQUIRE_FALSE(failed);
  CHECK(failed.error().kind == EngineErrorKind::image_missing);
  CHECK(
      failed.error().message.starts_with("the image agent:1 is not on this engine; pull or build it there"));
  CHECK(world.engine.count("POST /containers/create") == 0);
}

TEST_CASE("a creation makes the spool, closed to the host's other users", "[docker]") {
  World world;
  world.engine.on("GET /images/agent:1/json", json_answer(200, R"({"Config":{"Cmd":["serve"]}})"));
  world.engine.on("POST /containers/create", json_answer(201, R"({"Id":"abc","Warnings":[]})"));
  CHECK(run(world.io, world.runtime.create(world.spec())).value() == "abc");
  struct stat found {};
  REQUIRE(::stat(world.spec().agent_dir.c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0700);
  REQUIRE(::stat((world.spec().agent_dir + "/spool").c_str(), &found) == 0);
  CHECK((found.st_mode & 0777) == 0755);
  const auto& made = world.engine.last("POST /containers/create");
  CHECK(made.target == "/v1.41/containers/create?name=understudy-a-g2-me");
  CHECK(made.body.find("\"Init\":true") != std::string::npos);
  CHECK(made.body.find("hold") == std::string::npos);
}

TEST_CASE("an engine without init gets none asked for", "[docker]") {
  World world;
  world.engine.on("GET /images/agent:1/json", json_answer(200, "{}"));
  SECTION("known beforehand") {
    world.engine.system = R"({"InitCommit":{"ID":"N/A"}})";
  }
  SECTION("found out") {
    world.engine.on(
        "POST /containers/create",
        json_answer(500, R"({"cause":"x","message":"container-init binary not found: catatonit"})"));
  }
  world.engine.on("POST /containers/create", json_answer(201, R"({"Id":"abc"})"));
  CHECK(run(world.io, world.runtime.create(world.spec())).value() == "abc");
  const auto& body = world.engine.last("POST /containers/create").body;
  CHECK(body.find("\"Init\"") == std::string::npos);
  CHECK(body.find(R"("Entrypoint":["/.understudy/shim","hold"])") != std::string::npos);
}

TEST_CASE("a name that is taken is ours only when it is the same and was never started", "[docker]") {
  World world;
  world.engine.on("GET /images/agent:1/json", json_answer(200, "{}"));
  world.engine.on("POST /containers/create",
                  json_answer(409, R"({"message":"Conflict. The container name is in use"})"));
  const auto find = "GET /containers/understudy-a-g2-me/json";
  SECTION("a lost answer to an earlier creation") {
    world.engine.on(find, json_answer(200, World::inspection("created", "0001-01-01T00:00:00Z")));
    CHECK(run(world.io, world.runtime.create(world.spec())).value() == "abc");
  }
  SECTION("one that ran") {
    world.engine.on(find, json_answer(200, World::inspection("exited", "T1")));
    CHECK(run(world.io, world.runtime.create(world.spec())).error().kind == EngineErrorKind::conflict);
  }
  SECTION("another spec") {
    world.engine.on(find, json_answer(200, World::inspection("created", "0001-01-01T00:00:00Z")));
    auto other = world.spec();
    other.spec_hash = "other";
    CHECK(run(world.io, world.runtime.create(other)).error().kind == EngineErrorKind::conflict);
  }
}

TEST_CASE("a list holds what carries our labels, and asks for nothing else", "[docker]") {
  World world;
  world.engine.on("GET /containers/json", json_answer(200, R"([{"Id":"abc"},{"Id":"gone"}])"));
  world.inspects_as("running", "T1");
  const auto all = run(world.io, world.runtime.list("me"));
  REQUIRE(all);
  REQUIRE(all->size() == 1);
  CHECK(all->front().incarnation == Incarnation{"abc", "T1"});
  CHECK(world.engine.last("GET /containers/json").target ==
        "/v1.41/containers/"
        "json?all=1&filters=%7B%22label%22:%5B%22understudy.managed%3D1%22%2C%22understudy.owner%3Dme%22%5D%"
        "7D");
}

TEST_CASE("a container that the engine cannot show is unclear, and the others are listed", "[docker]") {
  World world;
  const std::string labels = R"("Labels":{"understudy.owner":"me","understudy.instance":"stuck"})";
  world.engine.on("GET /containers/json",
                  json_answer(200, R"([{"Id":"held",)" + labels + R"(},{"Id":"abc"}])"));
  const Script breaks_off{{"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"}, true};
  world.engine.on("GET /containers/held/json",
                  GENERATE_COPY(as<Script>{}, breaks_off, json_answer(500, "oops")));
  world.inspects_as("running", "T1");
  SECTION("by an engine that answers otherwise") {
    const auto all = run(world.io, world.runtime.list("me"));
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK(all->front().status == ContainerStatus::unclear);
    CHECK(all->front().instance == "stuck");
    CHECK(all->front().incarnation.container_id == "held");
    CHECK(all->back().status == ContainerStatus::running);
  }
  SECTION("unless it does not answer at all") {
    REQUIRE(run(world.io, world.runtime.ping()));
    world.engine.on("GET /_ping", json_answer(500, "oops"));
    CHECK_FALSE(run(world.io, world.runtime.list("me")));
  }
}

TEST_CASE("both streams of a log are shown without their frames", "[docker]") {
  World world;
  using namespace std::string_literals;
  const auto frames = "\x02\0\0\0\0\0\0\x05oops\n\x01\0\0\0\0\0\0\x03up\n"s;
  world.engine.on("GET /containers/abc/logs",
                  {{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", chunk(frames.substr(0, 5)),
                    chunk(frames.substr(5)), "0\r\n\r\n"}});
  CHECK(run(world.io, world.runtime.log_tail("abc", 20)).value() == "oops\nup\n");
}

TEST_CASE("an exec's answer has no length and ends with the connection", "[docker]") {
  World world;
  world.inspects_as("running", "T1");
  world.engine.on("POST /containers/abc/exec", json_answer(201, R"({"Id":"e1"})"));
  world.engine.on(
      "POST /exec/e1/start",
      {{"HTTP/1.1 200 OK\r\nContent-Type: application/vnd.docker.raw-stream\r\n\r\n", "anything"}, true});
  const auto code = GENERATE(0, 1, 126);
  world.engine.on("GET /exec/e1/json",
                  json_answer(200, R"({"Running":false,"ExitCode":)" + std::to_string(code) + "}"));
  const auto probe =
      run(world.io, world.runtime.probe("abc", {.kind = ReadinessKind::exec, .command = {"check"}}));
  CHECK(probe.verdict == (code == 0   ? ProbeVerdict::ready
                          : code == 1 ? ProbeVerdict::not_yet
                                      : ProbeVerdict::failed));
}

namespace {

struct Listening : World {
  std::vector<RuntimeEvent> events;
  asio::cancellation_signal stop;
  const Script stream{{"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"}, false, true};

  void listen() {
    auto listening = runtime.events([this](RuntimeEvent event) { events.push_back(std::move(event)); });
    asio::co_spawn(io, std::move(listening),
                   asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr) {}));
  }
  void await(std::size_t count) {
    REQUIRE(eventually(io, [&] { return events.size() >= count; }));
  }
  static std::string event(const std::string& action, const std::string& attributes = "") {
    return R"({"Type":"container","Action":")" + action + R"(","Actor":{"ID":"abc","Attributes":{)" +
           attributes + "}}}\n";
  }
};

}  // namespace

TEST_CASE("events are heard whole, however they are cut", "[docker]") {
  Listening world;
  world.engine.on("GET /events", world.stream);
  world.listen();
  world.await(1);
  CHECK(world.events[0].kind == RuntimeEventKind::recovered);
  CHECK(world.engine.last("GET /events").target.find("understudy.owner%3Dme") != std::string::npos);
  world.inspects_as("running", "T1");
  const auto started = Listening::event("start");
  world.engine.say(chunk(started.substr(0, 20)));
  world.engine.say(chunk(started.substr(20)).substr(0, 9));
  world.engine.say(chunk(started.substr(20)).substr(9));
  world.await(2);
  CHECK(world.events[1].kind == RuntimeEventKind::started);
  CHECK(world.events[1].incarnation == Incarnation{"abc", "T1"});
  world.inspects_as("exited", "T1", R"(,"ExitCode":137,"OOMKilled":true)");
  world.engine.say(
      chunk("garbage\n" + Listening::event("die", R"("exitCode":"137")") + Listening::event("destroy")));
  world.await(4);
  CHECK(world.events[2].kind == RuntimeEventKind::died);
  CHECK(world.events[2].incarnation == Incarnation{"abc", "T1"});
  CHECK(world.events[2].exit_code == 137);
  CHECK(world.events[2].oom);
  CHECK_FALSE(world.events[2].external_stop);
  CHECK(world.events[3].kind == RuntimeEventKind::removed);
}

TEST_CASE("a death before somebody's restart belongs to the earlier incarnation", "[docker]") {
  Listening world;
  world.engine.on("GET /events", world.stream);
  world.listen();
  world.await(1);
  world.inspects_as("running", "T1");
  REQUIRE(run(world.io, world.runtime.inspect("abc")));
  world.inspects_as("running", "T2");
  world.engine.say(chunk(Listening::event("die", R"("exitCode":"1")")));
  world.await(2);
  CHECK(world.events[1].incarnation == Incarnation{"abc", "T1"});
}

TEST_CASE("a stop by somebody else is distinguished from ours", "[docker]") {
  Listening world;
  world.engine.on("GET /events", world.stream);
  world.listen();
  world.await(1);
  const bool ours = GENERATE(true, false);
  world.engine.on("POST /containers/abc/stop", {{no_content}});
  if (ours) REQUIRE(run(world.io, world.runtime.stop("abc", 1s)));
  world.inspects_as("exited", "T1", R"(,"ExitCode":143)");
  world.engine.say(
      chunk(Listening::event("kill", R"("signal":"15")") + Listening::event("die", R"("exitCode":"143")")));
  world.await(2);
  CHECK(world.events[1].external_stop == !ours);
}

TEST_CASE("a lost engine is told once, and its return after the stream is open again", "[docker]") {
  Listening world;
  world.engine.on("GET /events", world.stream);
  world.listen();
  world.await(1);
  world.engine.stop();
  world.await(2);
  CHECK(world.events[1].kind == RuntimeEventKind::unreachable);
  CHECK_FALSE(world.events[1].message.empty());
  asio::steady_timer some(world.io, 30ms);  // several attempts
  bool over = false;
  some.async_wait([&](boost::system::error_code) { over = true; });
  REQUIRE(eventually(world.io, [&] { return over; }));
  CHECK(world.events.size() == 2);
  world.engine.api_version = "1.44";
  world.engine.on("GET /events", world.stream);
  world.engine.listen();
  world.await(3);
  CHECK(world.events[2].kind == RuntimeEventKind::recovered);
  CHECK(world.engine.last("GET /events").target.starts_with("/v1.44/"));
}

TEST_CASE("a container that Docker calls running is stopping while our stop is under way", "[docker]") {
  World world;
  world.engine.on("POST /containers/abc/stop", {.hold = true});
  asio::cancellation_signal give_up;
  auto stopping = world.runtime.stop("abc", 10s);
  asio::co_spawn(
      world.io, std::move(stopping),
      asio::bind_cancellation_slot(give_up.slot(), [](std::exception_ptr, const EngineResult<void>&) {}));
  REQUIRE(eventually(world.io, [&] { return world.engine.count("POST /containers/abc/stop") == 1; }));
  world.inspects_as("running", "T1");
  CHECK(run(world.io, world.runtime.inspect("abc"))->status == ContainerStatus::stopping);
  give_up.emit(asio::cancellation_type::terminal);
  world.io.restart();
  world.io.run_for(10ms);
  world.inspects_as("running", "T1");
  CHECK(run(world.io, world.runtime.inspect("abc"))->status == ContainerStatus::running);
}
