// The operator, keys, what chains reach, the clock, and what the first edition left.
#include "health_rig.hpp"

using namespace fleet;

namespace {

const EntryKey account = of_account("key-1");

}  // namespace

TEST_CASE("the operator makes an entry due now", "[health]") {
  Fleet fleet = after_a_401();
  SECTION("of the account") {
    fleet.send(TryRequested{"key-1", {}});
    CHECK(fleet.changed == std::vector{account});
    CHECK(fleet.may("bob") == Pass::trial);
  }
  SECTION("with nothing waiting nothing changes") {
    fleet.send(TryRequested{"key-2", {}});
    CHECK(fleet.changed.empty());
  }
  SECTION("of one model") {
    fleet.meet("ann", Kind::rate_limit, pro);
    fleet.send(TryRequested{"key-2", "other"});
    CHECK(fleet.changed.empty());
    fleet.send(TryRequested{"key-2", "pro"});
    CHECK(fleet.may("bob", pro) == Pass::trial);
  }
}

TEST_CASE("the operator resets an account for all, by the ramp", "[health]") {
  Fleet fleet = after_a_401();
  fleet.send(AccountReset{"key-1"});
  CHECK(fleet.state(account) == HealthState::ramping);
  CHECK(fleet.may("bob") == Pass::place);
}

TEST_CASE("after a reset nobody is to blame for what was before", "[health]") {
  Fleet fleet = after_a_401();
  fleet.until_due(account);
  fleet.answer(fleet.begin("bob"));
  fleet.meet("ann", refusal(401, Kind::auth_error));
  REQUIRE(fleet.state(of("ann", opus)) == HealthState::open);
  fleet.send(AccountReset{"key-1"});
  CHECK(fleet.entry(of("ann", opus)) == nullptr);
  CHECK(fleet.may("ann") != Pass::blocked);
}

TEST_CASE("the attempt that the operator sent runs whatever is known", "[health]") {
  Fleet fleet = after_a_401();
  fleet.until_due(account);
  const Attempt trial = fleet.begin("bob");
  fleet.send(AgentSent{"ann"});
  const Attempt sent = fleet.attempt("ann");
  fleet.send(Begins{sent});
  CHECK(fleet.entry(account)->trial.attempt == trial.id);
  CHECK(fleet.health.sent.empty());
  fleet.now += 1s;
  SECTION("its answer is one for all") {
    fleet.answer(sent);
    CHECK(fleet.state(account) == HealthState::ramping);
  }
  SECTION("its fault only moves the end") {
    fleet.end(sent, refusal(401, Kind::auth_error));
    CHECK(fleet.entry(account)->trial.attempt == trial.id);
    fleet.send(Released{trial.id});
    CHECK(fleet.entry(account)->until == fleet.now + 60min);
  }
}

TEST_CASE("the attempt that the operator sent is no trial", "[health]") {
  Fleet fleet = after_a_401();
  fleet.until_due(account);
  fleet.send(AgentSent{"ann"});
  fleet.send(Begins{fleet.attempt("ann")});
  CHECK(fleet.may("bob") == Pass::trial);
}

TEST_CASE("a key that is not set blocks without a time and cools nothing down", "[health]") {
  Fleet fleet;
  fleet.send(KeyMissing{"key-1", "ANTHROPIC_API_KEY is not set"});
  const Access known = access(fleet.health, {.agent = "ann", .on = opus}, fleet.now);
  CHECK(known.pass == Pass::blocked);
  CHECK(known.until == std::nullopt);
  CHECK(next_deadline(fleet.health, fleet.now) == std::nullopt);
  fleet.pass(48h);
  CHECK(fleet.state(account) == HealthState::unconfigured);
  fleet.send(KeyMissing{"key-1", "ANTHROPIC_API_KEY is not set"});
  CHECK(fleet.changed.empty());
  SECTION("it ends when the key is there") {
    fleet.send(KeyChanged{"key-1", "key-9"});
    CHECK(fleet.entry(account) == nullptr);
    CHECK(fleet.may("ann", {"key-9", "opus"}) == Pass::place);
  }
  SECTION("also where the account's name does not depend on it") {
    fleet.send(KeyChanged{"key-1", "key-1"});
    CHECK(fleet.may("ann") == Pass::place);
  }
}

TEST_CASE("a new key ends what was known of the old one, and begins with the ramp", "[health]") {
  Fleet fleet = after_a_401();
  fleet.send(KeyChanged{"key-1", "key-9"});
  CHECK(fleet.entry(account) == nullptr);
  CHECK(fleet.state(of_account("key-9")) == HealthState::ramping);
  SECTION("what was well needs no ramp") {
    fleet.send(KeyChanged{"key-2", "key-8"});
    CHECK(fleet.entry(of_account("key-8")) == nullptr);
  }
}

TEST_CASE("entries go when no chain reaches them, or a day after their time", "[health]") {
  Fleet fleet = after_a_401();
  fleet.meet("ann", Kind::rate_limit, pro);
  SECTION("reach") {
    fleet.send(ReachChanged{{opus}, {"ann"}});
    CHECK(fleet.entry(account) != nullptr);
    CHECK(fleet.entry(of(pro)) == nullptr);
    CHECK(fleet.changed == std::vector{of(pro)});
  }
  SECTION("time") {
    fleet.until_due(account);
    fleet.pass(24h - 1ms);
    CHECK(fleet.entry(account) != nullptr);
    fleet.pass(1ms);
    CHECK(fleet.health.entries.empty());
  }
}

TEST_CASE("an agent that is gone leaves no entry of its own", "[health]") {
  Fleet fleet;
  fleet.policy.server_error_threshold = 2;
  fleet.meet("ann", Kind::server_error);
  fleet.is_answered("bob");
  fleet.meet("ann", Kind::server_error);
  REQUIRE(fleet.entry(of("ann", opus)) != nullptr);
  fleet.send(ReachChanged{{opus}, {"bob"}});
  CHECK(fleet.health.entries.empty());
}

TEST_CASE("a clock set back makes no wait longer", "[health]") {
  Fleet fleet = after_a_401();
  fleet.now -= 48h;
  CHECK(access(fleet.health, {.agent = "bob", .on = opus}, fleet.now).until == fleet.now + 60min);
  CHECK(next_deadline(fleet.health, fleet.now) == fleet.now);  // now: it is further away than it can be
  fleet.send(Ticked{});
  CHECK(fleet.entry(account)->until == fleet.now + 60min);
  fleet.until_due(account);
  const Attempt trial = fleet.begin("bob");
  fleet.now -= 48h;
  fleet.send(Ticked{});
  CHECK(fleet.entry(account)->trial.until == fleet.now + 120s);
  fleet.answer(trial);
  fleet.now -= 48h;
  fleet.send(Ticked{});
  CHECK(fleet.entry(account)->ramp.next <= fleet.now + 12s);
}

TEST_CASE("a clock set back leaves no answer in the future", "[health]") {
  Fleet fleet;
  fleet.is_answered("bob");
  fleet.now -= 48h;
  fleet.send(Ticked{});
  CHECK(fleet.health.tiers.at(opus).last.at == fleet.now);
}

TEST_CASE("times that each agent of the first edition kept become entries of all", "[health]") {
  Fleet fleet;
  fleet.send(Remembered{"ann", opus, fleet.now + 40min, Kind::quota});
  fleet.send(Remembered{"bob", opus, fleet.now + 20min, Kind::quota});
  fleet.send(Remembered{"bob", sonnet, fleet.now + 20min, std::nullopt});
  fleet.send(Remembered{"bob", pro, fleet.now - 1min, Kind::quota});
  CHECK(fleet.entry(of(opus))->until == fleet.now + 40min);
  CHECK(fleet.entry(of(opus))->seen_by == "ann");
  CHECK(fleet.entry(of(sonnet))->kind == Kind::server_error);
  CHECK(fleet.entry(of(pro)) == nullptr);
  fleet.until_due(of(opus));
  CHECK(fleet.may("cid") == Pass::trial);
}

TEST_CASE("health explains itself in words", "[health]") {
  Fleet fleet = after_a_401();
  CHECK(in_words(*fleet.entry(account), fleet.now) == "out for another 60 min (401 auth_error), seen by ann");
  fleet.until_due(account);
  CHECK(in_words(*fleet.entry(account), fleet.now) ==
        "due: the next attempt tries it (401 auth_error), seen by ann");
  const Attempt trial = fleet.begin("bob");
  CHECK(in_words(*fleet.entry(account), fleet.now) == "on trial by bob (401 auth_error), seen by ann");
  fleet.answer(trial);
  CHECK(in_words(*fleet.entry(account), fleet.now) ==
        "well again, a few at a time (401 auth_error), seen by ann");
}

TEST_CASE("states and scopes are read as they are written", "[health]") {
  for (const auto state : {HealthState::closed, HealthState::open, HealthState::due, HealthState::trial,
                           HealthState::ramping, HealthState::unconfigured})
    CHECK(parse_health_state(to_string(state)) == state);
  for (const auto scope : {Scope::account, Scope::tier, Scope::agent, Scope::host})
    CHECK(parse_scope(to_string(scope)) == scope);
  CHECK(parse_scope("fleet") == std::nullopt);
  CHECK(parse_health_state("") == std::nullopt);
}
