#include "daemon/api_world.hpp"

using namespace api_world;

namespace {

constexpr std::int64_t now = 1'800'000'000'000;
constexpr std::int64_t hour = 3'600'000;

store::LedgerRow row(std::int64_t ts, int from, int to, std::string kind) {
  return {.ts = ts,
          .agent = "coder-a",
          .from_tier = from,
          .to_tier = to,
          .kind = std::move(kind),
          .reason = "because"};
}

}  // namespace

TEST_CASE("the ledger shows the newest rows, oldest first, and pages back", "[api][history]") {
  Daemon daemon;
  daemon.write([](store::Transaction& tx) {
    tx.append_ledger(row(now - 30 * 24 * hour, 1, 2, "quota"));
    for (int i = 0; i < 4; ++i) tx.append_ledger(row(now - (4 - i) * hour, 1, 2, "auth_error"));
  });
  const auto week = daemon.get("/agents/coder-a/provider-events");
  CHECK(week.size() == 4);
  CHECK(week.at("/0/ts") == std::to_string(now - 4 * hour));
  CHECK(week.at("/0/agent") == "coder-a");
  CHECK(week.at("/0/rollout_id") == "null");
  const auto newest = daemon.get("/agents/coder-a/provider-events?limit=2");
  CHECK(newest.size() == 2);
  CHECK(newest.at("/1/ts") == std::to_string(now - hour));
  const auto older = daemon.get("/agents/coder-a/provider-events?before_id=" + newest.at("/0/id"));
  CHECK(older.size() == 3);
  CHECK(older.at("/0/kind") == "quota");
  CHECK(daemon.get("/agents/coder-a/provider-events?since=" + std::to_string(now - 2 * hour)).size() == 2);
  for (const std::string bad : {"since=x", "limit=0", "limit=999999", "before_id=-1"})
    CHECK(daemon.get("/agents/coder-a/provider-events?" + bad).status == 400);
}

TEST_CASE("tier time adds up to a hundred percent", "[api][history]") {
  Daemon daemon;
  daemon.write([](store::Transaction& tx) {
    tx.append_ledger(row(now - 30 * hour, 1, 2, "quota"));
    tx.append_ledger(row(now - 12 * hour, 2, 1, "cooldown_reset"));
  });
  auto answer = daemon.get("/agents/coder-a/tier-time");
  CHECK(answer.at("/window_ms") == "86400000");
  CHECK(answer.at("/tiers/0/tier") == "1");
  CHECK(answer.at("/tiers/0/ms") == std::to_string(12 * hour));
  CHECK(answer.at("/tiers/1/ms") == std::to_string(12 * hour));
  CHECK(answer.at("/tiers/1/percent") == "50");
  CHECK(answer.at("/paused/ms") == "0");
  answer = daemon.get("/agents/coder-a/tier-time?window_ms=" + std::to_string(6 * hour));
  CHECK(answer.at("/tiers/0/ms") == std::to_string(6 * hour));
  CHECK(daemon.get("/agents/coder-a/tier-time?window_ms=0").status == 400);
}

TEST_CASE("lifecycle events carry their figures", "[api][history]") {
  Daemon daemon;
  daemon.write([](store::Transaction& tx) {
    const store::EventRow event{.ts_ms = now - hour,
                                .type = "container.lazy_started",
                                .instance = "lazy-default",
                                .summary = "started",
                                .detail = R"({"latency_ms":287})"};
    const auto id = tx.append_event(event);
    tx.append_lifecycle_event({.id = id,
                               .ts = event.ts_ms,
                               .instance = "lazy-default",
                               .type = event.type,
                               .latency_ms = 287,
                               .summary = event.summary,
                               .detail = event.detail});
  });
  const auto answer = daemon.get("/agents/lazy-default/lifecycle-events");
  CHECK(answer.size() == 1);
  CHECK(answer.at("/0/type") == "container.lazy_started");
  CHECK(answer.at("/0/latency_ms") == "287");
  CHECK(answer.at("/0/idle_seconds") == "null");
  CHECK(answer.at("/0/detail/latency_ms") == "287");
  CHECK(daemon.get("/agents/lazy-default/lifecycle-events?since=" + std::to_string(now)).size() == 0);
}

TEST_CASE("the event log is filtered by type and instance, after an id", "[api][history]") {
  Daemon daemon;
  daemon.post("/agents/coder-a/pause");
  daemon.post("/agents/coder-b/pause");
  daemon.post("/agents/coder-b/unpause");
  const auto all = daemon.get("/event-log?types=provider.*");
  CHECK(all.size() == 3);
  CHECK(all.at("/0/type") == "provider.paused");
  CHECK(all.at("/0/instance") == "coder-a");
  CHECK(all.at("/0/detail/kind") == "pause");
  CHECK(daemon.get("/event-log?types=provider.resumed,rollout.*").size() == 1);
  CHECK(daemon.get("/event-log?instance=coder-b&types=provider.*").size() == 2);
  CHECK(daemon.get("/event-log?types=provider.*&after=" + all.at("/1/id")).size() == 1);
  CHECK(daemon.get("/event-log?types=provider.*&limit=1").size() == 1);
  CHECK(daemon.get("/event-log?types=provider.*&since=" + all.at("/1/ts")).size() >= 1);
  CHECK(daemon.get("/event-log?since=9999999999999").size() == 0);
  CHECK(daemon.get("/event-log?since=soon").status == 400);
  CHECK(daemon.get("/event-log?after=-1").status == 400);
  CHECK(daemon.get("/event-log?limit=ten").at("/errors/0/path") == "limit");
}

TEST_CASE("the read pool knows the oldest event id, also of an empty log", "[api][history]") {
  Daemon daemon;
  const auto last = daemon.fleet.state().last_event_id;
  CHECK(daemon.read_pool.oldest_id() == last + 1);  // not read yet
  const auto events = daemon.get("/events");        // reads it
  CHECK(events.status == 200);
  CHECK(events.field("Content-Type") == "text/event-stream");
  daemon.post("/agents/coder-a/pause");
  CHECK(daemon.read_pool.oldest_id() <= last + 1);
  CHECK(daemon.read_pool.latest_id() == last + 1);
  CHECK(daemon.get("/events?after=x").status == 400);
}

TEST_CASE("health names version, store and runtimes", "[api][health]") {
  Daemon daemon;
  auto health = daemon.get("/health");
  CHECK(health.at("/status") == "ok");
  CHECK(health.at("/version") == "1.2.3");
  CHECK(health.at("/store") == "ok");
  CHECK(health.at("/runtimes/process") == "ok");
  daemon.tell(fleet::EngineLost{"process", "gone"});
  health = daemon.get("/health");
  CHECK(health.at("/status") == "degraded");
  CHECK(health.at("/runtimes/process") == "unreachable");
}

TEST_CASE("health says whether this is the demo", "[api][health]") {
  Daemon daemon;
  CHECK(daemon.get("/health").at("/demo") == "false");
  daemon.status.demo = true;
  CHECK(daemon.get("/health").at("/demo") == "true");
}

TEST_CASE("health reports dropped log lines and a low limit of descriptors; neither is degraded",
          "[api][health]") {
  Daemon daemon;
  auto health = daemon.get("/health");
  CHECK(health.at("/log_dropped") == "0");
  CHECK(health.at("/few_open_files") == "false");
  daemon.status.log_dropped = [] { return std::uint64_t{3}; };
  daemon.status.few_open_files = true;
  health = daemon.get("/health");
  CHECK(health.at("/log_dropped") == "3");
  CHECK(health.at("/few_open_files") == "true");
  CHECK(health.at("/status") == "ok");
}

TEST_CASE("metrics cover tiers, queues, cold starts, tokens and routes", "[api][metrics]") {
  Daemon daemon;
  daemon.post("/agents/coder-a/outcomes", refused_key);
  daemon.post("/agents/coder-b/pause");
  daemon.post("/agents/coder-b/tasks", R"({"input": 1})");
  daemon.post("/agents/coder-b/outcomes",
              R"({"surface": "http", "status": 200, "usage": {"input_tokens": 5, "output_tokens": 7}})");
  daemon.clock.time += std::chrono::seconds{90};
  daemon.http_metrics.record({.method = http::Method::get,
                              .route = "/agents/{name}",
                              .status = 200,
                              .duration = std::chrono::milliseconds{2}});
  const auto metrics = daemon.get("/metrics");
  CHECK(metrics.field("Content-Type") == "text/plain; version=0.0.4; charset=utf-8");
  for (const std::string line : {
           R"(understudy_info{version="1.2.3"} 1)",
           R"(understudy_agent_tier{instance="coder-a",type="coder"} 2)",
           R"(understudy_agent_paused{instance="coder-b",type="coder"} 1)",
           R"(understudy_failovers_total{kind="auth_error"} 1)",
           R"(understudy_queue_depth{instance="coder-b"} 1)",
           R"(understudy_queue_oldest_seconds{instance="coder-b"} 90)",
           R"(understudy_cold_start_seconds_bucket{runtime="process",phase="total",le="0.01"} 0)",
           R"(understudy_cold_start_seconds_bucket{runtime="process",phase="probe",le="+Inf"} 0)",
           R"(understudy_cold_start_seconds_count{runtime="process",phase="total"} 0)",
           R"(direction="output"} 7)",
           R"(understudy_http_requests_total{method="GET",route="/agents/{name}",status="2xx"} 1)",
           R"(understudy_http_request_seconds_bucket{method="GET",route="/agents/{name}",le="0.0025"} 1)",
           R"(understudy_sse_subscribers 0)",
           R"(# TYPE understudy_cold_start_seconds histogram)",
       }) {
    INFO(metrics.body);
    CHECK_THAT(metrics.body, Catch::Contains(line + "\n"));
  }
}
