// Exhausted means held: a provider's fault never costs a task, whatever the length of the chain.
#include "daemon/fleet_providers.hpp"

using namespace fleet_world;

namespace {

const std::vector<std::vector<failover::TierId>> chains{{opus}, {opus, v4}, {opus, v4, qwen}};

config::Config pool_of(int size, std::vector<failover::TierId> chain = {opus}) {
  return config_with(crew(std::move(chain), size));
}

/// Every tier of the chain says that its limit is reached.
std::string exhaust(World& world, milliseconds wait) {
  auto id = world.submit("coder-a");
  while (world.run_of("coder-a")) world.ends("coder-a", limit_reached(world, wait));
  return id;
}

}  // namespace

// ---- one subscription, one limit, a queue

TEST_CASE("one limit with its reset time costs one attempt a tier, and no task", "[fleet][held]") {
  auto chain = GENERATE(from_range(chains));
  const auto tiers = chain.size();
  auto type = crew(std::move(chain), 1);
  type.failover.enabled = tiers > 1 || GENERATE(true, false);  // without a failover block
  World world(config_with(type));
  Words ids;
  for (int i = 0; i < 5; ++i) ids.push_back(world.submit("coder-a"));
  const auto reset = world.clock.wall() + 8h;
  while (world.run_of("coder-a")) world.ends("coder-a", limit_reached(world, 8h));
  CHECK(world.started.size() == tiers);
  CHECK(world.tiers("coder-a").pause_reason == failover::PauseReason::exhausted);
  CHECK(world.retry_at("coder-a") == reset);

  world.pass(8h - 1s);
  CHECK(world.runs.empty());
  world.pass(1s);
  finish_all(world);
  for (const auto& id : ids) CHECK(world.status(id) == "succeeded");
  CHECK(world.started.size() == 5 + tiers);
  auto order = began(world);
  order.erase(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(tiers));
  CHECK(order == ids);
  CHECK_FALSE(world.tiers("coder-a").paused());
  world.check_disk_is_memory();
}

TEST_CASE("a queue that waits for days does nothing meanwhile", "[fleet][held]") {
  World world(pool_of(3));
  exhaust(world, 24h * 7);
  for (const auto* name : {"coder-b", "coder-c"}) world.submit(name);
  world.submit_to_pool();
  world.pass(1h);
  const auto ticks = world.ticks;
  const auto events = world.events("*").size();
  world.pass(24h * 5);
  CHECK(world.ticks - ticks < 10);
  CHECK(world.events("*").size() == events);
  CHECK(world.runs.empty());
}

TEST_CASE("the ledger says once that it is out, and once that it goes on", "[fleet][held]") {
  World world(pool_of(1));
  exhaust(world, 2h);
  for (int i = 0; i < 3; ++i) world.submit("coder-a");
  world.pass(2h);
  finish_all(world);
  CHECK(world.moves("coder-a") == Words{"1→1 exhausted", "1→1 auto_resume"});
  CHECK(world.ledger("coder-a").at(1).reason == "cooldown over, on trial");
  CHECK(world.events("provider.paused").size() == 1);
  CHECK(world.events("provider.resumed").size() == 1);
}

TEST_CASE("who was given neither a trial nor a place stays paused without a row", "[fleet][held]") {
  World world(pool_of(4));
  exhaust(world, 2h);
  for (const auto* name : {"coder-b", "coder-c", "coder-d"}) world.submit(name);
  world.pass(2h);
  REQUIRE(world.runs.size() == 1);
  const auto trial = busy(world).at(0);
  for (const auto& name : names_of(world)) {
    INFO(name);
    CHECK(world.tiers(name).paused() == (name != trial));
    CHECK(world.ledger(name).size() == (name == trial ? 2 : 1));
  }
}

TEST_CASE("provider faults use up none of a task's own attempts, however many", "[fleet][held]") {
  World world(pool_of(1, {opus, v4}));
  const auto id = world.submit("coder-a", "", R"({"max_attempts": 2, "retry_condition": ["failed"]})");
  for (int i = 0; i < 30; ++i) {
    world.ends("coder-a", key_refused());
    if (!world.run_of("coder-a")) world.pass(9h);
    REQUIRE(world.run_of("coder-a"));
  }
  world.ends("coder-a", fails_itself());
  CHECK(world.status(id) == "running");
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

// ---- what people see

TEST_CASE("a held agent says what it waits for, until it goes on", "[fleet][held]") {
  World world(pool_of(2, {opus, v4}));
  exhaust(world, 2h);
  world.submit("coder-b");
  const auto& held = world.agent("coder-b").held;
  REQUIRE(held);
  CHECK(held->on == opus);
  CHECK(held->kind == failover::Kind::quota);
  CHECK(held->account == account_of(world, "anthropic"));
  CHECK(held->until == world.clock.wall() + 2h);
  CHECK(held->reason.find("seen by coder-a") != std::string::npos);
  world.pass(2h);
  finish_all(world);
  for (const auto* name : {"coder-a", "coder-b"}) CHECK_FALSE(world.agent(name).held);
}

TEST_CASE("it no longer says so when nothing is left in its queue", "[fleet][held]") {
  World world(pool_of(1));
  const auto id = exhaust(world, 2h);
  CHECK(world.agent("coder-a").held);
  REQUIRE(world.ask(fleet::CancelRequested{id}));
  world.pass(2h);
  CHECK_FALSE(world.agent("coder-a").held);
  CHECK(world.status(id) == "cancelled");
}

TEST_CASE("who is held and who goes on are events, counted by account", "[fleet][held]") {
  World world(pool_of(3));
  exhaust(world, 2h);
  CHECK(last_event(world, "provider.held", "/account") == account_of(world, "anthropic"));
  CHECK(last_event(world, "provider.held", "/kind") == "quota");
  CHECK(last_event(world, "provider.held", "/until") == as_text(world.clock.wall() + 2h));
  CHECK(last_event(world, "provider.held", "/agents") == "1");
  CHECK(last_event(world, "provider.held", "/tasks") == "1");
  world.submit("coder-b");
  world.submit("coder-b");
  CHECK(last_event(world, "provider.held", "/agents") == "2");
  CHECK(world.events("provider.released").empty());
  world.pass(2h);
  finish_all(world);
  CHECK(world.events("provider.released").size() == 1);
  CHECK(last_event(world, "provider.released", "/account") == account_of(world, "anthropic"));
}

TEST_CASE("held tasks of a pool are counted once", "[fleet][held]") {
  World world(pool_of(3));
  exhaust(world, 2h);
  for (int i = 0; i < 4; ++i) world.submit_to_pool();
  for (const auto& name : names_of(world)) CHECK(world.agent(name).held);
  world.pass(1min);
  world.submit("coder-a");
  world.submit("coder-b");
  std::int64_t tasks = 0;
  for (const auto& event : world.events("provider.held"))
    tasks = boost::json::parse(event.detail).at("tasks").as_int64();
  CHECK(tasks <= 7);
}

// ---- the operator

TEST_CASE("an operator's pause outranks: nothing is held, and nothing resumes by itself", "[fleet][held]") {
  World world(pool_of(1, {opus, v4}));
  const auto id = exhaust(world, 2h);
  REQUIRE(world.ask(fleet::PauseRequested{"coder-a"}));
  CHECK_FALSE(world.agent("coder-a").held);
  CHECK(world.tiers("coder-a").pause_reason == failover::PauseReason::operator_);
  world.pass(24h);
  CHECK(world.runs.empty());
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-a"}));
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
}

TEST_CASE("unpaused while every tier is out, it is held like the others", "[fleet][held]") {
  World world(pool_of(2));
  exhaust(world, 2h);
  REQUIRE(world.ask(fleet::PauseRequested{"coder-b"}));
  world.submit("coder-b");
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-b"}));
  CHECK(world.run_of("coder-b") == nullptr);
  CHECK(world.agent("coder-b").held);
  CHECK(world.tiers("coder-b").pause_reason == failover::PauseReason::exhausted);
}

TEST_CASE("without resume_when_possible the operator decides, and no time is promised", "[fleet][held]") {
  auto type = crew({opus}, 2);
  type.failover.resume_when_possible = false;
  World world(config_with(type));
  exhaust(world, 2h);
  world.submit("coder-b");
  REQUIRE(world.agent("coder-b").held);
  CHECK_FALSE(world.agent("coder-b").held->until);
  world.pass(24h);
  CHECK(world.runs.empty());
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-b"}));
  CHECK(busy(world) == Words{"coder-b"});
  world.answers_early("coder-b");
  world.pass(1min);
  CHECK(busy(world) == Words{"coder-b"});  // coder-a too was paused
}

// ---- wrap

TEST_CASE("wrap goes to tier 1 once before its time, then is held like pause", "[fleet][held]") {
  auto type = crew({opus, v4}, 2);
  type.failover.on_exhausted = failover::OnExhausted::wrap;
  World world(config_with(type));
  const auto id = world.submit("coder-a");
  world.ends("coder-a", limit_reached(world, 2h));
  world.ends("coder-a", limit_reached(world, 3h));
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  CHECK(entry(world, "anthropic")->trial.agent == "coder-a");
  CHECK(world.ledger("coder-a").back().to_tier == 1);

  const auto other = world.submit("coder-b");  // nobody is tried beside a trial
  CHECK(world.run_of("coder-b") == nullptr);
  SECTION("lost") {
    world.ends("coder-a", limit_reached(world, 2h));
    CHECK(world.tiers("coder-a").paused());
    const auto begun = world.started.size();
    world.pass(2h - 1s);
    CHECK(world.started.size() <= begun + 1);  // coder-b wraps once too
    world.pass(1s);
    finish_all(world);
  }
  SECTION("won") {
    world.answers_early("coder-a");
    CHECK(world.run_of("coder-b"));
    finish_all(world);
  }
  CHECK(world.status(id) == "succeeded");
  CHECK(world.status(other) == "succeeded");
}

// ---- pools

TEST_CASE("a pool's tasks wait in their order, and go on one, few, all", "[fleet][held]") {
  World world(pool_of(4));
  Words ids{world.submit_to_pool()};
  world.ends(busy(world).at(0), limit_reached(world, 2h));
  for (int i = 0; i < 5; ++i) ids.push_back(world.submit_to_pool());
  CHECK(world.runs.empty());
  world.pass(2h);
  REQUIRE(world.runs.size() == 1);
  CHECK(world.runs.begin()->second.rollout_id == ids[0]);
  world.answers_early(busy(world).at(0));
  CHECK(world.runs.size() == 3);
  world.pass(10s);
  CHECK(world.runs.size() == 4);
  finish_all(world, 1h);
  auto order = began(world);
  order.erase(order.begin());
  CHECK(order == ids);
  for (const auto& id : ids) CHECK(world.status(id) == "succeeded");
}

TEST_CASE("a pool's task goes to the instance that would run it on the better tier", "[fleet][held]") {
  auto type = crew({opus, v4}, 2);
  type.failover.return_policy = failover::ReturnPolicy::after_success;
  World world(config_with(type));
  world.work("coder-a", throttled(60s));
  world.ends("coder-a", answers());
  world.pass(5min);
  world.work("coder-b", answers());
  world.pass(1min);
  REQUIRE(world.tiers("coder-a").current_tier == 2);
  world.submit_to_pool();
  CHECK(busy(world) == Words{"coder-b"});
}

TEST_CASE("held instances take nothing of a pool that another could run", "[fleet][held]") {
  World world(pool_of(2, {opus, v4}));
  REQUIRE(world.ask(fleet::PauseRequested{"coder-b"}));
  exhaust(world, 2h);
  CHECK(world.tiers("coder-a").paused());
  const auto pooled = world.submit_to_pool();
  REQUIRE(world.ask(fleet::ProviderResetRequested{"deepseek"}));
  REQUIRE(world.run_of("coder-a"));  // its own task is older
  world.pass(1min);
  REQUIRE(world.ask(fleet::UnpauseRequested{"coder-b"}));
  REQUIRE(world.run_of("coder-b"));
  CHECK(world.run_of("coder-b")->rollout_id == pooled);
}

// ---- patience

TEST_CASE("give_up_after_min ends a task that no provider served for so long", "[fleet][held]") {
  auto type = crew({opus}, 1);
  type.failover.give_up_after = 30min;
  World world(config_with(type));
  world.pass(1h);  // it counts from the first fault
  const auto id = exhaust(world, 2h);
  const auto later = world.submit("coder-a");
  const bool restarts = GENERATE(false, true);
  if (restarts) world.restart();
  world.pass(30min - 1s);
  CHECK(world.status(id) == "requeuing");
  world.pass(1s);
  CHECK(world.status(id) == "failed");
  CHECK(world.metadata(id, "/verdict/rule") == "gave-up");
  CHECK(world.metadata(id, "/verdict/kind") == "quota");
  CHECK(world.status(later) == "queuing");  // no provider has failed it
  world.pass(24h);
  CHECK(world.events("rollout.finished").size() == 1);
}

TEST_CASE("a task that runs when its time is over may end; its next fault is the last", "[fleet][held]") {
  auto type = crew({opus, v4}, 1);
  type.failover.give_up_after = 30min;
  World world(config_with(type));
  const auto id = world.submit("coder-a");
  world.ends("coder-a", key_refused());
  world.pass(1h);
  REQUIRE(world.run_of("coder-a"));
  SECTION("well") {
    world.ends("coder-a", answers());
    CHECK(world.status(id) == "succeeded");
  }
  SECTION("with a fault") {
    world.ends("coder-a", key_refused());
    CHECK(world.status(id) == "failed");
    CHECK(world.metadata(id, "/verdict/rule") == "gave-up");
    CHECK(world.events("rollout.finished").size() == 1);
  }
}

TEST_CASE("without it a task waits for weeks", "[fleet][held]") {
  World world(pool_of(1));
  const auto id = world.submit("coder-a");
  for (int day = 0; day < 20; ++day) {
    if (world.run_of("coder-a")) world.ends("coder-a", key_refused());
    world.pass(24h);
  }
  CHECK_FALSE(store::is_finished(world.rollout(id).status));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

// ---- keys

TEST_CASE("a tier without its key is skipped without an attempt, and cooled down never", "[fleet][held]") {
  World world(pool_of(1, {opus, v4}));
  world.key_becomes("ANTHROPIC_API_KEY", {});
  CHECK(health_of(world, "anthropic") == "unconfigured");
  const auto id = world.work("coder-a", answers());
  CHECK(world.attempts(id).size() == 1);
  CHECK(world.started.at(0).provider == "deepseek");
  CHECK(world.moves("coder-a") == Words{"1→2 auth_error"});
  CHECK(world.ledger("coder-a").at(0).reason == "ANTHROPIC_API_KEY is not set");
  CHECK_FALSE(world.retry_at("coder-a"));
  world.check_disk_is_memory();
}

TEST_CASE("with no other tier it is held without a time, and a key ends that", "[fleet][held]") {
  World world(pool_of(3));
  world.key_becomes("ANTHROPIC_API_KEY", {});
  const auto id = world.submit("coder-a");
  for (const auto* name : {"coder-b", "coder-c"}) world.submit(name);
  CHECK(world.runs.empty());
  REQUIRE(world.agent("coder-a").held);
  CHECK_FALSE(world.agent("coder-a").held->until);
  CHECK(world.agent("coder-a").held->reason == "ANTHROPIC_API_KEY is not set");
  world.pass(24h * 30);
  CHECK(world.attempts(id).empty());
  CHECK(world.status(id) == "queuing");
  const bool restarts = GENERATE(false, true);
  if (restarts) {
    world.ports.variables["ANTHROPIC_API_KEY"] = "sk-ant-new";
    world.restart();
  } else {
    world.key_becomes("ANTHROPIC_API_KEY", "sk-ant-new");
    CHECK(world.runs.size() == 2);  // a few at a time
  }
  world.pass(1min);
  CHECK(world.runs.size() == 3);
  CHECK(world.env_files.at("coder-a").find("ANTHROPIC_API_KEY=sk-ant-new") != std::string::npos);
  finish_all(world);
  CHECK(world.status(id) == "succeeded");
  world.check_disk_is_memory();
}

TEST_CASE("another key ends what was known of the old one", "[fleet][held]") {
  World world(pool_of(4));
  exhaust(world, 24h);
  for (const auto* name : {"coder-b", "coder-c", "coder-d"}) world.submit(name);
  CHECK(world.runs.empty());
  world.key_becomes("ANTHROPIC_API_KEY", "sk-ant-other");
  CHECK(health_of(world, "anthropic") == "ramping");
  CHECK(world.runs.size() == 2);
  for (const auto& run : world.runs) {
    const auto& env = world.engine.boxes.at(run.second.container_id).env;
    CHECK(std::ranges::find(env, std::pair<std::string, std::string>{"ANTHROPIC_API_KEY", "sk-ant-other"}) !=
          env.end());
  }
  world.check_disk_is_memory();
}

TEST_CASE("a fault on the old key says nothing of the new one", "[fleet][held]") {
  World world(pool_of(2, {opus, v4}));
  const auto id = world.submit("coder-a");
  world.key_becomes("ANTHROPIC_API_KEY", "sk-ant-other");
  world.ends("coder-a", key_refused());
  CHECK(health_of(world, "anthropic") == "well");
  world.pass(1min);
  REQUIRE(world.run_of("coder-a"));
  CHECK(world.run_of("coder-a")->rollout_id == id);
  CHECK(world.run_of("coder-a")->provider == "anthropic");
  CHECK(world.ledger("coder-a").empty());
  world.submit("coder-b");
  CHECK(world.run_of("coder-b")->provider == "anthropic");
}

TEST_CASE("a key file that goes away and comes back", "[fleet][held]") {
  auto config = pool_of(1);
  config.providers["anthropic"] = {.base_url = "https://one.example", .api_key_file = "/run/key"};
  World world(config);
  CHECK(health_of(world, "anthropic") == "unconfigured");
  const auto id = world.submit("coder-a");
  CHECK(world.agent("coder-a").held->reason == "/run/key is empty");
  world.ports.key_files["/run/key"] = "sk-ant-first";
  world.tell(fleet::KeysChanged{});
  REQUIRE(world.run_of("coder-a"));
  world.ends("coder-a", answers());
  CHECK(world.status(id) == "succeeded");
}

// ---- restarts

TEST_CASE("a restart forgets nothing of what is known, in whatever state", "[fleet][held][restart]") {
  World world(pool_of(4));
  Words ids{world.submit("coder-a")};
  const auto enqueue = [&] {
    for (const auto* name : {"coder-b", "coder-c", "coder-d"}) ids.push_back(world.submit(name));
  };
  std::string expected;
  SECTION("in a short wait") {
    world.ends("coder-a", throttled(20s));
    enqueue();
    expected = "open";
  }
  SECTION("open") {
    world.ends("coder-a", limit_reached(world, 2h));
    enqueue();
    world.pass(1h);
    expected = "open";
  }
  SECTION("due") {
    world.ends("coder-a", limit_reached(world, 2h));
    REQUIRE(world.ask(fleet::CancelRequested{ids[0]}));
    world.pass(3h);
    expected = "due";
  }
  SECTION("on trial") {
    world.ends("coder-a", limit_reached(world, 2h));
    enqueue();
    world.pass(2h);
    expected = "trial";
  }
  SECTION("ramping") {
    world.ends("coder-a", limit_reached(world, 2h));
    enqueue();
    world.pass(2h);
    world.answers_early(busy(world).at(0));
    expected = "ramping";
  }
  SECTION("closed") {
    world.ends("coder-a", limit_reached(world, 2h));
    world.pass(2h);
    world.answers_early("coder-a");
    world.pass(1min);
    expected = "closed";
  }
  const auto* model =
      world.fleet().state().health.entries.begin()->first.scope == failover::Scope::tier ? "opus" : "";
  REQUIRE(health_of(world, "anthropic", model) == expected);
  world.check_disk_is_memory();
  auto before = *entry(world, "anthropic", model);
  const auto running = busy(world);
  std::map<std::string, failover::State> tiers;
  for (const auto& name : names_of(world)) tiers[name] = world.tiers(name);

  world.restart();
  REQUIRE(entry(world, "anthropic", model));
  auto after = *entry(world, "anthropic", model);
  before.ramp.waiting = after.ramp.waiting = {};
  CHECK(after == before);
  CHECK(busy(world) == running);
  for (const auto& [name, state] : tiers) CHECK(world.tiers(name) == state);
  world.check_disk_is_memory();

  finish_all(world);
  for (const auto& id : ids)
    if (world.status(id) != "cancelled") CHECK(world.status(id) == "succeeded");
  CHECK(world.started.size() <= 5);
}

TEST_CASE("agents that were held before a restart still are", "[fleet][held][restart]") {
  auto type = crew({opus}, 1);
  type.container.mode = GENERATE(config::Mode::process, config::Mode::host);
  World world(config_with(type));
  const auto id = exhaust(world, 2h);
  const auto next = world.submit("coder-a");
  world.restart();
  world.pass(1s);
  CHECK(world.runs.empty());
  CHECK(world.agent("coder-a").held);
  CHECK(world.tiers("coder-a").paused());
  world.pass(2h);
  finish_all(world);
  CHECK(world.status(id) == "succeeded");
  CHECK(world.status(next) == "succeeded");
}
