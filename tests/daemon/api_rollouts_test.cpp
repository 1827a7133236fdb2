#include <sys/stat.h>

#include "daemon/api_world.hpp"
#include "runtime/spool.hpp"

using namespace api_world;
using http::Method;

namespace {

struct Attempted {
  Daemon daemon{};
  std::string rollout{};
  std::string attempt{};

  explicit Attempted(const std::string& worker = "coder-a", std::string id = "at-1")
      : attempt(std::move(id)) {
    daemon.post("/agents/coder-a/pause");
    rollout = daemon.post("/agents/coder-a/tasks", R"({"input": "the question"})").at("/rollout_id");
    daemon.write([&](store::Transaction& tx) {
      tx.insert_attempt({.rollout_id = rollout,
                         .attempt_id = attempt,
                         .start_time = 1,
                         .status = store::AttemptStatus::running,
                         .worker_id = worker,
                         .metadata = R"({"tier":1,"output":"the answer"})"});
    });
  }
  [[nodiscard]] std::string transcript() const {
    return "/rollouts/" + rollout + "/attempts/" + attempt + "/transcript";
  }
  void write_output(const std::string& text) {
    const auto directory = daemon.scratch / ("agents/coder-a/spool/" + attempt);
    std::filesystem::create_directories(directory);
    std::ofstream(directory + "/output") << text;
  }
};

}  // namespace

TEST_CASE("a rollout comes with its latest attempt", "[api][rollouts]") {
  Attempted world;
  const auto rollout = world.daemon.get("/rollouts/" + world.rollout);
  CHECK(rollout.status == 200);
  CHECK(rollout.at("/input") == "the question");
  CHECK(rollout.at("/attempt/attempt_id") == "at-1");
  CHECK(rollout.at("/attempt/metadata/output") == "the answer");
  const auto attempts = world.daemon.get("/rollouts/" + world.rollout + "/attempts");
  CHECK(attempts.size() == 1);
  CHECK(attempts.at("/0/worker_id") == "coder-a");
  CHECK(world.daemon.get("/rollouts/ro-none").status == 404);
  CHECK(world.daemon.get("/rollouts/ro-none/attempts").status == 404);
}

TEST_CASE("only the operator sees the input and output of a managed task", "[api][rollouts]") {
  Attempted world;
  for (const auto& path : {"/rollouts/" + world.rollout, "/rollouts/" + world.rollout + "/attempts"}) {
    const auto seen = world.daemon.call(Method::get, path, {}, {}, false);
    CHECK(seen.status == 200);
    CHECK_THAT(seen.body, !Catch::Contains("the question") && !Catch::Contains("the answer"));
    CHECK_THAT(seen.body, Catch::Contains("•••") && Catch::Contains("at-1"));
  }
}

TEST_CASE("no query reveals the metadata of a managed task", "[api][rollouts]") {
  Daemon daemon;
  CHECK(
      daemon.post("/agents/coder-a/tasks", R"({"input": "x", "metadata": {"ticket": "SECRET-7"}})").status ==
      201);
  daemon.call(Method::post, "/rollouts", R"({"input": 1, "metadata": {"ticket": "SECRET-7"}})", {}, false);
  const auto found = [&](const std::string& query, bool is_operator) {
    return daemon.call(Method::get, "/rollouts?" + query, {}, {}, is_operator).size();
  };
  CHECK(found("metadata.ticket=SECRET-7", true) == 2);
  CHECK(found("metadata.ticket=SECRET-7", false) == 1);
  CHECK(found("metadata.ticket=SECRET-7&filter_logic=or&rollout_id_contains=none", false) == 1);
  CHECK(found("metadata.agent=coder-a", false) == 1);
  const auto all = daemon.call(Method::get, "/rollouts?metadata.agent=coder-a", {}, {}, false);
  CHECK(all.at("/0/metadata/ticket") == "•••");
  CHECK(all.at("/0/metadata/agent") == "coder-a");
}

TEST_CASE("a transcript is the spool's bytes, in whole or in part", "[api][transcript]") {
  Attempted world;
  CHECK(world.daemon.get(world.transcript()).status == 404);
  world.write_output("{\"type\":\"system\"}\n{\"type\":\"result\"}\n");
  auto answer = world.daemon.get(world.transcript());
  CHECK(answer.status == 200);
  CHECK(answer.field("Content-Type") == "application/x-ndjson");
  CHECK(answer.body == "{\"type\":\"system\"}\n{\"type\":\"result\"}\n");
  answer = world.daemon.get(world.transcript(), {{"Range", "bytes=0-1"}});
  CHECK(answer.status == 206);
  CHECK(answer.body == "{\"");
  CHECK(answer.field("Content-Range") == "bytes 0-1/36");
  CHECK(world.daemon.get(world.transcript(), {{"Range", "bytes=99-"}}).status == 416);
  CHECK(world.daemon.get("/rollouts/" + world.rollout + "/attempts/at-2/transcript").status == 404);
  CHECK(world.daemon.get("/rollouts/ro-other/attempts/at-1/transcript").status == 404);
}

TEST_CASE("no name escapes the spool", "[api][transcript]") {
  for (const std::string worker : {"../coder-a", "..", ".", "", "a/b", "a\nb"}) {
    Attempted world(worker);
    world.write_output("secret");
    INFO(worker);
    CHECK(world.daemon.get(world.transcript()).status == 404);
  }
  Attempted world("coder-a", "..");
  std::filesystem::create_directories(world.daemon.scratch / "agents/coder-a/spool");
  std::ofstream(world.daemon.scratch / "agents/coder-a/output") << "secret";
  CHECK(world.daemon.get(world.transcript()).status == 404);
}

TEST_CASE("an agent cannot make its transcript another file", "[api][transcript]") {
  Attempted world;
  world.write_output("");
  const auto spools = world.daemon.scratch / "agents/coder-a/spool";
  const auto output = spools + "/at-1/output";
  const auto& secret = world.daemon.config_file.path;
  const std::string kind = GENERATE("link", "hard link", "FIFO", "directory", "link to the directory");
  std::filesystem::remove(output);
  if (kind == "link") std::filesystem::create_symlink(secret, output);
  if (kind == "hard link") std::filesystem::create_hard_link(secret, output);
  if (kind == "FIFO") REQUIRE(::mkfifo(output.c_str(), 0666) == 0);
  if (kind == "directory") std::filesystem::create_directory(output);
  if (kind == "link to the directory") {
    std::filesystem::remove_all(spools + "/at-1");
    std::filesystem::create_directory(world.daemon.scratch / "elsewhere");
    std::ofstream(world.daemon.scratch / "elsewhere/output") << "secret";
    std::filesystem::create_directory_symlink(world.daemon.scratch / "elsewhere", spools + "/at-1");
  }
  const auto answer = world.daemon.get(world.transcript());
  CHECK(answer.status == 404);
  CHECK_THAT(answer.body, Catch::Contains("not a plain file"));
}

TEST_CASE("a transcript stays readable after its attempt, and downloads as a file", "[api][transcript]") {
  Attempted world;
  world.write_output("{}\n");
  runtime::retire_spool(world.daemon.scratch / "agents/coder-a/spool/at-1");
  const auto answer = world.daemon.get(world.transcript());
  CHECK(answer.status == 200);
  CHECK(answer.body == "{}\n");
  CHECK(answer.field("Content-Disposition") == "attachment; filename=\"at-1.ndjson\"");
}
