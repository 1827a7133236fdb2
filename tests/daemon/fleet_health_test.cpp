// What one agent learned about a provider no other agent pays for, and one attempt goes first on the way
// back.
#include "daemon/fleet_providers.hpp"

using namespace fleet_world;

namespace {

/// Eight agents with one task each, all on one account without a fallback, which their first attempt showed
/// to be out for an hour.
struct Held {
  World world{config_with(crew({opus}, 8))};
  Words ids{};

  Held() {
    ids.push_back(world.submit("coder-a"));
    world.ends("coder-a", key_refused());
    for (const auto& name : names_of(world))
      if (name != "coder-a") ids.push_back(world.submit(name));
  }
};

}  // namespace

TEST_CASE("one agent's refused key opens the account for eight", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 8)));
  world.work("coder-a", key_refused());
  CHECK(health_of(world, "anthropic") == "open");
  for (const auto& name : names_of(world))
    if (name != "coder-a") world.submit(name);
  CHECK(running_on(world, "deepseek") == 2);  // nobody was served there lately: a few at a time
  world.pass(30s);
  CHECK(running_on(world, "deepseek") == 8);
  CHECK(begun_on(world, "anthropic") == 1);
  for (const auto& name : names_of(world)) {
    const auto rows = world.ledger(name);
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].kind == "auth_error");
    CHECK(rows[0].reason == (name == "coder-a" ? "401 auth_error" : "401 auth_error, seen by coder-a"));
  }
  world.check_disk_is_memory();
}

TEST_CASE("an agent without a task stays where it is", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 2)));
  world.work("coder-a", key_refused());
  world.pass(2h);
  CHECK(world.ledger("coder-b").empty());
  CHECK(world.tiers("coder-b").current_tier == 1);
}

TEST_CASE("what runs when the account opens is left alone", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 2)));
  const auto id = world.submit("coder-b");
  world.work("coder-a", key_refused());
  CHECK(world.run_of("coder-b")->provider == "anthropic");
  CHECK(world.signals.empty());
  SECTION("its answer is from before the opening and closes nothing") {
    world.ends("coder-b", answers());
    CHECK(world.status(id) == "succeeded");
    CHECK(health_of(world, "anthropic") == "open");
  }
  SECTION("its fault may move the end, and doubles nothing") {
    world.pass(10min);
    world.ends("coder-b", key_refused());
    CHECK(out_for(world, "anthropic") == 1h);
    CHECK(world.run_of("coder-b")->provider == "deepseek");
  }
}

TEST_CASE("after its time one attempt is on trial, then a few may begin, then all", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  CHECK(world.runs.empty());
  CHECK(begun_on(world, "anthropic") == 1);
  world.pass(1h);
  CHECK(health_of(world, "anthropic") == "trial");
  CHECK(world.runs.size() == 1);
  CHECK(world.run_of("coder-a") == nullptr);  // it opened it: another's task is the better trial
  world.pass(1min);
  CHECK(world.runs.size() == 1);

  world.answers_early(busy(world).at(0));
  CHECK(health_of(world, "anthropic") == "ramping");
  CHECK(world.runs.size() == 3);
  world.pass(9s);
  CHECK(world.runs.size() == 3);
  world.pass(1s);
  CHECK(world.runs.size() == 7);
  world.pass(10s);
  CHECK(world.runs.size() == 8);
  world.pass(10s);
  CHECK(health_of(world, "anthropic") == "closed");
  for (const auto& name : names_of(world)) world.ends(name, answers());
  for (const auto& id : held.ids) CHECK(world.status(id) == "succeeded");
  CHECK(begun_on(world, "anthropic") == 9);
  world.check_disk_is_memory();
}

TEST_CASE("a lost trial costs one attempt and doubles the time", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  for (const auto next : {2h, 4h, 8h, 8h}) {
    world.pass(out_for(world, "anthropic"));
    REQUIRE(world.runs.size() == 1);
    world.ends(busy(world).at(0), key_refused());
    CHECK(world.runs.empty());
    CHECK(out_for(world, "anthropic") == next);
  }
  CHECK(begun_on(world, "anthropic") == 5);
  for (const auto& id : held.ids) CHECK_FALSE(store::is_finished(world.rollout(id).status));
}

TEST_CASE("the trial's end counts as its answer where nothing was seen earlier", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  world.pass(1h);
  world.ends(busy(world).at(0), answers());
  CHECK(health_of(world, "anthropic") == "ramping");
  CHECK(world.runs.size() == 2);
}

TEST_CASE("a refusal of the request is an answer too", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  world.pass(1h);
  world.ends(busy(world).at(0), refuses_request());
  CHECK(health_of(world, "anthropic") == "ramping");
}

TEST_CASE("a success without an answer that anybody saw frees its own agent only", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  const auto own = world.submit("coder-b");
  world.pass(1h);
  REQUIRE(busy(world) == Words{"coder-b"});
  auto unseen = answers();
  unseen.answered = false;
  unseen.usage.reset();
  world.ends("coder-b", unseen);
  REQUIRE(world.run_of("coder-b"));
  CHECK(world.run_of("coder-b")->rollout_id == own);
  CHECK(health_of(world, "anthropic") == "trial");  // another's
  CHECK(world.runs.size() == 2);
}

TEST_CASE("on the ramp a fault opens it again, twice as long", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  world.pass(1h);
  world.answers_early(busy(world).at(0));
  REQUIRE(world.runs.size() == 3);
  world.ends(busy(world).at(1), key_refused());
  CHECK(health_of(world, "anthropic") == "open");
  CHECK(out_for(world, "anthropic") == 2h);
  CHECK(world.runs.size() == 2);
}

TEST_CASE("while another is on trial, an agent with a fallback goes on there", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 3)));
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  world.pass(1h);
  for (const auto* name : {"coder-a", "coder-b", "coder-c"}) world.submit(name);
  CHECK(running_on(world, "anthropic") == 1);
  CHECK(running_on(world, "deepseek") == 2);
  world.answers_early("coder-a");
  for (const auto* name : {"coder-b", "coder-c"}) world.ends(name, answers());
  for (const auto* name : {"coder-b", "coder-c"}) world.submit(name);
  CHECK(running_on(world, "anthropic") == 3);
  CHECK(world.moves("coder-b") == Words{"1→2 auth_error", "2→1 cooldown_reset"});
  CHECK(world.ledger("coder-b").back().reason == "seen well by coder-a");
}

TEST_CASE("two providers with one key are one account", "[fleet][health]") {
  auto config = config_with(crew({opus}, 1));
  config.providers["anthropic-eu"] = config.providers["anthropic"];
  config.agent_types["writer"] = crew({{"anthropic-eu", "sonnet"}}, 1);
  const bool other_key = GENERATE(false, true);
  if (other_key) config.providers["anthropic-eu"].api_key_env = "DEEPSEEK_API_KEY";
  World world(config);
  world.work("coder-a", key_refused());
  world.submit("writer-a");
  CHECK((world.run_of("writer-a") == nullptr) == !other_key);
}

TEST_CASE("an instance of its own knows for itself where health is not shared", "[fleet][health]") {
  auto config = config_with(crew({opus}, 2));
  config.service.share_health = false;
  World world(config);
  world.work("coder-a", key_refused());
  world.submit("coder-b");
  CHECK(world.run_of("coder-b"));
}

TEST_CASE("a tier's throttle leaves the account's other models alone", "[fleet][health]") {
  auto config = config_with(crew({opus}, 2));
  config.agent_types["writer"] = crew({{"anthropic", "sonnet"}}, 1);
  World world(config);
  world.work("coder-a", provider_says(429, "slow down"));
  CHECK(health_of(world, "anthropic", "opus") == "open");
  CHECK(out_for(world, "anthropic", "opus") == 5min);
  world.submit("coder-b");
  world.submit("writer-a");
  CHECK(world.run_of("coder-b") == nullptr);
  CHECK(world.run_of("writer-a"));
}

TEST_CASE("the row of overloads is that of all agents", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 4)));
  for (const auto* name : {"coder-a", "coder-b", "coder-c"}) world.submit(name);
  world.ends("coder-a", overloaded());
  world.ends("coder-b", overloaded());
  CHECK(health_of(world, "anthropic", "opus") == "well");
  SECTION("the third opens the tier for half a minute") {
    world.ends("coder-c", overloaded());
    CHECK(out_for(world, "anthropic", "opus") == 30s);
    world.submit("coder-d");
    CHECK(world.run_of("coder-d")->provider == "deepseek");
  }
  SECTION("an answer to anybody ends it") {
    world.answers_early("coder-c");
    world.ends("coder-c", overloaded());
    CHECK(health_of(world, "anthropic", "opus") == "well");
  }
}

TEST_CASE("a short wait that the provider states moves nobody and pauses nobody", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 2)));
  const auto first = world.work("coder-a", throttled(20s));
  const auto second = world.submit("coder-b");
  CHECK(world.runs.empty());
  CHECK_FALSE(world.tiers("coder-b").paused());
  REQUIRE(world.agent("coder-b").held);
  CHECK(world.agent("coder-b").held->reason == "429 rate_limit, seen by coder-a");
  world.pass(19s);
  CHECK(world.runs.empty());
  world.pass(2s);
  finish_all(world, 10min);
  CHECK(world.status(first) == "succeeded");
  CHECK(world.status(second) == "succeeded");
  CHECK(begun_on(world, "deepseek") == 0);
  CHECK(world.ledger("coder-a").empty());
  CHECK(world.ledger("coder-b").empty());
}

TEST_CASE("the third short wait in a row is an ordinary opening", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 1)));
  world.submit("coder-a");
  for (int i = 0; i < 2; ++i) {
    world.ends("coder-a", throttled(20s));
    CHECK(world.run_of("coder-a") == nullptr);
    world.pass(20s);
    REQUIRE(world.run_of("coder-a"));
  }
  world.ends("coder-a", throttled(20s));
  CHECK(world.moves("coder-a") == Words{"1→2 rate_limit"});
  CHECK(world.run_of("coder-a")->provider == "deepseek");
}

TEST_CASE("an agent that alone fails where others are answered is out alone", "[fleet][health]") {
  World world(config_with(crew({opus}, 2)));
  const auto id = world.submit("coder-a");
  world.ends("coder-a", provider_says(429, "slow down"));
  world.submit("coder-b");
  world.pass(5min);
  REQUIRE(busy(world) == Words{"coder-b"});
  world.answers_early("coder-b");
  REQUIRE(busy(world) == Words{"coder-a", "coder-b"});
  world.ends("coder-b", answers());
  world.ends("coder-a", provider_says(429, "slow down"));
  CHECK(health_of(world, "anthropic", "opus", "coder-a") == "open");
  CHECK(world.run_of("coder-a") == nullptr);
  world.submit("coder-b");
  CHECK(world.run_of("coder-b"));
  CHECK(world.status(id) == "requeuing");
}

TEST_CASE("a task that failed three times where others are answered has failed by itself",
          "[fleet][health]") {
  World world(config_with(crew({opus}, 2)));
  const auto id = world.submit("coder-a");
  for (int i = 0; i < 10 && !store::is_finished(world.rollout(id).status); ++i) {
    world.ends("coder-a", provider_says(429, "slow down"));
    world.submit("coder-b");
    for (int minutes = 0; minutes < 120 && !world.run_of("coder-a") && world.status(id) == "requeuing";
         ++minutes) {
      world.pass(1min);
      if (world.run_of("coder-b")) world.ends("coder-b", answers());
    }
  }
  CHECK(world.status(id) == "failed");
  CHECK(world.attempts(id).size() == 4);  // the first opened it
  CHECK(world.metadata(id, "/verdict/rule") == "provider-fails-this-task");
  CHECK(world.metadata(id, "/verdict/kind") == "task_error");
}

// ---- the operator

TEST_CASE("a reset sends that agent's next task, and nobody else's", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  world.pass(1min);
  REQUIRE(world.ask(fleet::TierResetRequested{"coder-c"}));
  CHECK(busy(world) == Words{"coder-c"});
  CHECK(health_of(world, "anthropic") == "open");
  SECTION("its answer closes the account for all") {
    world.answers_early("coder-c");
    CHECK(health_of(world, "anthropic") == "ramping");
    CHECK(world.runs.size() == 3);
  }
  SECTION("its fault changes only later ends") {
    world.pass(10min);
    world.ends("coder-c", key_refused());
    CHECK(world.runs.empty());
    CHECK(out_for(world, "anthropic") == 1h);
  }
  SECTION("once") {
    world.submit("coder-c");
    REQUIRE(world.ask(fleet::CancelRequested{world.run_of("coder-c")->rollout_id}));
    CHECK(world.runs.empty());
  }
}

TEST_CASE("an unpaused agent that is out of providers is sent too, also beside another's trial",
          "[fleet][health]") {
  Held held;
  auto& world = held.world;
  world.pass(1h);
  const auto trial = busy(world);
  REQUIRE(trial.size() == 1);
  const auto* sent = trial[0] == "coder-d" ? "coder-e" : "coder-d";
  REQUIRE(world.ask(fleet::UnpauseRequested{sent}));
  CHECK(world.runs.size() == 2);
  CHECK(entry(world, "anthropic")->trial.agent == trial[0]);
}

TEST_CASE("an agent that the operator sent is sent after a restart too", "[fleet][health]") {
  World world(config_with(crew({opus}, 1)));
  world.work("coder-a", key_refused());
  REQUIRE(world.ask(fleet::CancelRequested{"ro-1"}));
  REQUIRE(world.ask(fleet::TierResetRequested{"coder-a"}));
  world.restart();
  world.submit("coder-a");
  CHECK(world.run_of("coder-a"));
}

TEST_CASE("a provider that the operator tries is due now", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  REQUIRE(world.ask(fleet::ProviderTryRequested{"anthropic"}));
  CHECK(health_of(world, "anthropic") == "trial");
  CHECK(world.runs.size() == 1);
  const auto again = world.ask(fleet::ProviderTryRequested{"anthropic"});
  REQUIRE_FALSE(again);
  CHECK(again.error().kind == fleet::RefusalKind::conflict);
  const auto unknown = world.ask(fleet::ProviderTryRequested{"nobody"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == fleet::RefusalKind::not_found);
}

TEST_CASE("a provider that the operator resets is well for all, a few at a time", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  REQUIRE(world.ask(fleet::ProviderResetRequested{"anthropic"}));
  CHECK(health_of(world, "anthropic") == "ramping");
  CHECK(world.runs.size() == 2);
  CHECK(world.ask(fleet::ProviderResetRequested{"anthropic"}));  // repeating it is no error
  CHECK_FALSE(world.ask(fleet::ProviderResetRequested{"nobody"}));
}

// ---- agents run by others

TEST_CASE("an agent run by others moves when the account opens, and returns when it is well",
          "[fleet][health]") {
  auto theirs = crew({opus, v4}, 1);
  theirs.agent.adapter = "external";
  auto config = config_with(crew({opus}, 1));
  config.agent_types["theirs"] = theirs;
  World world(config);
  const auto reported = key_refused();
  REQUIRE(world.ask(fleet::OutcomeReported{.agent = "theirs-a", .outcome = reported.outcome}));
  CHECK(world.tiers("theirs-a").current_tier == 2);
  world.submit("coder-a");
  CHECK(world.run_of("coder-a") == nullptr);
  world.pass(1h);
  CHECK(world.tiers("theirs-a").current_tier == 2);  // the trial is for who begins something
  REQUIRE(world.run_of("coder-a"));
  world.answers_early("coder-a");
  world.pass(30s);
  CHECK(world.tiers("theirs-a").current_tier == 1);
  CHECK(world.moves("theirs-a") == Words{"1→2 auth_error", "2→1 cooldown_reset"});
}

TEST_CASE("alone on its account, it takes the trial itself", "[fleet][health]") {
  auto theirs = crew({opus, v4}, 1);
  theirs.agent.adapter = "external";
  World world(config_with(theirs));
  REQUIRE(world.ask(fleet::OutcomeReported{.agent = "coder-a", .outcome = key_refused().outcome}));
  REQUIRE(world.tiers("coder-a").current_tier == 2);
  world.pass(1h);
  CHECK(world.tiers("coder-a").current_tier == 1);
}

// ---- what is remembered

TEST_CASE("what no chain reaches is forgotten, on disk too", "[fleet][health]") {
  auto config = config_with(crew({opus, v4}, 1));
  World world(config);
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  config.agent_types["coder"] = crew({v4}, 1);
  const bool restarts = GENERATE(false, true);
  if (restarts)
    world.restart_with(config);
  else
    world.configure(config);
  CHECK(entry(world, "anthropic") == nullptr);
  world.check_disk_is_memory();
}

TEST_CASE("what is known of a removed agent goes with it", "[fleet][health]") {
  auto config = config_with(crew({opus}, 1));
  config.agent_types["writer"] = crew({v4}, 1);
  World world(config);
  world.work("coder-a", key_refused());
  REQUIRE(world.ask(fleet::CancelRequested{"ro-1"}));
  config.agent_types.erase("coder");
  world.configure(config);
  CHECK_FALSE(world.fleet().state().agents.contains("coder-a"));
  CHECK(world.fleet().state().health.entries.empty());
  world.check_disk_is_memory();
}

TEST_CASE("an entry that nobody tried is forgotten a day after its time", "[fleet][health]") {
  World world;
  world.work("coder-a", key_refused());
  world.ends("coder-a", answers());
  world.pass(1h);
  CHECK(health_of(world, "anthropic") == "due");
  world.pass(24h);
  CHECK(health_of(world, "anthropic") == "well");
  world.check_disk_is_memory();
}

TEST_CASE("the first edition's times of each agent become what all know", "[fleet][health]") {
  World world(config_with(crew({opus, v4}, 2)));
  const auto at = as_text(world.clock.wall() + 30min);
  SQLite::Database(world.path(), SQLite::OPEN_READWRITE)
      .exec(R"(UPDATE agent_provider_state SET current_tier = 2, last_failure_kind = 'quota', extra =
        '{"provider":"deepseek","model":"v4","streak":2,"half_open":true,"multiplier":4,"not_before":)"
            R"([{"provider":"anthropic","model":"opus","at":)" +
            at + R"(}]}' WHERE agent = 'coder-a')");
  world.restart();
  CHECK(world.tiers("coder-a").current_tier == 2);
  CHECK(world.tiers("coder-a").not_before.empty());
  REQUIRE(entry(world, "anthropic", "opus"));
  CHECK(entry(world, "anthropic", "opus")->kind == failover::Kind::quota);
  CHECK(out_for(world, "anthropic", "opus") == 30min);
  world.submit("coder-b");
  CHECK(world.run_of("coder-b")->provider == "deepseek");
  world.check_disk_is_memory();
}

// ---- events

TEST_CASE("each change of an entry that people see is an event", "[fleet][health]") {
  Held held;
  auto& world = held.world;
  CHECK(last_event(world, "provider.health", "/provider") == "anthropic");
  CHECK(last_event(world, "provider.health", "/account") == account_of(world, "anthropic"));
  CHECK(last_event(world, "provider.health", "/health/state") == "open");
  CHECK(last_event(world, "provider.health", "/health/kind") == "auth_error");
  CHECK(last_event(world, "provider.health", "/health/seen_by") == "coder-a");
  CHECK(last_event(world, "provider.health", "/health/until") == as_text(world.clock.wall() + 1h));
  world.pass(1h);
  CHECK(last_event(world, "provider.health", "/health/state") == "trial");
  world.answers_early(busy(world).at(0));
  CHECK(last_event(world, "provider.health", "/health/state") == "ramping");
  world.pass(1min);
  CHECK(last_event(world, "provider.health", "/health/state") == "closed");
  CHECK(world.events("provider.health").size() <= 8);
}
