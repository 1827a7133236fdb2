#include "daemon/api_world.hpp"

using namespace api_world;
using http::Method;

TEST_CASE("every agent is listed by name, with the last event the list contains", "[api][agents]") {
  Daemon daemon;
  const auto answer = daemon.get("/agents");
  CHECK(answer.status == 200);
  CHECK(answer.size() == 4);
  CHECK(answer.field("Event-Seq") == std::to_string(daemon.fleet.state().last_event_id));
  CHECK(answer.at("/0/name") == "coder-a");
  CHECK(answer.at("/0/type") == "coder");
  CHECK(answer.at("/0/provider_chain/1/model") == "v4");
  CHECK(answer.at("/0/mode") == "host");
  CHECK(answer.at("/0/current_rollout_id") == "null");
  CHECK(answer.at("/0/queue_depth") == "0");
  CHECK(answer.at("/0/failover/cooldown_min") == "60");
  CHECK(answer.at("/0/failover/triggers/0") == "auth_error");
  CHECK(answer.at("/0/provider_state/current_tier") == "1");
  CHECK(answer.at("/0/provider_state/active_model") == "opus");
  CHECK(answer.at("/0/provider_state/paused") == "false");
}

TEST_CASE("only lazy containers have a lifecycle", "[api][agents]") {
  Daemon daemon;
  for (const std::string name : {"coder-a", "hot-default"}) {
    const auto agent = daemon.get("/agents/" + name);
    CHECK(agent.at("/state/lifecycle_state") == "null");
    CHECK(agent.at("/state/lifecycle_metrics") == "null");
  }
  const auto lazy = daemon.get("/agents/lazy-default");
  CHECK(lazy.at("/state/lifecycle_state") == "unknown");  // not inspected yet
  CHECK(lazy.at("/state/lifecycle_metrics/starts") == "0");
  CHECK(lazy.at("/state/lifecycle_metrics/cold_start_ms/p50") == "null");
  CHECK(lazy.at("/failover") == "null");
}

TEST_CASE("an unknown agent is a 404 that names it", "[api][agents]") {
  Daemon daemon;
  for (const std::string path : {"", "/why", "/tier-time", "/provider-events", "/lifecycle-events"}) {
    const auto answer = daemon.get("/agents/nobody-here" + path);
    INFO(path);
    CHECK(answer.status == 404);
    CHECK_THAT(answer.at("/detail"), Catch::Contains("nobody-here"));
    CHECK(answer.field("Content-Type") == "application/problem+json");
  }
  for (const std::string path : {"/pause", "/unpause", "/reset-tier", "/start", "/stop"})
    CHECK(daemon.post("/agents/nobody-here" + path).status == 404);
}

TEST_CASE("the queue an agent sees is its own and that of its pool", "[api][agents]") {
  Daemon daemon;
  daemon.post("/agents/coder-a/pause");
  daemon.post("/agents/coder-b/pause");
  daemon.post("/agents/coder-a/tasks", R"({"input": 1})");
  daemon.post("/agent-types/coder/tasks", R"({"input": 2})");
  CHECK(daemon.get("/agents/coder-a").at("/queue_depth") == "2");
  CHECK(daemon.get("/agents/coder-b").at("/queue_depth") == "1");
}

TEST_CASE("a working agent names its rollout", "[api][agents]") {
  Daemon daemon;
  const auto task = daemon.post("/agents/coder-a/tasks", R"({"input": "hello"})");
  CHECK(daemon.get("/agents/coder-a").at("/current_rollout_id") == task.at("/rollout_id"));
}

TEST_CASE("pause, unpause and reset answer with the new state", "[api][commands]") {
  Daemon daemon;
  auto answer = daemon.post("/agents/coder-a/pause");
  CHECK(answer.status == 200);
  CHECK(answer.at("/paused") == "true");
  CHECK(answer.at("/pause_reason") == "operator");
  answer = daemon.post("/agents/coder-a/unpause");
  CHECK(answer.at("/paused") == "false");
  daemon.post("/agents/coder-a/outcomes", refused_key);
  CHECK(daemon.get("/agents/coder-a").at("/provider_state/current_tier") == "2");
  answer = daemon.post("/agents/coder-a/reset-tier");
  CHECK(answer.at("/current_tier") == "1");
  CHECK(answer.at("/last_failure_kind") == "null");
}

TEST_CASE("start and stop are accepted where there is a container", "[api][commands]") {
  Daemon daemon;
  const auto started = daemon.post("/agents/lazy-default/start");
  CHECK(started.status == 202);
  CHECK(started.body.empty());
  CHECK(daemon.post("/agents/coder-a/start").status == 409);
  CHECK(daemon.post("/agents/coder-a/stop").status == 409);
  CHECK(daemon.post("/agents/lazy-default/stop?force=maybe").status == 400);
  daemon.post("/agents/lazy-default/tasks", R"({"input": "wait"})");
  CHECK(daemon.post("/agents/lazy-default/stop").status == 409);
  CHECK(daemon.post("/agents/lazy-default/stop?force=1").status == 202);
}

TEST_CASE("why shows the last decision, the guards and the next timer, and no secret", "[api][why]") {
  Daemon daemon;
  auto why = daemon.get("/agents/coder-a/why");
  CHECK(why.at("/last_decision") == "null");
  CHECK(why.at("/next_timer") == "null");
  daemon.post("/agents/coder-a/outcomes",
              R"({"surface": "http", "status": 401, "body": "invalid x-api-key sk-very-secret"})");
  why = daemon.get("/agents/coder-a/why");
  CHECK_THAT(why.at("/last_decision"), Catch::Contains("auth_error"));
  CHECK(why.at("/decided_at") == "1800000000000");
  CHECK(why.at("/next_timer/at") == std::to_string(1'800'000'000'000 + 3'600'000));
  CHECK_THAT(why.at("/next_timer/what"), Catch::Contains("tier 1"));
  CHECK(why.at("/next_timer/code") == "return");
  CHECK_THAT(why.body,
             Catch::Contains(R"({"name":"tier","value":"2 of 2","code":"tier","actual":2,"needed":2})"));
  CHECK_THAT(why.body, Catch::Contains(R"({"name":"queue","value":"0 waiting","code":"queue","actual":0})"));
  CHECK_THAT(why.body, !Catch::Contains("sk-very-secret"));
}

TEST_CASE("why reports a key that is not set", "[api][why]") {
  Daemon daemon;
  daemon.recorder.variables.clear();
  daemon.post("/agents/coder-a/outcomes", refused_key);
  CHECK_THAT(daemon.get("/agents/coder-a/why").body, Catch::Contains("DEEPSEEK_KEY is not set"));
}

TEST_CASE("why shows what prevents a container's idle stop", "[api][why]") {
  Daemon daemon;
  const auto why = daemon.get("/agents/lazy-default/why");
  CHECK_THAT(
      why.body,
      Catch::Contains(
          R"({"name":"idle stop: ready","value":"unknown","holds":false,"code":"idle_stop","part":"ready"})"));
  CHECK_THAT(
      why.body,
      Catch::Contains(R"("value":"0 leases","holds":true,"code":"idle_stop","actual":0,"part":"no leases")"));
}
