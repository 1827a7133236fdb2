// Limits and isolation of containers, and warm instances: forms, bounds, keys without effect.
#include <boost/json.hpp>

#include "config_fixture.hpp"

using namespace config_world;
using understudy::container::WarmWindow;

namespace {

const std::string box = "/agent_types/reviewer/container";

json::value docker(const std::string& members) {
  return with(box, R"({"mode": "docker", "image": "i")" + (members.empty() ? "" : ", " + members) + "}");
}
config::Container container(const std::string& members) {
  return accepted(docker(members)).agent_types.at("reviewer").container;
}
Lines refused(const std::string& members) {
  return errors(docker(members));
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("an agent is contained when the configuration says nothing", "[config][containment]") {
  const auto from = container("");
  CHECK(from.containment.cap_drop == Names{"ALL"});
  CHECK(from.containment.cap_add.empty());
  CHECK(from.containment.no_new_privileges);
  CHECK(from.containment.pids_limit == 512);
  CHECK(from.containment.nano_cpus == 0);
  CHECK_FALSE(from.containment.read_only);
  CHECK(from.containment.tmpfs.empty());
  CHECK_FALSE(from.containment.gpus.any());
  CHECK(from.log_max_bytes == 20 << 20);
  CHECK_FALSE(from.ephemeral);
  CHECK(from.warm == understudy::container::WarmPolicy{});
  CHECK(warnings(docker("")).empty());
}

TEST_CASE("limits take decimals where that makes sense, and errors name their bounds",
          "[config][containment]") {
  CHECK(container(R"("cpus": 0.25)").containment.nano_cpus == 250'000'000);
  CHECK(container(R"("cpus": 0)").containment.nano_cpus == 0);
  CHECK(refused(R"("cpus": 0.001)") ==
        Lines{box + "/cpus: must be 0 or a number from 0.01 to 10000, got 1E-3"});
  CHECK(refused(R"("cpus": "2")").size() == 1);
  CHECK(container(R"("pids_limit": -1)").containment.pids_limit == 0);
  CHECK(container(R"("pids_limit": 0)").containment.pids_limit == 0);
  CHECK(refused(R"("pids_limit": 1.5)").size() == 1);
  CHECK(container(R"("log_max_mb": 0.5)").log_max_bytes == 512 << 10);
  CHECK(container(R"("log_max_mb": 0)").log_max_bytes == 0);
  CHECK(refused(R"("log_max_mb": 0.01)").size() == 1);
}

TEST_CASE("a user is a name or a number, with or without a group", "[config][containment]") {
  for (const auto* user : {"root", "0", "1000", "1000:1000", "www-data:staff", "node:0", "2147483647"})
    CHECK(container("\"user\": \"" + std::string(user) + "\"").containment.user == user);
  CHECK(container(R"("user": 1000)").containment.user == "1000");
  for (const auto* user : {"-1", "1.5", "2147483648", "null", "[]"})
    CHECK(refused("\"user\": " + std::string(user)).size() == 1);
  for (const auto* user : {"", ":", "a:", ":1", "a:b:c", "a b", "-a", "a/b"}) {
    CAPTURE(user);
    CHECK(refused("\"user\": \"" + std::string(user) + "\"").size() == 1);
  }
  CHECK(refused(R"("user": "1:2147483648")") ==
        Lines{box + "/user: the number 2147483648 is beyond 2147483647"});
}

TEST_CASE("capabilities are those of Linux, in any spelling", "[config][containment]") {
  const auto from =
      container(R"("cap_drop": ["CAP_SYS_ADMIN", "net_raw", "NET_RAW"], "cap_add": ["cap_chown"])");
  CHECK(from.containment.cap_drop == Names{"NET_RAW", "SYS_ADMIN"});
  CHECK(from.containment.cap_add == Names{"CHOWN"});
  CHECK(container(R"("cap_drop": [])").containment.cap_drop.empty());
  CHECK(refused(R"("cap_add": ["CHOWNN"])") ==
        Lines{box + "/cap_add/0: 'CHOWNN' is not a capability of Linux, nor ALL"});
  CHECK(warnings(docker(R"("cap_drop": ["CHOWN"], "cap_add": ["CHOWN"])")) ==
        Lines{box + "/cap_drop: CHOWN is in cap_add too, which wins"});
  CHECK(warnings(docker(R"("cap_add": ["all"])")).size() == 1);
}

TEST_CASE("a tmpfs is a path, with mount options of its own or as compose writes it",
          "[config][containment]") {
  using understudy::daemon::ports::Tmpfs;
  using List = std::vector<Tmpfs>;
  const auto list = [](const std::string& value) {
    return container("\"tmpfs\": " + value).containment.tmpfs;
  };
  CHECK(list(R"("/run")") == List{{"/run", ""}});
  CHECK(list(R"(["/tmp", "/run/:size=64m,mode=1777"])") ==
        List{{"/tmp", ""}, {"/run", "size=64m,mode=1777"}});
  CHECK(list(R"({"/tmp": "exec,size=50%"})") == List{{"/tmp", "exec,size=50%"}});
  for (const auto* value :
       {R"(["tmp"])", R"(["/"])", R"(["/a/../b"])", R"(["/a:size"])", R"({"/a": "upper=/"})",
        R"(["/a", "/a/"])", R"(["/.understudy/spool"])", R"([5])", R"({"/a": 5})", "5"}) {
    CAPTURE(value);
    CHECK(refused("\"tmpfs\": " + std::string(value)).size() == 1);
  }
  CHECK(refused(R"("mounts": [{"source": "/s", "target": "/t"}], "tmpfs": ["/t"])").size() == 1);
}

TEST_CASE("a read-only root leaves /tmp to write to, unless tmpfs says otherwise", "[config][containment]") {
  CHECK(container(R"("read_only": true)").containment.tmpfs ==
        std::vector<understudy::daemon::ports::Tmpfs>{{"/tmp", ""}});
  CHECK(container(R"("read_only": true, "tmpfs": [])").containment.tmpfs.empty());
  const auto told = box +
                    "/workdir: cannot be written to: the root is read_only, and neither tmpfs nor mounts "
                    "have it";
  CHECK(warnings(docker(R"("read_only": true, "workdir": "/work")")) == Lines{told});
  CHECK(warnings(docker(R"("read_only": true, "workdir": "/tmp/work")")).empty());
  CHECK(warnings(docker(R"("read_only": true, "workdir": "/tmpwork")")) == Lines{told});
}

TEST_CASE("graphics cards are all, a number or named", "[config][containment]") {
  CHECK(container(R"("gpus": "all")").containment.gpus.all);
  CHECK(container(R"("gpus": 2)").containment.gpus.count == 2);
  CHECK(container(R"("gpus": ["0", "GPU-1"])").containment.gpus.devices == Names{"0", "GPU-1"});
  CHECK_FALSE(container(R"("gpus": 0)").containment.gpus.any());
  for (const auto* value : {"\"some\"", "-1", "1.5", "[1]", "[\"a,b\"]", "{}", "null"})
    CHECK(refused("\"gpus\": " + std::string(value)).size() == 1);
}

TEST_CASE("a key that the mode has no use for is a warning with its path", "[config][containment]") {
  const std::string all = R"("cpus": 1, "pids_limit": 5, "user": "a", "cap_drop": [], "cap_add": ["CHOWN"],
    "read_only": true, "tmpfs": [], "gpus": 1, "mounts": [], "network": "n", "memory_mb": 1,
    "ephemeral": true, "log_max_mb": 1, "warm": {"min": 1}, "no_new_privileges": true)";
  Lines process;
  for (const auto* key : {"cpus", "user", "cap_drop", "cap_add", "read_only", "tmpfs", "gpus", "network"})
    process.insert(box + "/" + key + ": has no effect in process mode");
  CHECK(warnings(with(box, "{" + all + "}")) == process);
  CHECK(
      warnings(with(
          box,
          R"({"mode": "host", "warm": {"min": 1}, "ephemeral": true, "log_max_mb": 1, "pids_limit": 1})")) ==
      Lines{box + "/pids_limit: has no effect in host mode", box + "/warm: has no effect in host mode",
            box + "/ephemeral: has no effect in host mode", box + "/log_max_mb: has no effect in host mode"});
  CHECK(warnings(docker(all)).empty());
}

TEST_CASE("the hours of a schedule are days, times and a zone", "[config][containment]") {
  const auto hours = [](const std::string& members) {
    return container(R"("warm": {"schedule": [{"min": 1, )" + members + "}]}").warm.schedule.at(0);
  };
  CHECK(hours(R"("days": "mon-fri", "from": "08:00", "to": "19:00", "zone": "Europe/Zagreb")") ==
        WarmWindow{0b0011111, 480, 1140, "Europe/Zagreb", 1});
  CHECK(hours(R"("days": "daily")") == WarmWindow{0b1111111, 0, 1440, "UTC", 1});
  CHECK(hours(R"("days": "Mon, wed,sat-sun", "from": "22:00", "to": "6:30")") ==
        WarmWindow{0b1100101, 1320, 390, "UTC", 1});
  CHECK(hours(R"("days": "sat-mon")").days == 0b1100001);
  const auto at = box + "/warm/schedule/0";
  const auto wrong = [](const std::string& members) {
    return refused(R"("warm": {"schedule": [{"min": 1, )" + members + "}]}");
  };
  CHECK(wrong(R"("days": "weekdays")") ==
        Lines{at + "/days: must be \"daily\", or days such as \"mon-fri\" or \"mon,wed,sat-sun\""});
  CHECK(wrong(R"("from": "24:00")") ==
        Lines{at + "/from: must be a time of day such as \"08:00\", got \"24:00\""});
  CHECK(wrong(R"("from": "08:00", "to": "08:00")") == Lines{at + "/to: must differ from 'from'"});
  CHECK(wrong(R"("zone": "Mars/Olympus")") ==
        Lines{at + "/zone: 'Mars/Olympus' is not a time zone that this machine knows"});
  CHECK(refused(R"("warm": {"schedule": [{}]})") == Lines{at + "/min: is required: how many instances"});
  CHECK(refused(R"("warm": 2)").size() == 1);
}

TEST_CASE("a minimum that cannot be kept, or is kept anyway, is a warning", "[config][containment]") {
  CHECK(warnings(docker(R"("warm": {"min": 1, "schedule": [{"min": 3}]})")) ==
        Lines{box + "/warm: wants 3 instances, there are 1"});
  CHECK(warnings(docker(R"("warm": {"min": 1}, "lazy": false)")) ==
        Lines{box + "/warm: has no effect: with lazy false every instance is kept started"});
}
