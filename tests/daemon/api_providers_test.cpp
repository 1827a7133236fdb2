// GET /providers and what changes a provider; and what is held, wherever it shows.
#include "daemon/api_world.hpp"

using namespace api_world;
using http::Method;

namespace {

/// The fleet's belief, to be set by hand between turns.
fleet::State& state_of(Daemon& daemon) {
  return const_cast<fleet::State&>(daemon.fleet.state());
}

constexpr std::int64_t hour = 3'600'000;

/// The account that lazy-default and hot-default share is out for an hour.
void break_anthropic(Daemon& daemon) {
  auto& state = state_of(daemon);
  const auto& type = state.config->agent_types.at("lazy");
  const auto now = daemon.fleet.now().wall;
  state.health.entries[{.account = fleet::account_of(*state.accounts, type, "lazy-default", 1)}] = {
      .state = failover::HealthState::open,
      .kind = failover::Kind::quota,
      .reason = "429 the provider's words",
      .seen_by = "hot-default",
      .since = now,
      .until = now + std::chrono::hours{1},
      .length = std::chrono::hours{1}};
}

void hold(Daemon& daemon, const std::string& agent) {
  state_of(daemon).agents.at(agent).held =
      fleet::Held{.on = {"anthropic", "opus"},
                  .kind = failover::Kind::quota,
                  .reason = "429 the provider's words",
                  .until = daemon.fleet.now().wall + std::chrono::hours{1}};
}

void enqueue(Daemon& daemon, const std::string& id, std::optional<std::string> agent,
             std::optional<std::string> type = {}) {
  daemon.write([&](store::Transaction& tx) {
    tx.insert_rollout(
        {.rollout_id = id, .start_time = 1, .agent = std::move(agent), .agent_type = std::move(type)});
  });
}

/// Two tasks of coder-a, one of coder-b and three of the pool, all held; one of lazy, which is not.
Daemon& with_held_tasks(Daemon& daemon) {
  enqueue(daemon, "ro-a1", "coder-a");
  enqueue(daemon, "ro-a2", "coder-a");
  enqueue(daemon, "ro-b1", "coder-b");
  for (const auto* id : {"ro-p1", "ro-p2", "ro-p3"}) enqueue(daemon, id, {}, "coder");
  enqueue(daemon, "ro-l1", "lazy-default");
  hold(daemon, "coder-a");
  hold(daemon, "coder-b");
  return daemon;
}

}  // namespace

TEST_CASE("every provider is listed by name, with the last event the list contains", "[api][providers]") {
  Daemon daemon;
  const auto answer = daemon.get("/providers");
  CHECK(answer.status == 200);
  CHECK(answer.field("Event-Seq") == std::to_string(daemon.fleet.state().last_event_id));
  CHECK(answer.size() == 3);
  CHECK(answer.at("/0/name") == "anthropic");
  CHECK(answer.at("/0/models/0/model") == "opus");
  CHECK(answer.at("/0/models/0/agents") == R"(["coder-a","coder-b","hot-default","lazy-default"])");
  CHECK(answer.at("/1/name") == "bedrock");
  CHECK(answer.at("/1/accounts") == "[]");
  CHECK(answer.at("/2/models/0/model") == "v4");
  CHECK(answer.at("/2/models/0/agents") == "[]");
  CHECK(answer.at("/2/tokens_window") == R"({"input":0,"output":0})");
}

TEST_CASE("a provider shows the tokens of the usage window", "[api][providers]") {
  Daemon daemon;
  daemon.write([&](store::Transaction& tx) {
    const auto used = [&](std::int64_t ts, const std::string& agent) {
      tx.append_usage({.ts = ts,
                       .type = "coder",
                       .instance = agent,
                       .provider = "anthropic",
                       .model = "opus",
                       .input_tokens = 100,
                       .output_tokens = 7});
    };
    const auto now = daemon.fleet.now().wall.time_since_epoch().count();
    used(now, "coder-a");
    used(now, "coder-b");
    used(now - 6 * hour, "coder-b");
  });
  CHECK(daemon.get("/providers").at("/0/tokens_window") == R"({"input":200,"output":14})");
}

TEST_CASE("what a provider wrote is for operators and viewers", "[api][providers]") {
  Daemon daemon;
  break_anthropic(daemon);
  CHECK_THAT(daemon.get("/providers").body, Catch::Contains("the provider's words"));
  const auto seen = daemon.call(Method::get, "/providers", {}, {}, false);
  CHECK_THAT(seen.body, !Catch::Contains("the provider's words") && Catch::Contains(R"("reason":"quota")"));
}

TEST_CASE("an unknown provider is a 404 that names it", "[api][providers]") {
  Daemon daemon;
  for (const std::string action : {"/try", "/reset"}) {
    const auto answer = daemon.post("/providers/nobody-here" + action);
    CHECK(answer.status == 404);
    CHECK_THAT(answer.at("/detail"), Catch::Contains("nobody-here"));
  }
}

TEST_CASE("a try names a model or nothing", "[api][providers]") {
  Daemon daemon;
  CHECK(daemon.post("/providers/anthropic/try", "{").status == 400);
  for (const auto* body : {"[]", R"({"model": 7})", R"({"modell": "opus"})"})
    CHECK(daemon.post("/providers/anthropic/try", body).status == 422);
}

TEST_CASE("there is nothing to try where all is well", "[api][providers]") {
  Daemon daemon;
  const auto answer = daemon.post("/providers/anthropic/try");
  CHECK(answer.status == 409);
  CHECK_THAT(answer.at("/detail"), Catch::Contains("anthropic"));
}

TEST_CASE("a provider that is out is due now when asked, and well by the ramp when reset",
          "[api][providers]") {
  Daemon daemon;
  break_anthropic(daemon);
  const auto health = [&] { return daemon.get("/providers").body; };
  CHECK_THAT(health(), Catch::Contains(R"("state":"open")"));
  CHECK(daemon.post("/providers/anthropic/try", "{}").status == 202);
  CHECK_THAT(health(), Catch::Contains(R"("state":"due")"));
  const auto reset = daemon.post("/providers/anthropic/reset");
  CHECK(reset.status == 200);
  CHECK(reset.at("/name") == "anthropic");
  CHECK_THAT(reset.body, Catch::Contains(R"("state":"ramping")"));
}

TEST_CASE("an agent says what its tasks wait for; a pool's count with one of its type", "[api][held]") {
  Daemon daemon;
  const auto agents = with_held_tasks(daemon).get("/agents");
  CHECK(agents.at("/0/name") == "coder-a");
  CHECK(agents.at("/0/held/provider") == "anthropic");
  CHECK(agents.at("/0/held/reason") == "429 the provider's words");
  CHECK(agents.at("/0/held/tasks") == "5");
  CHECK(agents.at("/1/held/tasks") == "1");
  CHECK(agents.at("/3/name") == "lazy-default");
  CHECK(agents.at("/3/held").empty());
  const auto seen = daemon.call(Method::get, "/agents/coder-a", {}, {}, false);
  CHECK(seen.at("/held/reason") == "quota");
}

TEST_CASE("the health of the daemon counts what is held, each task once", "[api][held]") {
  Daemon daemon;
  CHECK(daemon.get("/health").at("/held") == R"({"tasks":0,"agents":0})");
  Daemon other;
  CHECK(with_held_tasks(other).get("/health").at("/held") == R"({"tasks":6,"agents":2})");
}

TEST_CASE("a waiting rollout says what it waits for, but not to upstream's clients", "[api][held]") {
  Daemon daemon;
  with_held_tasks(daemon);
  for (const std::string id : {"ro-a1", "ro-p1"}) {
    const auto rollout = daemon.get("/rollouts/" + id);
    CHECK(rollout.at("/held/provider") == "anthropic");
    CHECK(rollout.at("/held/tasks") == "1");
    CHECK(daemon.call(Method::get, "/rollouts/" + id, {}, {}, false).at("/held/reason") == "quota");
  }
  CHECK(daemon.get("/rollouts/ro-l1").at("/held").empty());
  CHECK(daemon.get("/v1/agl/rollouts/ro-a1").at("/held").empty());
  CHECK_THAT(daemon.get("/v1/agl/rollouts").body, !Catch::Contains("held"));
}

TEST_CASE("a pool's task is not held while an instance of its type may take it", "[api][held]") {
  Daemon daemon;
  with_held_tasks(daemon);
  state_of(daemon).agents.at("coder-b").held.reset();
  CHECK(daemon.get("/rollouts/ro-p1").at("/held").empty());
  CHECK(daemon.get("/rollouts/ro-a1").at("/held/tasks") == "1");
}

TEST_CASE("a task that waits for itself alone says so first, and none says so once it runs", "[api][held]") {
  Daemon daemon;
  with_held_tasks(daemon);
  daemon.write([](store::Transaction& tx) {
    tx.hold_task("ro-l1", 253'402'300'799'000,
                 R"({"provider":"anthropic","model":"opus","kind":"server_error","reason":"set aside"})");
    tx.set_rollout_status("ro-a1", store::RolloutStatus::running, 2);
  });
  CHECK(daemon.get("/rollouts/ro-l1").at("/held/reason") == "set aside");
  CHECK(daemon.get("/rollouts/ro-a1").at("/held").empty());
}

TEST_CASE("a list from memory is not older than what is held", "[api][held]") {
  Daemon daemon;
  with_held_tasks(daemon);
  CHECK_THAT(daemon.get("/rollouts").body, Catch::Contains(R"("held")"));
  for (const auto* name : {"coder-a", "coder-b"}) state_of(daemon).agents.at(name).held.reset();
  CHECK_THAT(daemon.get("/rollouts").body, !Catch::Contains(R"("held")"));
}

TEST_CASE("why tells what the tasks of an agent wait for", "[api][why][held]") {
  Daemon daemon;
  const auto why = with_held_tasks(daemon).get("/agents/coder-a/why");
  CHECK(why.at("/held/tasks") == "5");
  CHECK_THAT(why.body, Catch::Contains("waits for anthropic until 09:00 UTC (quota)"));
  CHECK(daemon.get("/agents/lazy-default/why").at("/held").empty());
}

TEST_CASE("metrics have the health of providers and what is held", "[api][metrics][held]") {
  Daemon daemon;
  break_anthropic(daemon);
  const auto metrics = with_held_tasks(daemon).get("/metrics").body;
  CHECK_THAT(metrics,
             Catch::Contains("understudy_held_tasks 6\n") && Catch::Contains("understudy_held_agents 2\n"));
  CHECK_THAT(metrics, Catch::Contains(R"(model="",state="open"} 1)"));
  for (const auto* counter : {"understudy_held_seconds_total", "understudy_provider_openings_total",
                              "understudy_provider_trials_total"})
    CHECK_THAT(metrics, Catch::Contains(std::string("# TYPE ") + counter + " counter\n"));
}

TEST_CASE("metrics tell an agent without a tier from one that the operator paused", "[api][metrics]") {
  Daemon daemon;
  using understudy::failover::PauseReason;
  state_of(daemon).agents.at("coder-a").tiers.pause_reason = PauseReason::exhausted;
  state_of(daemon).agents.at("coder-b").tiers.pause_reason = PauseReason::operator_;
  const auto metrics = daemon.get("/metrics").body;
  CHECK_THAT(metrics, Catch::Contains(R"(understudy_agent_exhausted{instance="coder-a",type="coder"} 1)"));
  CHECK_THAT(metrics, Catch::Contains(R"(understudy_agent_exhausted{instance="coder-b",type="coder"} 0)"));
  CHECK_THAT(metrics, Catch::Contains(R"(understudy_agent_paused{instance="coder-b",type="coder"} 1)"));
}

TEST_CASE("an agent says how it comes back, and its cooldown as configured", "[api][agents]") {
  Daemon daemon;
  const auto agent = daemon.get("/agents/coder-a");
  CHECK(agent.at("/failover/return") == "when_due");
  CHECK(agent.at("/failover/cooldown_min") == "60");
  CHECK(agent.at("/failover/give_up_after_min").empty());
  const auto with = [](const std::string& failover) {
    auto text = configuration;
    const std::string known = R"("failover": {"cooldown_min": 60})";
    text.replace(text.find(known), known.size(), R"("failover": )" + failover);
    return Daemon(text).get("/agents/coder-a");
  };
  CHECK(with(R"({"return": "after_success"})").at("/failover/return") == "after_success");
  CHECK(with("{}").at("/failover/cooldown_min").empty());
  CHECK(with(R"({"cooldown_min": {"default": 30, "quota": 90}})").at("/failover/cooldown_min/quota") == "90");
  CHECK(with(R"({"cooldown_min": {"quota": 90}})").at("/failover/cooldown_min/default").empty());
  CHECK(with(R"({"give_up_after_min": 5})").at("/failover/give_up_after_min") == "5");
}
