// What understudyd doctor says about what it found.
#include "app/doctor.hpp"

#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>

#include "app/agent_commands.hpp"
#include "app/state_dir.hpp"
#include "daemon/runtime_fixture.hpp"

using namespace understudy::daemon;
using namespace understudy::daemon::app;
using namespace std::chrono_literals;
using Catch::Contains;
namespace fs = std::filesystem;

namespace {

Finding of_status(int status, bool with_key = true) {
  return judge_provider("anthropic", Heard{status, ""}, with_key, false);
}

const std::chrono::sys_seconds noon = std::chrono::sys_days{std::chrono::year{2026} / 11 / 30} + 12h;

Finding clock_against(std::chrono::seconds ahead) {
  return judge_clock(noon + ahead, "anthropic", noon, true);
}

config::Config fleet_of(config::Mode mode, std::vector<std::string> command, std::string path = "") {
  config::Config config;
  auto& type = config.agent_types["reviewer"];
  type.container.mode = mode;
  type.agent.command = std::move(command);
  if (!path.empty()) type.agent.env.emplace_back("PATH", std::move(path));
  return config;
}

std::vector<config::Problem> missing(const config::Config& config) {
  return missing_commands(config, "/usual", [](const std::string& program, const std::string& path) {
    return program == "here" && path == "/usual";
  });
}

}  // namespace

TEST_CASE("a provider is well when it answers at all, unless it refuses the key", "[doctor]") {
  CHECK(of_status(200).says == "anthropic: answers, and takes the key");
  CHECK(of_status(404).level == Level::good);
  CHECK(of_status(401).level == Level::bad);
  CHECK_THAT(of_status(401).mend, Contains("/providers/anthropic"));
  CHECK(of_status(401, false).level == Level::good);
  CHECK(of_status(403).level == Level::warning);
  CHECK(of_status(503).level == Level::warning);
}

TEST_CASE("a provider that is not reached is bad, and less so where a proxy may reach it", "[doctor]") {
  const std::unexpected<std::string> error("api.example:443 does not answer: Connection refused");
  const auto alone = judge_provider("anthropic", error, true, false);
  CHECK(alone.level == Level::bad);
  CHECK(alone.says == "anthropic: api.example:443 does not answer: Connection refused");
  CHECK_THAT(alone.mend, Contains("base_url"));
  CHECK(judge_provider("anthropic", error, true, true).level == Level::warning);
}

TEST_CASE("a clock is compared with the provider's", "[doctor]") {
  CHECK(clock_against(59s).level == Level::good);
  CHECK(clock_against(-3600s).says ==
        "it is 3600 s behind that of anthropic: limits end and certificates expire at other times");
  CHECK(clock_against(61s).level == Level::bad);
  CHECK(judge_clock(noon, "", std::nullopt, true).level == Level::unknown);
  CHECK(judge_clock(std::chrono::sys_seconds{}, "", std::nullopt, true).level == Level::bad);
  CHECK(judge_clock(noon, "anthropic", noon, false).level == Level::warning);
  CHECK(parse_http_date("Mon, 30 Nov 2026 12:00:00 GMT") == noon);
  CHECK(parse_http_date("Mon, 30 Nov 2026 12:00:00 GMT+1") == std::nullopt);
  CHECK(parse_http_date("") == std::nullopt);
}

TEST_CASE("little room on the disk is a warning, almost none is bad", "[doctor]") {
  CHECK(judge_disk("/s", 2'000'000'000).level == Level::good);
  CHECK(judge_disk("/s", 999'000'000).says == "999 MB are free for /s");
  CHECK(judge_disk("/s", 999'000'000).level == Level::warning);
  CHECK(judge_disk("/s", 99'000'000).level == Level::bad);
}

TEST_CASE("an engine's error comes with what to do about it", "[doctor]") {
  CHECK(judge_engine("/s", std::string("1.43")).says == "answers at /s (API 1.43)");
  CHECK_THAT(judge_engine("/s", ports::engine_error(ports::EngineErrorKind::permission, "no")).mend,
             Contains("usermod"));
  CHECK_THAT(judge_engine("/s", ports::engine_error(ports::EngineErrorKind::unreachable, "no")).mend,
             Contains("start the engine"));
}

TEST_CASE("only what is bad fails, and each mend stands below its finding", "[doctor]") {
  const std::vector<Finding> findings{{Level::good, "disk", "room", ""},
                                      {Level::warning, "clock", "late", "set it"}};
  CHECK(status_of(findings) == 0);
  CHECK(render(findings) ==
        "ok    disk          room\nwarn  clock         late\n                    → set it\n");
  CHECK(render({{Level::unknown, "keys", "it is silent", ""}}) == "?     keys          it is silent\n");
  CHECK(status_of({{Level::unknown, "keys", "it is silent", ""}}) == 0);
  CHECK(status_of({{Level::bad, "keys", "none", "give one"}}) == 1);
}

TEST_CASE("agents' programs are looked for in the agent's PATH, else in the daemon's", "[doctor]") {
  using config::Mode;
  CHECK(missing(fleet_of(Mode::process, {"here", "-p"})).empty());
  const auto gone = missing(fleet_of(GENERATE(Mode::process, Mode::host), {"gone"}));
  REQUIRE(gone.size() == 1);
  CHECK(gone[0].path == "/agent_types/reviewer/agent/command");
  CHECK(gone[0].reason ==
        "'gone' is not found in PATH (/usual): install it, or name the path of the program");
  CHECK(missing(fleet_of(Mode::process, {"here"}, "/other")).size() == 1);
  CHECK(missing(fleet_of(Mode::docker, {"gone"})).empty());
  auto external = fleet_of(Mode::host, {});
  external.agent_types["reviewer"].agent.adapter = "external";
  CHECK(missing(external).empty());
  auto server = fleet_of(Mode::process, {"here"});
  server.agent_types["reviewer"].container.command = {"gone"};
  CHECK(missing(server).at(0).path == "/agent_types/reviewer/container/command");
}

namespace {

/// What is said of a work directory, and how bad it is.
std::pair<Level, std::string> of_workdir(Directory seen, config::Mode mode = config::Mode::process) {
  auto config = fleet_of(mode, {"here"});
  config.agent_types["reviewer"].container.workdir = "/checkout";
  const auto findings = judge_directories(config, [seen](const std::string&) { return seen; });
  return findings.empty() ? std::pair(Level::good, std::string("nothing"))
                          : std::pair(findings.at(0).level, findings.at(0).says);
}

}  // namespace

TEST_CASE("a work directory has to be there, entered, and written by agents that change it", "[doctor]") {
  const std::string at = "/agent_types/reviewer/container/workdir: /checkout ";
  using enum Directory;
  CHECK(of_workdir(usable) ==
        std::pair(Level::good, std::string("agents' own are there and can be written")));
  CHECK(of_workdir(missing) == std::pair(Level::bad, at + "does not exist"));
  CHECK(of_workdir(no_directory) == std::pair(Level::bad, at + "is not a directory"));
  CHECK(of_workdir(closed) == std::pair(Level::bad, at + "cannot be entered by this user"));
  CHECK(of_workdir(read_only) ==
        std::pair(Level::warning, at + "cannot be written by this user: agents can only read there"));
  CHECK(of_workdir(hidden) == std::pair(Level::unknown, at + "cannot be seen by this user"));
  CHECK(of_workdir(missing, config::Mode::docker).second == "nothing");  // it is in the image
}

TEST_CASE("what is mounted has to be there, a file or a directory, for any mode", "[doctor]") {
  auto config = fleet_of(GENERATE(config::Mode::process, config::Mode::docker), {"here"});
  config.agent_types["reviewer"].container.mounts = {
      {"/a-file", "/a"}, {"/lost", "/b"}, {"/read-only", "/c"}};
  const auto findings = judge_directories(config, [](const std::string& path) {
    return path == "/lost"     ? Directory::missing
           : path == "/a-file" ? Directory::no_directory
                               : Directory::read_only;
  });
  REQUIRE(findings.size() == 1);
  CHECK(findings[0].says == "/agent_types/reviewer/container/mounts/1/source: /lost does not exist");
}

TEST_CASE("a directory is looked at as this user may use it", "[doctor]") {
  const testing::Scratch scratch;
  CHECK(look_at_directory(scratch / "none") == Directory::missing);
  std::ofstream(scratch / "file") << "text";
  CHECK(look_at_directory(scratch / "file") == Directory::no_directory);
  CHECK(look_at_directory(scratch / "file/below") == Directory::missing);
  const auto folder = scratch / "folder";
  fs::create_directory(folder);
  CHECK(look_at_directory(folder) == Directory::usable);
  if (::geteuid() != 0) {  // who may do anything
    fs::permissions(folder, fs::perms(0500));
    CHECK(look_at_directory(folder) == Directory::read_only);
    fs::permissions(folder, fs::perms(0600));
    CHECK(look_at_directory(folder) == Directory::closed);
  }
  fs::create_symlink("loop", scratch / "loop");
  CHECK(look_at_directory(scratch / "loop") == Directory::hidden);
}

TEST_CASE("keys of a running daemon are what it says of its providers", "[doctor]") {
  const auto says = [](const std::expected<std::string, std::string>& providers) {
    std::vector<std::pair<Level, std::string>> all;
    for (const auto& one : judge_daemon_keys(providers)) all.emplace_back(one.level, one.says);
    return all;
  };
  using Says = std::vector<std::pair<Level, std::string>>;
  const std::string well = R"({"name":"p1","accounts":[{"health":{"state":"open"}}],"models":[]})";
  const std::string keyless =
      R"({"name":"p2","accounts":[{"health":{"state":"unconfigured","reason":"K is not set"}}],)"
      R"("models":[{"health":{"state":"unconfigured","reason":"K is not set"}}]})";
  CHECK(says("[" + well + "]") ==
        Says{{Level::good, "the running daemon has one for every tier, or needs none"}});
  CHECK(says("[" + well + "," + keyless + "]") ==
        Says{{Level::bad, "p2: the running daemon has no key: K is not set"}});
  CHECK(says(std::unexpected<std::string>("it is silent")) ==
        Says{{Level::unknown, "those of the running daemon: it is silent"}});
  CHECK(says(GENERATE("", "{}", "no JSON"))[0].first == Level::unknown);
}

TEST_CASE("a program is a regular file that can be run", "[doctor]") {
  const testing::Scratch scratch;
  std::ofstream(scratch / "tool") << "#!/bin/sh\n";
  const auto path = "/nowhere:" + (scratch / ".");
  CHECK_FALSE(has_program("tool", path));
  fs::permissions(scratch / "tool", fs::perms::owner_all);
  CHECK(has_program("tool", path));
  CHECK(has_program(scratch / "tool", ""));
  CHECK_FALSE(has_program(scratch / "other", path));
  fs::create_directory(scratch / "folder");
  CHECK_FALSE(has_program("folder", path));
  CHECK(has_program("./relative/to/the/work/directory", ""));
}

TEST_CASE("a state directory is looked at without being changed", "[doctor]") {
  const testing::Scratch scratch;
  const auto path = scratch / "state";
  CHECK(inspect_state_dir(path)->empty());
  CHECK_FALSE(fs::exists(path));
  fs::create_directory(path);
  fs::permissions(path, fs::perms(0755));
  REQUIRE(inspect_state_dir(path)->size() == 1);
  CHECK_THAT(inspect_state_dir(path)->front(), Contains("can be read by others (mode 0755)"));
  CHECK(fs::status(path).permissions() == fs::perms(0755));
  fs::permissions(path, fs::perms(0777));
  CHECK_THAT(inspect_state_dir(path).error(), Contains("can be written by others"));
}
