// One agent's tiers among others: where a task begins, and what the ledger says.
#include "health_squad.hpp"

using namespace fleet;
using tiers::coder;

namespace {

const EntryKey anthropic = of_account("anthropic");

Squad two_agents() {
  Squad squad;
  squad.join("ann");
  squad.join("bob");
  return squad;
}
/// Ann met a 401 on tier 1 and is on tier 2.
Squad ann_met_a_401() {
  Squad squad = two_agents();
  squad.run("ann", refusal(401, Kind::auth_error));
  return squad;
}

}  // namespace

TEST_CASE("who met the fault moves at once, others when they have a task, without an attempt", "[health]") {
  Squad squad = ann_met_a_401();
  CHECK(squad.tier_of("ann") == 2);
  CHECK(squad.row() == LedgerEntry{1, 2, Kind::auth_error, "401 auth_error"});
  CHECK(squad.at("ann").state.last_failover_at);
  CHECK(squad.at("ann").state.last_failure_kind == Kind::auth_error);
  CHECK(squad.tier_of("bob") == 1);
  REQUIRE(squad.ask("bob"));
  CHECK(squad.tier_of("bob") == 2);
  CHECK(squad.row() == LedgerEntry{1, 2, Kind::auth_error, "401 auth_error, seen by ann"});
  CHECK(squad.begun == std::vector<std::string>{"ann 1", "bob 2"});
}

TEST_CASE("with health the state of an agent keeps no times, rows and multipliers", "[health]") {
  Squad squad = ann_met_a_401();
  squad.settle();
  const State& state = squad.at("ann").state;
  CHECK(state.not_before.empty());
  CHECK(state.over_budget_until.empty());
  CHECK_FALSE(state.half_open);
  CHECK(state.multiplier == 1);
  CHECK(state.streak == 0);
  CHECK_FALSE(state.retry_at);
  CHECK(squad.retry_at_of("ann") == squad.health.entries.at(anthropic).until);
}

TEST_CASE("the first task after the time is over tries tier 1, one agent first", "[health]") {
  Squad squad = ann_met_a_401();
  squad.settle();
  squad.end("ann", Kind::task_error);  // never a success on the fallback
  squad.end("bob", Kind::task_error);
  squad.until_due(anthropic);
  squad.at("ann").queue = {"a"};
  squad.at("bob").queue = {"b"};
  squad.settle();
  CHECK(squad.tier_of("bob") == 1);  // not the one that opened it
  CHECK(squad.rows.back() ==
        std::pair{std::string("bob"), LedgerEntry{2, 1, Change::cooldown_reset, "cooldown over, on trial"}});
  CHECK(squad.tier_of("ann") == 2);
  squad.answer("bob");
  squad.end("ann", Kind::success);
  CHECK(squad.tier_of("ann") == 1);
  CHECK(squad.row() == LedgerEntry{2, 1, Change::cooldown_reset, "seen well by bob"});
}

TEST_CASE("after_success only a success on the fallback leads back", "[health]") {
  Squad squad;
  squad.policy.return_policy = ReturnPolicy::after_success;
  squad.join("ann", 5);
  squad.run("ann", refusal(401, Kind::auth_error));
  squad.run("ann", Kind::task_error);
  squad.until_due(anthropic);
  REQUIRE(squad.ask("ann"));
  CHECK(squad.tier_of("ann") == 2);
  squad.end("ann", Kind::success);
  CHECK(squad.tier_of("ann") == 1);
}

TEST_CASE("a success after the cooldown leads back at once, before another task", "[health]") {
  Squad squad;
  squad.join("ann", 5);
  squad.run("ann", refusal(401, Kind::auth_error));
  REQUIRE(squad.ask("ann"));
  SECTION("due") {
    squad.until_due(anthropic);
    squad.end("ann", Kind::success);
    CHECK(squad.tier_of("ann") == 1);
    CHECK_FALSE(squad.at("ann").state.last_failure_kind);
  }
  SECTION("not yet") {
    squad.end("ann", Kind::success);
    CHECK(squad.tier_of("ann") == 2);
  }
}

TEST_CASE("when no tier may serve the queue is held, and no attempt is begun", "[health]") {
  Squad squad = two_agents();
  squad.run("ann", Kind::quota);
  squad.run("ann", tiers::verdict(Kind::quota, 1800));
  CHECK(squad.at("ann").state.pause_reason == PauseReason::exhausted);
  CHECK(squad.row() == LedgerEntry{2, 2, Change::exhausted, "quota"});
  CHECK(squad.retry_at_of("ann") == squad.health.entries.at(of_account("deepseek")).until);
  for (int minute = 0; minute < 29; ++minute) {
    squad.pass(1min);
    CHECK_FALSE(squad.ask("ann"));
    CHECK_FALSE(squad.ask("bob"));
  }
  CHECK(squad.at("ann").choice.what == Decision::hold);
  CHECK(squad.at("bob").choice.until == squad.health.entries.at(of_account("deepseek")).until);
  CHECK(squad.at("bob").choice.reason == "quota, seen by ann");
  SECTION("the one that gets the trial resumes, the other stays paused without a row") {
    squad.until_due(of_account("deepseek"));
    const std::size_t rows = squad.rows.size();
    squad.settle();
    CHECK(squad.at("ann").running);
    CHECK_FALSE(squad.at("ann").state.paused());
    CHECK(squad.row().kind == LedgerKind{Change::auto_resume});
    CHECK(squad.at("bob").state.paused());
    CHECK(squad.rows.size() == rows + 1);
  }
  SECTION("unless the operator wants to resume it") {
    squad.policy.resume_when_possible = false;
    squad.until_due(of_account("deepseek"));
    CHECK_FALSE(squad.ask("ann"));
  }
}

TEST_CASE("what exhausted an agent is its last failure", "[health]") {
  Squad squad;
  squad.join("ann");
  squad.run("ann", Kind::quota);
  squad.run("ann", Kind::rate_limit);
  CHECK(squad.at("ann").state.pause_reason == PauseReason::exhausted);
  CHECK(squad.at("ann").state.last_failure_kind == Kind::rate_limit);
}

TEST_CASE("five tasks and a limit on the only tier: five successes, six attempts", "[health]") {
  Squad squad;
  squad.policy = tiers::chain_of({tiers::opus});
  squad.policy.enabled = GENERATE(true, false);
  squad.join("ann", 5);
  squad.run("ann", tiers::verdict(Kind::quota, {}, squad.now + 2h));
  CHECK_FALSE(squad.ask("ann"));
  CHECK(squad.at("ann").state.pause_reason == PauseReason::exhausted);
  CHECK(squad.retry_at_of("ann") == squad.health.entries.at(anthropic).until);
  squad.pass(119min);
  CHECK_FALSE(squad.ask("ann"));
  squad.until_due(anthropic);
  while (squad.ask("ann")) squad.end("ann", Kind::success);
  CHECK(squad.at("ann").done == 5);
  CHECK(squad.at("ann").begun == 6);
}

TEST_CASE("four agents on one dead key pay once", "[health]") {
  Squad squad;
  for (const char* name : {"ann", "bob", "cid", "dan"}) squad.join(name);
  squad.run("ann", refusal(401, Kind::auth_error));
  squad.settle();
  const auto on_tier_1 = std::ranges::count_if(squad.begun, [](auto& one) { return one.ends_with("1"); });
  CHECK(on_tier_1 == 1);
}

TEST_CASE("a sibling model of an empty account is not tried", "[health]") {
  Squad squad;
  squad.policy = tiers::chain_of({{"p1", "opus"}, {"p1", "sonnet"}, {"p2", "m"}});
  squad.join("ann", 2);
  squad.run("ann", refusal(400, Kind::quota, "Your credit balance is too low"));
  CHECK(squad.tier_of("ann") == 3);
}

TEST_CASE("eight agents come back one, then two, then four", "[health]") {
  Squad squad;
  for (const char* name : {"a", "b", "c", "d", "e", "f", "g", "h"}) squad.join(name, 3);
  squad.run("a", refusal(401, Kind::auth_error));
  squad.until_due(anthropic);
  squad.begun.clear();
  const auto on_tier_1 = [&] {
    squad.settle();
    const auto count = std::ranges::count_if(squad.begun, [](auto& one) { return one.ends_with("1"); });
    squad.begun.clear();
    return count;
  };
  CHECK(on_tier_1() == 1);
  for (auto& [name, member] : squad.members)  // all but the trial end on the fallback, or are held
    if (member.running && member.choice.tier == 2) squad.end(name, Kind::task_error);
  squad.answer("b");
  CHECK(on_tier_1() == 2);
  for (auto& [name, member] : squad.members)
    if (member.running && member.choice.tier == 2) squad.end(name, Kind::task_error);
  CHECK(on_tier_1() == 0);
  squad.pass(10s);
  for (auto& [name, member] : squad.members)
    if (member.running && member.choice.tier == 2) squad.end(name, Kind::task_error);
  CHECK(on_tier_1() == 4);
}

TEST_CASE("a throttle of three seconds moves nobody", "[health]") {
  Squad squad = two_agents();
  squad.run("ann", tiers::verdict(Kind::rate_limit, 3));
  CHECK(squad.rows.empty());
  CHECK_FALSE(squad.ask("bob"));
  CHECK(squad.at("bob").choice.what == Decision::wait);
  CHECK_FALSE(squad.at("bob").state.paused());
  squad.pass(3s);
  squad.settle();
  CHECK(squad.begun == std::vector<std::string>{"ann 1", "bob 1"});
  squad.end("bob", Kind::success);
  CHECK(squad.ask("ann"));
  CHECK(squad.rows.empty());
}

TEST_CASE("a task that the fallback refused waits for tier 1 and is there when it is due", "[health]") {
  Squad squad;
  squad.policy.cooldown = 6s;
  squad.join("ann", 2);
  squad.run("ann", tiers::verdict(Kind::rate_limit, 2));
  CHECK(squad.tier_of("ann") == 2);
  REQUIRE(squad.ask("ann"));
  squad.tell("ann", Ended{*std::exchange(squad.at("ann").running, std::nullopt),
                          tiers::verdict(Kind::context_length)});
  squad.at("ann").refused = {tiers::pro};
  CHECK_FALSE(squad.ask("ann"));
  CHECK(squad.at("ann").choice.what == Decision::go_past);
  CHECK(squad.at("ann").choice.tier == 1);
  CHECK_FALSE(squad.at("ann").state.paused());
  squad.until_due(of({"anthropic", "opus"}));
  REQUIRE(squad.ask("ann"));
  CHECK(squad.tier_of("ann") == 1);
}

TEST_CASE("a request that its tier refused runs on another, the agent stays", "[health]") {
  Squad squad;
  squad.policy = tiers::three_tiers();
  squad.join("ann", 2);
  squad.run("ann", refusal(401, Kind::auth_error));
  squad.at("ann").refused = {tiers::pro};
  const std::size_t rows = squad.rows.size();
  REQUIRE(squad.ask("ann"));
  CHECK(squad.at("ann").choice.tier == 3);
  CHECK(squad.at("ann").choice.own_tier);
  CHECK(squad.tier_of("ann") == 2);
  CHECK(squad.rows.size() == rows);
}

TEST_CASE("a kind that is no trigger holds the agent on its tier", "[health]") {
  Squad squad = two_agents();
  squad.policy.triggers.erase(Kind::quota);
  squad.run("ann", Kind::quota);
  CHECK(squad.tier_of("ann") == 1);
  CHECK_FALSE(squad.ask("bob"));
  CHECK(squad.at("bob").choice.what == Decision::hold);
  CHECK(squad.at("bob").state.pause_reason == PauseReason::exhausted);
  squad.until_due(anthropic);
  CHECK(squad.ask("bob"));
}

TEST_CASE("both tiers overloaded for a while: back within a minute or two", "[health]") {
  Squad squad = two_agents();
  const Instant well = squad.now + 25s;
  const Instant begin = squad.now;
  while (squad.at("ann").done == 0 && squad.now < begin + 5min) {
    squad.tick();
    squad.settle();
    for (auto& [name, member] : squad.members)
      if (member.running) squad.end(name, squad.now < well ? Kind::server_error : Kind::success);
    squad.now += 500ms;
  }
  CHECK(squad.at("ann").done == 1);
  CHECK(squad.now < begin + 2min);
}

TEST_CASE("wrap tries tier 1 once before its time, then holds", "[health]") {
  Squad squad;
  squad.policy.on_exhausted = OnExhausted::wrap;
  squad.join("ann", 3);
  squad.run("ann", Kind::quota);
  squad.run("ann", Kind::quota);
  REQUIRE(squad.ask("ann"));
  CHECK(squad.tier_of("ann") == 1);
  CHECK(squad.at("ann").state.wrapped);
  CHECK(squad.health.entries.at(anthropic).state == HealthState::trial);
  SECTION("lost") {
    squad.end("ann", Kind::quota);
    CHECK_FALSE(squad.ask("ann"));
    CHECK(squad.at("ann").state.pause_reason == PauseReason::exhausted);
  }
  SECTION("won") {
    squad.end("ann", Kind::success);
    CHECK_FALSE(squad.at("ann").state.wrapped);
    CHECK(squad.ask("ann"));
  }
}

TEST_CASE("wrap is for when every tier is out, not for a place that will be free soon", "[health]") {
  Squad squad;
  squad.policy.on_exhausted = OnExhausted::wrap;
  for (const char* name : {"ann", "bob", "cid"}) squad.join(name);
  squad.run("ann", refusal(401, Kind::auth_error));
  squad.settle();  // two places on a tier where nobody was served lately
  CHECK_FALSE(squad.at("cid").running);
  CHECK(squad.at("cid").choice.what == Decision::wait);
  squad.pass(10s);
  CHECK(squad.ask("cid"));
  CHECK(squad.at("cid").choice.tier == 2);
}

TEST_CASE("wrap leaves tier 1 alone while another is on trial there", "[health]") {
  Squad squad = two_agents();
  squad.policy.on_exhausted = OnExhausted::wrap;
  squad.run("ann", Kind::quota);
  squad.run("ann", Kind::quota);
  REQUIRE(squad.ask("ann"));
  CHECK_FALSE(squad.ask("bob"));
  CHECK(squad.at("bob").choice.what == Decision::hold);
}

TEST_CASE("after a reset, and after unpausing an exhausted agent, the next attempt runs", "[health]") {
  Squad squad = two_agents();
  squad.run("ann", Kind::quota);
  squad.run("ann", Kind::quota);
  squad.now += 1min;
  SECTION("reset: on tier 1") {
    squad.tell("ann", ResetRequested{});
    CHECK(squad.row().kind == LedgerKind{Change::manual_reset});
    REQUIRE(squad.ask("ann"));
    CHECK(squad.at("ann").choice.tier == 1);
  }
  SECTION("unpause: where it stands") {
    squad.tell("ann", UnpauseRequested{});
    REQUIRE(squad.ask("ann"));
    CHECK(squad.at("ann").choice.tier == 2);
  }
  CHECK_FALSE(squad.ask("bob"));  // nobody else's
  squad.end("ann", Kind::success);
  CHECK(squad.ask("bob"));
}

TEST_CASE("the operator's pause outranks", "[health]") {
  Squad squad = ann_met_a_401();
  squad.tell("ann", PauseRequested{});
  CHECK_FALSE(squad.ask("ann"));
  CHECK(squad.at("ann").state.pause_reason == PauseReason::operator_);
  squad.tell("ann", UnpauseRequested{});
  REQUIRE(squad.ask("ann"));
  CHECK(squad.at("ann").choice.tier == 2);
}

TEST_CASE("a tier without its key is skipped without an attempt", "[health]") {
  Squad squad = two_agents();
  squad.health =
      step(squad.policy, {}, KeyMissing{"anthropic", "ANTHROPIC_API_KEY is not set"}, squad.now, 0).health;
  REQUIRE(squad.ask("ann"));
  CHECK(squad.row() == LedgerEntry{1, 2, Kind::auth_error, "ANTHROPIC_API_KEY is not set"});
  squad.end("ann", Kind::success);
  CHECK(squad.tier_of("ann") == 2);
  SECTION("with no other tier the agent is held without a time") {
    squad.policy = tiers::chain_of({tiers::opus});
    CHECK_FALSE(squad.ask("bob"));
    CHECK(squad.at("bob").choice.what == Decision::hold);
    CHECK_FALSE(squad.at("bob").choice.until);
    CHECK_FALSE(squad.retry_at_of("bob"));
  }
}

TEST_CASE("a tier over its budget is left without an entry", "[health]") {
  Squad squad = two_agents();
  squad.at("ann").seat.chain[0].over_budget_until = squad.now + 1h;
  REQUIRE(squad.ask("ann"));
  CHECK(squad.row() == LedgerEntry{1, 2, Kind::token_budget, "token_budget"});
  CHECK_FALSE(squad.health.entries.contains(anthropic));
  CHECK(squad.retry_at_of("ann") == squad.at("ann").seat.chain[0].over_budget_until);
  squad.end("ann", Kind::success);
  CHECK(squad.tier_of("ann") == 2);
  squad.now += 1h;
  squad.run("ann", Kind::success);
  CHECK(squad.tier_of("ann") == 1);
  squad.at("ann").seat.chain[0].over_budget_until = squad.now + 1h;
  squad.tell("ann", BudgetExceeded{tiers::opus});
  CHECK(squad.tier_of("ann") == 2);
}

TEST_CASE("an external agent moves when the entry opens and returns when it is well", "[health]") {
  Squad squad = two_agents();
  squad.at("bob").seat.external = true;
  squad.run("ann", refusal(401, Kind::auth_error));
  squad.tell("bob", HealthChanged{});
  CHECK(squad.tier_of("bob") == 2);
  squad.until_due(anthropic);
  squad.tell("bob", HealthChanged{});
  CHECK(squad.tier_of("bob") == 2);  // the trial is another's
  SECTION("won") {
    REQUIRE(squad.ask("ann"));
    squad.answer("ann");
    squad.tell("bob", HealthChanged{});
    CHECK(squad.tier_of("bob") == 1);
  }
  SECTION("alone it tries itself") {
    squad.at("bob").seat.alone = true;
    squad.tell("bob", HealthChanged{});
    CHECK(squad.tier_of("bob") == 1);
  }
}

TEST_CASE("a reset lets one outcome of an external agent pass, and no more", "[health]") {
  Squad squad = two_agents();
  Seat& seat = squad.at("bob").seat;
  seat.external = true;
  const auto reports_a_401 = [&] {
    const Attempt attempt{
        .agent = "bob", .on = {seat.chain[0].account, tiers::opus.model}, .began = squad.now};
    squad.tell("bob", Ended{attempt, refusal(401, Kind::auth_error)});
  };
  reports_a_401();
  CHECK(squad.tier_of("bob") == 2);
  squad.tell("bob", ResetRequested{});
  CHECK(squad.tier_of("bob") == 1);
  squad.tell("bob", HealthChanged{});
  CHECK(squad.tier_of("bob") == 1);
  reports_a_401();
  CHECK(squad.tier_of("bob") == 2);
}

TEST_CASE("without a provider's fault an agent stays and nobody writes", "[health]") {
  Squad squad = two_agents();
  squad.at("ann").queue = {"1", "2", "3", "4", "5"};
  for (const Kind kind : {Kind::success, Kind::task_error, Kind::invalid_request, Kind::server_error})
    squad.run("ann", kind);
  CHECK(squad.rows.empty());
  CHECK(squad.health.entries.empty());
}

TEST_CASE("a fault that moves nobody yet is tried again after a back-off", "[health]") {
  Squad squad = two_agents();
  squad.run("ann", Kind::server_error);
  CHECK(squad.at("ann").not_before >= squad.now + 1s);
  CHECK_FALSE(squad.ask("ann"));
}

TEST_CASE("a fault that opened something is held by that, not by a delay of its own", "[health]") {
  Squad squad;
  squad.policy = tiers::chain_of({tiers::opus});
  squad.join("ann");
  squad.run("ann", tiers::verdict(Kind::quota, 7200));
  CHECK(squad.at("ann").not_before <= squad.now);  // the operator may try at once
  squad.until_due(anthropic);
  CHECK(squad.ask("ann"));
}

TEST_CASE("of those who may try a tier, who opened it goes last", "[health]") {
  Squad squad = ann_met_a_401();
  squad.until_due(anthropic);
  const TierKey on{"anthropic", "opus"};
  CHECK(opened_it(squad.health, {.agent = "ann", .task = "ann-0", .on = on}, squad.now));
  CHECK(opened_it(squad.health, {.agent = "ann", .task = "another", .on = on}, squad.now));
  CHECK_FALSE(opened_it(squad.health, {.agent = "bob", .task = "bob-0", .on = on}, squad.now));
}

TEST_CASE("an edited chain is followed to the new place", "[health]") {
  Squad squad = ann_met_a_401();
  squad.policy = tiers::chain_of({tiers::pro, coder});
  squad.join("ann", 0);
  squad.tell("ann", ChainChanged{});
  CHECK(squad.tier_of("ann") == 1);
  CHECK(squad.row().kind == LedgerKind{Change::config_changed});
}
