#include "api/outcome_body.hpp"
#include "daemon/api_world.hpp"

using namespace api_world;

TEST_CASE("a reported outcome moves the tier and is answered with its verdict", "[api][outcomes]") {
  Daemon daemon;
  const auto answer = daemon.post("/agents/coder-a/outcomes", refused_key);
  CHECK(answer.status == 200);
  CHECK(answer.at("/verdict/kind") == "auth_error");
  CHECK(answer.at("/moved") == "true");
  CHECK(answer.at("/provider_state/current_tier") == "2");
  CHECK(answer.at("/provider_state/active_model") == "v4");
  const auto rows = daemon.get("/agents/coder-a/provider-events");
  CHECK(rows.size() == 1);
  CHECK(rows.at("/0/kind") == "auth_error");
  CHECK(rows.at("/0/to_tier") == "2");
}

TEST_CASE("a repeated task_id changes nothing", "[api][outcomes]") {
  Daemon daemon;
  const auto body = R"({"surface": "http", "status": 401, "task_id": "t1"})";
  const auto first = daemon.post("/agents/coder-a/outcomes", body);
  const auto second = daemon.post("/agents/coder-a/outcomes", body);
  CHECK(second.body == first.body);
  CHECK(daemon.get("/agents/coder-a/provider-events").size() == 1);
}

TEST_CASE("an outcome of a tier that is not current moves nothing", "[api][outcomes]") {
  Daemon daemon;
  const auto report = [&](const std::string& which) {
    return daemon.post("/agents/coder-a/outcomes", R"({"surface": "http", "status": 401, )" + which + "}");
  };
  CHECK(report(R"("tier": 2)").at("/moved") == "false");
  CHECK(report(R"("model": "v4")").at("/moved") == "false");
  CHECK(report(R"("provider": "deepseek", "model": "v4")").at("/moved") == "false");
  CHECK(report(R"("tier": 3)").at("/errors/0/path") == "/tier");
  CHECK(report(R"("model": "v5")").at("/errors/0/path") == "/model");
  CHECK(daemon.get("/agents/coder-a").at("/provider_state/current_tier") == "1");
}

TEST_CASE("all problems of an outcome are listed at once", "[api][outcomes]") {
  Daemon daemon;
  const auto answer =
      daemon.post("/agents/coder-a/outcomes", R"({"surface": "fax", "status": "401", "headers": {"a": 1},
    "body": 5, "exit_code": 1.5, "usage": {"input_tokens": -1}, "observed_at_ms": -5, "task_id": "", "tier": 0, "x": 1})");
  CHECK(answer.status == 422);
  std::vector<std::string> paths;
  const auto document = json::parse(answer.body);
  for (const auto& error : document.at("errors").as_array()) paths.emplace_back(error.at("path").as_string());
  CHECK(paths == std::vector<std::string>{"/surface", "/status", "/headers/a", "/body", "/exit_code",
                                          "/usage/input_tokens", "/usage/output_tokens", "/observed_at_ms",
                                          "/task_id", "/tier"});
  CHECK(answer.at("/errors/0/reason") ==
        "must be one of http, sdk_exception, cli_stream_json, cli_text, got \"fax\"");
  CHECK(daemon.post("/agents/coder-a/outcomes", "[]").status == 422);
  CHECK(daemon.post("/agents/coder-a/outcomes", "{}").at("/errors/0/path") == "/surface");
}

TEST_CASE("an outcome is read with all its members", "[api][outcomes]") {
  const auto body = api::parse_outcome(json::parse(
      R"({"provider": "anthropic", "surface": "sdk_exception", "status": 429, "headers": {"Retry-After": "30"}, "body": "slow",
          "exit_code": -1, "usage": {"input_tokens": 5, "output_tokens": 7}, "observed_at_ms": 1000, "task_id": "t",
          "model": "m", "tier": 2, "transport": "closed"})"));
  REQUIRE(body);
  CHECK(body->outcome.provider == "anthropic");
  CHECK(body->outcome.surface == failover::Surface::sdk_exception);
  CHECK(body->outcome.status == 429);
  CHECK(body->outcome.headers == std::vector<std::pair<std::string, std::string>>{{"Retry-After", "30"}});
  CHECK(body->outcome.body == "slow");
  CHECK(body->outcome.exit_code == -1);
  CHECK(body->outcome.transport == failover::Transport::closed);
  CHECK(body->outcome.usage == failover::Usage{5, 7});
  CHECK(body->outcome.observed_at == failover::Instant{std::chrono::seconds{1}});
  CHECK(body->task_id == "t");
  CHECK(body->model == "m");
  CHECK(body->tier == 2);
  const auto nulls = api::parse_outcome(json::parse(R"({"surface": "http", "status": null, "usage": null})"));
  REQUIRE(nulls);
  CHECK(!nulls->outcome.status);
  const auto wrong = api::parse_outcome(json::parse(R"({"surface": "http", "transport": "lost"})"));
  REQUIRE(!wrong);
  CHECK(wrong.error().front().path == "/transport");
}

TEST_CASE("reported tokens show in usage, and over the threshold they move the tier", "[api][usage]") {
  Daemon daemon;
  const auto used = [&](int tokens) {
    return daemon.post("/agents/coder-a/outcomes",
                       R"({"surface": "http", "status": 200, "usage": {"input_tokens": )" +
                           std::to_string(tokens) + R"(, "output_tokens": 10}})");
  };
  CHECK(used(100).at("/moved") == "false");
  auto usage = daemon.get("/usage");
  CHECK(usage.at("/window") == "5h");
  CHECK(usage.at("/types/0/type") == "coder");
  CHECK(usage.at("/types/0/usage_threshold_tokens") == "1000");
  CHECK(usage.at("/types/0/input_tokens") == "100");
  CHECK(usage.at("/types/0/instances/0/name") == "coder-a");
  CHECK(usage.at("/types/0/instances/0/tiers/0/model") == "opus");
  CHECK(usage.at("/types/0/instances/1/output_tokens") == "0");
  CHECK(usage.at("/types/1/usage_threshold_tokens") == "null");
  CHECK(used(900).at("/moved") == "true");
  CHECK(daemon.get("/agents/coder-a").at("/provider_state/last_failure_kind") == "token_budget");
  daemon.clock.time += std::chrono::hours{6};
  CHECK(daemon.get("/usage").at("/types/0/input_tokens") == "0");
  CHECK(daemon.get("/usage?window=all").at("/types/0/input_tokens") == "1000");
  CHECK(daemon.get("/usage?window=2h").status == 400);
}
