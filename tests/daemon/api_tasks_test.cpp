#include "api/ask.hpp"
#include "daemon/api_world.hpp"
#include "support/small_disk.hpp"

using namespace api_world;
using http::Method;

TEST_CASE("a task keeps its input and metadata byte for byte", "[api][tasks]") {
  Daemon daemon;
  const auto answer = daemon.post(
      "/agents/coder-a/tasks",
      R"({"metadata": {"z": 1.0, "a": 1e2}, "input": {"big": 123456789012345678901, "b": 1.50}})");
  CHECK(answer.status == 201);
  CHECK_THAT(answer.body, Catch::Contains(R"("input":{"big": 123456789012345678901, "b": 1.50})"));
  CHECK_THAT(answer.body, Catch::Contains(R"("metadata":{"z":1.0,"a":1e2,"agent":"coder-a"})"));
  CHECK_THAT(answer.at("/rollout_id"), Catch::Matches("ro-[0-9a-f]{12}"));
  CHECK(answer.field("Location") == "/rollouts/" + answer.at("/rollout_id"));
  CHECK(answer.at("/status") == "queuing");
  const auto again = daemon.get("/rollouts/" + answer.at("/rollout_id"));
  CHECK_THAT(again.body, Catch::Contains("123456789012345678901"));
}

TEST_CASE("a task with an idempotency key is created once", "[api][tasks]") {
  Daemon daemon;
  daemon.post("/agents/coder-a/pause");
  const auto give = [&](const std::string& body) {
    return daemon.call(Method::post, "/agents/coder-a/tasks", body, {{"Idempotency-Key", "nightly"}});
  };
  const auto first = give(R"({"input": {"a": [1, 2]}, "metadata": {"b": 1}})");
  CHECK(first.status == 201);
  const auto again = give(R"({"input": {"a": [1, 2]}, "metadata": {"b": 1}})");
  CHECK(again.body == first.body);
  CHECK(again.field("Location") == "/rollouts/" + first.at("/rollout_id"));
  CHECK(give(R"({"input": 2})").status == 409);
  CHECK(daemon.get("/agents/coder-a").at("/queue_depth") == "1");
}

TEST_CASE("a task's configuration is completed with defaults", "[api][tasks]") {
  Daemon daemon;
  const auto bare = daemon.post("/agents/coder-a/tasks", R"({"input": null, "config": null})");
  CHECK_THAT(
      bare.body,
      Catch::Contains(
          R"("config":{"timeout_seconds":null,"unresponsive_seconds":null,"max_attempts":1,"retry_condition":[]})"));
  const auto own =
      daemon.post("/agents/coder-a/tasks",
                  R"({"input": 1, "config": {"max_attempts": 3, "retry_condition": ["failed"]}})");
  CHECK(own.at("/config/max_attempts") == "3");
  CHECK(own.at("/config/retry_condition/0") == "failed");
}

TEST_CASE("a task goes to a pool by its type", "[api][tasks]") {
  Daemon daemon;
  const auto answer = daemon.post("/agent-types/coder/tasks", R"({"input": "x"})");
  CHECK(answer.status == 201);
  CHECK(answer.at("/metadata/agent_type") == "coder");
  CHECK(daemon.post("/agent-types/nobody/tasks", R"({"input": "x"})").status == 404);
  CHECK(daemon.post("/agents/nobody-here/tasks", R"({"input": "x"})").status == 404);
}

TEST_CASE("all problems of a task are listed at once", "[api][tasks]") {
  Daemon daemon;
  const auto answer = daemon.post(
      "/agents/coder-a/tasks",
      R"({"metadata": [1], "config": {"max_attempts": 0, "retry_condition": ["never"], "timeout_seconds": -1, "tries": 2}})");
  CHECK(answer.status == 422);
  CHECK(answer.at("/errors/0/path") == "/input");
  CHECK(answer.at("/errors/1/path") == "/metadata");
  CHECK(answer.at("/errors/2/path") == "/config/max_attempts");
  CHECK(answer.at("/errors/2/reason") == "must be an integer from 1 to 1000, got 0");
  CHECK(answer.at("/errors/3/path") == "/config/retry_condition/0");
  CHECK(answer.at("/errors/4/path") == "/config/timeout_seconds");
  CHECK(answer.at("/errors/5/path") == "/config/tries");
  CHECK(answer.at("/errors/6/path").empty());
}

TEST_CASE("a task with too many members is refused", "[api][tasks]") {
  Daemon daemon;
  std::string members = "\"m\": 0";
  for (int i = 0; i < 100'000; ++i) members += ", \"m" + std::to_string(i) + "\": 0";
  CHECK(daemon.post("/agents/coder-a/tasks", R"({"input": 1, )" + members + "}").status == 422);
  const auto answer = daemon.post("/agents/coder-a/tasks", R"({"input": 1, "metadata": {)" + members + "}}");
  CHECK(answer.at("/errors/0/path") == "/metadata");
  CHECK(answer.at("/errors/0/reason") == "must have at most 1000 members, got 100001");
}

TEST_CASE("a body that is not a task is refused", "[api][tasks]") {
  Daemon daemon;
  const auto status = [&](std::string body) {
    return daemon.post("/agents/coder-a/tasks", std::move(body)).status;
  };
  CHECK(status("") == 400);
  CHECK(status("{") == 400);
  CHECK(status(R"({"input": NaN})") == 400);
  CHECK(status("{\"input\": \"\xff\"}") == 400);
  CHECK(status("[1]") == 422);
  CHECK(status(std::string(100, '[')) == 400);
  // As deep as the parser allows.
  CHECK(status(R"({"input": )" + std::string(60, '[') + std::string(60, ']') + "}") == 201);
  CHECK(status(R"({"input": 1, "metadata": )" + std::string(60, '[') + std::string(60, ']') + "}") == 422);
}

TEST_CASE("a task is cancelled through its rollout", "[api][tasks]") {
  Daemon daemon;
  daemon.post("/agents/coder-a/pause");
  const auto id = daemon.post("/agents/coder-a/tasks", R"({"input": 1})").at("/rollout_id");
  const auto answer = daemon.post("/rollouts/" + id, R"({"status": "cancelled"})");
  CHECK(answer.status == 200);
  CHECK(answer.at("/status") == "cancelled");
  CHECK(daemon.get("/agents/coder-a").at("/queue_depth") == "0");
  CHECK(daemon.post("/rollouts/" + id, R"({"status": "succeeded"})").status == 409);
  CHECK(daemon.post("/rollouts/" + id, R"({"status": "over"})").at("/errors/0/path") == "/status");
  CHECK(daemon.post("/rollouts/" + id, R"({})").at("/status") == "cancelled");
  CHECK(daemon.post("/rollouts/ro-none", R"({"status": "cancelled"})").status == 404);
}

TEST_CASE("refusals keep their kind", "[api]") {
  using fleet::RefusalKind;
  const auto status = [](RefusalKind kind) { return api::refused({kind, "because"}).status; };
  CHECK(status(RefusalKind::not_found) == 404);
  CHECK(status(RefusalKind::conflict) == 409);
  CHECK(status(RefusalKind::invalid) == 422);
  CHECK(status(RefusalKind::store_full) == 507);
  CHECK(status(RefusalKind::unavailable) == 503);
}

TEST_CASE("a full disk is a 507, and health says so", "[api][tasks]") {
  const support::SmallDisk disk(200);
  Daemon daemon;
  CHECK(daemon.get("/health").at("/status") == "ok");
  const auto body = R"({"input": ")" + std::string(200'000, 'x') + R"("})";
  int status = 201;
  for (int i = 0; i < 20 && status == 201; ++i) status = daemon.post("/agents/coder-a/tasks", body).status;
  CHECK(status == 507);
  const auto health = daemon.get("/health");
  CHECK(health.at("/status") == "degraded");
  CHECK(health.at("/store") != "ok");
  CHECK(daemon.get("/agents").status == 200);
}
