#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include "runtime/docker/answers.hpp"
#include "runtime/docker/bodies.hpp"
#include "runtime/docker/engine_http.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::ports;
using namespace understudy::daemon::runtime;
namespace json = boost::json;

namespace {

using Operation = EngineOperation;
using Kind = EngineErrorKind;
constexpr auto docker = EngineFlavour::docker;
constexpr auto podman = EngineFlavour::podman;

struct Row {
  EngineFlavour flavour;
  Operation operation;
  unsigned status;
  std::string body;
  std::optional<Kind> kind;
};

std::string message(const std::string& text) {
  return R"({"message":")" + text + R"("})";
}
std::string cause(const std::string& text, const std::string& words = "") {
  return R"({"cause":")" + text + R"(","message":")" + words + R"(","response":500})";
}

}  // namespace

TEST_CASE("a status means what Docker and podman mean by it", "[docker]") {
  const auto row = GENERATE(values<Row>({
      {docker, Operation::start, 204, "", {}},
      {docker, Operation::start, 304, "", {}},
      {docker, Operation::start, 404, message("No such container: x"), Kind::not_found},
      {docker, Operation::start, 409, message("cannot start a paused container, try unpause instead"),
       Kind::conflict},
      {docker, Operation::start, 400,
       message("OCI runtime create failed: exec: \\\"x\\\": executable file not found"), Kind::invalid_spec},
      {docker, Operation::start, 400, message("exec: \\\"/x\\\": permission denied: unknown"),
       Kind::permission},
      {docker, Operation::start, 500, message("something broke"), Kind::transient},
      {podman, Operation::start, 500, cause("container state improper"), Kind::conflict},
      {podman, Operation::start, 500, cause("x", "must be in Created or Stopped state to be started"),
       Kind::conflict},
      {podman, Operation::start, 500, cause("OCI runtime attempted to invoke a command that was not found"),
       Kind::invalid_spec},
      {docker, Operation::stop, 304, "", {}},
      {podman, Operation::stop, 204, "", {}},
      {docker, Operation::stop, 404, message("No such container: x"), Kind::not_found},
      {docker, Operation::kill, 409, message("Cannot kill container: x: Container x is not running"), {}},
      {podman,
       Operation::kill,
       500,
       cause("container state improper", "can only kill running containers"),
       {}},
      {docker, Operation::kill, 400, message("Invalid signal: NONO"), Kind::invalid_spec},
      {docker, Operation::remove, 404, message("No such container: x"), {}},
      {podman, Operation::remove, 404, "Not Found", {}},
      {docker, Operation::remove, 409, message("You cannot remove a running container x"), Kind::conflict},
      {docker, Operation::remove, 409, message("removal of container x is already in progress"),
       Kind::transient},
      {podman, Operation::remove, 500,
       cause("container state improper", "cannot remove container as it is running"), Kind::conflict},
      {docker, Operation::create, 409, message("Conflict. The container name \\\"/x\\\" is already in use"),
       Kind::conflict},
      {podman, Operation::create, 500, cause("that name is already in use"), Kind::conflict},
      {docker, Operation::create, 404, message("No such image: x:1"), Kind::image_missing},
      {podman, Operation::create, 404, cause("image not known", "No such image"), Kind::image_missing},
      {docker, Operation::create, 404, message("network nono not found"), Kind::invalid_spec},
      {docker, Operation::create, 400, message("invalid mount config for type \\\"bind\\\""),
       Kind::invalid_spec},
      {podman, Operation::create, 500, cause("invalid argument"), Kind::invalid_spec},
      {docker, Operation::exec, 409, message("Container x is not running"), Kind::conflict},
      {podman, Operation::exec, 500, cause("container state improper"), Kind::conflict},
      {docker, Operation::image, 404, message("no such image: x"), Kind::image_missing},
      {docker, Operation::inspect, 404, "404 page not found", Kind::not_found},
      {docker, Operation::list, 400,
       message("client version 1.41 is too old. Minimum supported API version is 1.44"), Kind::unreachable},
      {docker, Operation::list, 400,
       message("client version 1.51 is too new. Maximum supported API version is 1.41"), Kind::unreachable},
      {docker, Operation::list, 503, message("busy"), Kind::transient},
      {docker, Operation::create, 500, message("write /var/lib: no space left on device"), Kind::transient},
      {docker, Operation::ping, 403, "", Kind::permission},
  }));
  const auto judged = judge(row.flavour, row.operation, row.status, row.body);
  INFO(row.status << " " << row.body);
  if (row.kind) {
    REQUIRE_FALSE(judged);
    CHECK(judged.error().kind == *row.kind);
    CHECK(judged.error().message.starts_with("the engine did not "));
  } else {
    CHECK(judged.has_value());
  }
}

TEST_CASE("an engine's words are found in any error body", "[docker]") {
  CHECK(words_of_error(message("No such image: x")) == "No such image: x");
  CHECK(words_of_error(cause("short", "long")) == "long: short");
  CHECK(words_of_error(cause("short", "long: short")) == "long: short");
  CHECK(words_of_error("Not Found\n") == "Not Found");
  CHECK(words_of_error("") == "it gave no reason");
}

TEST_CASE("the version spoken is the engine's, within ours", "[docker]") {
  CHECK(negotiate("1.41") == ApiVersion{1, 41});
  CHECK(negotiate("1.40") == ApiVersion{1, 40});
  CHECK(negotiate("1.99") == ApiVersion{1, 51});
  CHECK(negotiate("2.0") == ApiVersion{1, 51});
  CHECK_FALSE(negotiate("1.39"));
  CHECK_FALSE(negotiate(""));
  CHECK_FALSE(negotiate("new"));
}

TEST_CASE("only a unix socket is an engine's address", "[docker]") {
  CHECK(engine_socket("unix:///var/run/docker.sock") == "/var/run/docker.sock");
  CHECK(engine_socket("/run/podman/podman.sock") == "/run/podman/podman.sock");
  CHECK(engine_socket("tcp://10.0.0.1:2375")
            .error()
            .starts_with("\"tcp://10.0.0.1:2375\" is not a unix socket"));
  CHECK_FALSE(engine_socket(""));
  CHECK_FALSE(engine_socket("unix://relative.sock"));
}

TEST_CASE("a creation says everything that the instance needs", "[docker]") {
  InstanceSpec spec;
  spec.owner = "0123-4567-89ab";
  spec.instance = "reviewer-default";
  spec.generation = 7;
  spec.spec_hash = "sha256:abc";
  spec.image = "agent:1";
  spec.env = {{"KEY", "a=b"}};
  spec.mounts = {{.source = "/src", .target = "/work", .read_only = true}};
  spec.memory_mb = 2048;
  spec.agent_dir = "/state/agents/reviewer-default";
  CHECK(container_name(spec) == "understudy-reviewer-default-g7-01234567");
  const auto body = json::parse(create_body(spec, {.shim_path = "/usr/bin/shim"}));
  CHECK(body.at("Image") == "agent:1");
  CHECK(body.at("Env") == json::parse(R"(["KEY=a=b"])"));
  CHECK(body.at("Labels") == json::parse(R"({"understudy.managed":"1","understudy.owner":"0123-4567-89ab",
    "understudy.instance":"reviewer-default","understudy.gen":"7","understudy.spec":"sha256:abc"})"));
  CHECK(body.at("StopTimeout") == 10);
  CHECK_FALSE(body.as_object().contains("Cmd"));
  CHECK(body.at("HostConfig") == json::parse(R"({
    "Mounts":[{"Type":"bind","Source":"/src","Target":"/work","ReadOnly":true},
              {"Type":"bind","Source":"/usr/bin/shim","Target":"/.understudy/shim","ReadOnly":true},
              {"Type":"bind","Source":"/state/agents/reviewer-default/spool","Target":"/.understudy/spool","ReadOnly":false}],
    "RestartPolicy":{"Name":"no"},"AutoRemove":false,"Init":true,
    "LogConfig":{"Type":"json-file","Config":{"max-size":"10m","max-file":"2"}},
    "PidsLimit":512,"CapDrop":["ALL"],"SecurityOpt":["no-new-privileges"],
    "ExtraHosts":["host.docker.internal:host-gateway"],"Memory":2147483648,"MemorySwap":2147483648})"));
}

TEST_CASE("a creation says what the container may take, do and write", "[docker][containment]") {
  InstanceSpec spec;
  spec.network = "none";
  spec.containment = {.nano_cpus = 1'500'000'000,
                      .pids_limit = 64,
                      .user = "1000:1000",
                      .cap_drop = {"ALL"},
                      .cap_add = {"CHOWN"},
                      .read_only = true,
                      .tmpfs = {{"/tmp", ""}, {"/run", "size=64m"}},
                      .gpus = {.all = true}};
  spec.log_max_bytes = 1 << 20;
  auto body = json::parse(create_body(spec, {}));
  CHECK(body.at("User") == "1000:1000");
  auto host = body.at("HostConfig").as_object();
  for (const auto* key : {"Mounts", "RestartPolicy", "AutoRemove", "NetworkMode", "Init"}) host.erase(key);
  CHECK(host == json::parse(R"({
    "NanoCpus":1500000000,"PidsLimit":64,"CapDrop":["ALL"],"CapAdd":["CHOWN"],
    "SecurityOpt":["no-new-privileges"],"ReadonlyRootfs":true,"Tmpfs":{"/tmp":"","/run":"size=64m"},
    "DeviceRequests":[{"Driver":"","Capabilities":[["gpu"]],"Count":-1}],
    "LogConfig":{"Type":"json-file","Config":{"max-size":"500k","max-file":"2"}}})"));
  spec.containment.gpus = {.count = 2};
  CHECK(json::parse(create_body(spec, {})).at("HostConfig").at("DeviceRequests").at(0).at("Count") == 2);
  spec.containment.gpus = {.devices = {"0", "GPU-1"}};
  CHECK(json::parse(create_body(spec, {})).at("HostConfig").at("DeviceRequests").at(0).at("DeviceIDs") ==
        json::parse(R"(["0","GPU-1"])"));
}

TEST_CASE("containment that was switched off is not asked for", "[docker][containment]") {
  InstanceSpec spec;
  spec.containment = {.pids_limit = 0, .cap_drop = {}, .no_new_privileges = false};
  spec.log_max_bytes = 0;
  const auto host = json::parse(create_body(spec, {})).at("HostConfig").as_object();
  CHECK(host.at("PidsLimit") == -1);
  CHECK(host.at("LogConfig") == json::parse(R"({"Type":"json-file"})"));
  for (const auto* key :
       {"CapDrop", "CapAdd", "SecurityOpt", "ReadonlyRootfs", "Tmpfs", "NanoCpus", "DeviceRequests"})
    CHECK_FALSE(host.contains(key));
}

TEST_CASE("a refusal for a key of the container's block names it", "[docker][containment]") {
  struct Case {
    Operation operation;
    std::string words, key;
  };
  const auto [operation, words, key] = GENERATE(values<Case>({
      {Operation::start, "unable to find user nobody-here: no matching entries in passwd file",
       "container.user"},
      {Operation::start, "unable to find group staff: no matching entries in group file", "container.user"},
      {Operation::start, R"(could not select device driver \"\" with capabilities: [[gpu]])",
       "container.gpus"},
      {Operation::start, "nvidia-container-cli: initialization error: load library failed", "container.gpus"},
      {Operation::create, "Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available",
       "container.cpus"},
      {Operation::create,
       "NanoCPUs can not be set, as your kernel does not support CPU CFS scheduler or the cgroup is not "
       "mounted",
       "container.cpus"},
      {Operation::start, "error setting cgroup config: write /sys/fs/cgroup/x/pids.max: no such file",
       "container.pids_limit"},
      {Operation::create, R"(invalid CapAdd: unknown capability: \"CAP_NEW\")", "container.cap_add"},
      {Operation::create, R"(invalid tmpfs option [\"what\"])", "container.tmpfs"},
      {Operation::start, "mkdir /x: read-only file system", "container.read_only"},
      {Operation::start, "chown /dev/pts: operation not permitted", "container.cap_add"},
  }));
  const auto refused = judge(docker, operation, 500, message(words));
  REQUIRE_FALSE(refused);
  CHECK_THAT(refused.error().message, Catch::Contains(key));
  CHECK_THAT(judge(docker, Operation::exec, 500, message(words)).error().message,
             !Catch::Contains("; container.") && !Catch::Contains("this is container"));
}

TEST_CASE("an engine that cannot limit processes says so by a plain no", "[docker][containment]") {
  CHECK(parse_limits_pids(R"({"PidsLimit": true})"));
  CHECK(parse_limits_pids("{}"));
  CHECK(parse_limits_pids("rubbish"));
  CHECK_FALSE(parse_limits_pids(R"({"PidsLimit": false})"));
}

TEST_CASE("the configured command is the main process; without any the shim holds the container open",
          "[docker]") {
  InstanceSpec spec;
  spec.network = "host";
  spec.workdir = "/work";
  auto body = json::parse(create_body(spec, {.init = false, .hold = true}));
  CHECK(body.at("Entrypoint") == json::parse(R"(["/.understudy/shim","hold"])"));
  CHECK(body.at("WorkingDir") == "/work");
  CHECK(body.at("HostConfig").at("NetworkMode") == "host");
  CHECK_FALSE(body.at("HostConfig").as_object().contains("ExtraHosts"));
  CHECK_FALSE(body.at("HostConfig").as_object().contains("Init"));
  spec.command = {"serve", "--port", "8080"};
  body = json::parse(create_body(spec, {.hold = true}));
  CHECK(body.at("Entrypoint") == json::parse(R"(["serve","--port","8080"])"));
  CHECK(body.at("Cmd") == json::array{});
}

TEST_CASE("an image that names no lasting program holds nothing open", "[docker]") {
  const auto holds_nothing = [](const std::string& config) {
    return parse_image(R"({"Config":)" + config + "}").holds_nothing_open();
  };
  CHECK(holds_nothing(R"({"Cmd":null,"Entrypoint":null})"));
  CHECK(holds_nothing(R"({})"));
  CHECK(holds_nothing(R"({"Cmd":["bash"]})"));
  CHECK(holds_nothing(R"({"Cmd":["/bin/sh"]})"));
  CHECK_FALSE(holds_nothing(R"({"Cmd":["/bin/sh","-c","serve"]})"));
  CHECK_FALSE(holds_nothing(R"({"Cmd":["serve"]})"));
  CHECK_FALSE(holds_nothing(R"({"Cmd":["bash"],"Entrypoint":["/entry"]})"));
}

TEST_CASE("an inspection is read as the engine meant it", "[docker]") {
  struct Case {
    std::string state;
    ContainerStatus status;
    std::string stamp;
    std::optional<int> exit_code;
  };
  const auto it = GENERATE(values<Case>({
      {R"("Status":"created","ExitCode":0,"StartedAt":"0001-01-01T00:00:00Z")",
       ContainerStatus::stopped,
       "",
       {}},
      {R"("Status":"running","ExitCode":0,"StartedAt":"T1")", ContainerStatus::running, "T1", {}},
      {R"("Status":"paused","ExitCode":0,"StartedAt":"T1")", ContainerStatus::paused, "T1", {}},
      {R"("Status":"exited","ExitCode":137,"StartedAt":"T1")", ContainerStatus::stopped, "T1", 137},
      {R"("Status":"dead","ExitCode":1,"StartedAt":"T1")", ContainerStatus::stopped, "T1", 1},
      {R"("Status":"removing","ExitCode":0,"StartedAt":"T1")", ContainerStatus::stopping, "T1", {}},
      {R"("Status":"stopping","ExitCode":0,"StartedAt":"T1")", ContainerStatus::stopping, "T1", {}},
      {R"("Status":"stopped","ExitCode":0,"StartedAt":"T1")", ContainerStatus::stopped, "T1", 0},
      {R"("Status":"configured","ExitCode":0)", ContainerStatus::stopped, "", {}},
  }));
  const auto found =
      parse_inspection(R"({"Id":"abc","State":{)" + it.state + R"(,"OOMKilled":true,"Error":"why"},
    "Config":{"Labels":{"understudy.owner":"me","understudy.instance":"a-b","understudy.gen":"12","understudy.spec":"h"}},
    "HostConfig":{"NetworkMode":"bridge"},"NetworkSettings":{"IPAddress":"",
    "Networks":{"none":{"IPAddress":""},"bridge":{"IPAddress":"172.17.0.2"}}}})");
  REQUIRE(found.has_value());
  INFO(it.state);
  CHECK(found->snapshot.status == it.status);
  CHECK(found->snapshot.incarnation == Incarnation{"abc", it.stamp});
  CHECK(found->snapshot.exit_code == it.exit_code);
  CHECK(found->snapshot.owner == "me");
  CHECK(found->snapshot.generation == 12);
  CHECK(found->snapshot.oom == (it.exit_code.value_or(137) == 137));
  CHECK(found->snapshot.error == "why");
  CHECK(found->address == "172.17.0.2");
}

TEST_CASE("an answer that cannot be understood is nothing, never a crash", "[docker]") {
  const auto body =
      GENERATE("", "null", "[]", "{}", "{\"Id\":5}", R"({"Id":"a","State":null})", "<html>", "{\"Id\":\"a\"");
  CHECK_FALSE(parse_inspection(body));
  CHECK_FALSE(parse_event(body));
  CHECK(parse_list(body).empty());
  CHECK_FALSE(parse_exec_exit(body));
  CHECK(parse_has_init(body));
  CHECK(parse_image(body).holds_nothing_open());
}

TEST_CASE("events are read from the members that all versions have", "[docker]") {
  const auto die = parse_event(R"({"Type":"container","Action":"die","Actor":{"ID":"abc",
    "Attributes":{"exitCode":"137","image":"x"}},"timeNano":1})");
  REQUIRE(die.has_value());
  CHECK(die->action == "die");
  CHECK(die->id == "abc");
  CHECK(die->exit_code == 137);
  const auto kill = parse_event(R"({"Action":"kill","Actor":{"ID":"abc","Attributes":{"signal":"15"}}})");
  REQUIRE(kill.has_value());
  CHECK(kill->signal == 15);
}

TEST_CASE("an exec ended only when it says so", "[docker]") {
  CHECK(parse_exec_exit(R"({"Running":false,"ExitCode":3})") == 3);
  CHECK_FALSE(parse_exec_exit(R"({"Running":true,"ExitCode":0})"));
  CHECK_FALSE(parse_exec_exit(R"({"Running":false,"ExitCode":null})"));
}

TEST_CASE("an engine without an init binary is known by its answer", "[docker]") {
  CHECK_FALSE(parse_has_init(R"({"InitCommit":{"ID":"N/A","Expected":"de40ad0"}})"));
  CHECK(parse_has_init(R"({"InitCommit":{"ID":"de40ad0"}})"));
}
