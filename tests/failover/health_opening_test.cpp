// What a provider's fault closes, for whom and for how long.
#include "health_rig.hpp"

using namespace fleet;

TEST_CASE("a 401 is about the account, and all its models are out at once for all", "[health]") {
  Fleet fleet = after_a_401();
  CHECK(fleet.state(of_account("key-1")) == HealthState::open);
  CHECK(fleet.left(of_account("key-1")) == 60min);
  CHECK(fleet.may("bob", opus) == Pass::blocked);
  CHECK(fleet.may("bob", sonnet) == Pass::blocked);
  CHECK(fleet.may("bob", pro) == Pass::free);
  CHECK(fleet.entry(of_account("key-1"))->reason == "401 auth_error");
  CHECK(fleet.entry(of_account("key-1"))->seen_by == "ann");
}

TEST_CASE("a 403 that does not name the key is about the tier; two tiers in two minutes are the account",
          "[health]") {
  Fleet fleet;
  fleet.meet("ann", refusal(403, Kind::auth_error));
  CHECK(fleet.state(of(opus)) == HealthState::open);
  CHECK(fleet.may("bob", sonnet) == Pass::free);
  SECTION("soon") {
    fleet.pass(2min - 2ms);
    fleet.meet("bob", refusal(403, Kind::auth_error), sonnet);
    CHECK(fleet.state(of_account("key-1")) == HealthState::open);
  }
  SECTION("later it is another tier's own matter") {
    fleet.pass(3min);
    fleet.meet("bob", refusal(403, Kind::auth_error), sonnet);
    CHECK(fleet.entry(of_account("key-1")) == nullptr);
    CHECK(fleet.state(of(sonnet)) == HealthState::open);
  }
  SECTION("on another account it says nothing") {
    fleet.meet("bob", refusal(403, Kind::auth_error), pro);
    CHECK(fleet.entry(of_account("key-1")) == nullptr);
    CHECK(fleet.entry(of_account("key-2")) == nullptr);
  }
  SECTION("a 403 whose rule read that the key is bad") {
    Verdict verdict = refusal(403, Kind::auth_error);
    verdict.rule = "api-key";
    fleet.meet("bob", verdict, pro);
    CHECK(fleet.state(of_account("key-2")) == HealthState::open);
  }
}

TEST_CASE("an empty account is out with all its models, a model's own limit only with that one", "[health]") {
  Fleet fleet;
  SECTION("credit") {
    fleet.meet("ann", refusal(400, Kind::quota, "Your credit balance is too low"));
    CHECK(fleet.may("bob", sonnet) == Pass::blocked);
  }
  SECTION("the model's limit, by a word of its name") {
    fleet.policy.chain = {};
    const TierKey long_name{"key-1", "claude-opus-4-7"};
    fleet.meet("ann", refusal(429, Kind::quota, "You've reached your Opus limit"), long_name);
    CHECK(fleet.may("bob", long_name) == Pass::blocked);
    CHECK(fleet.may("bob", {"key-1", "claude-sonnet-5"}) == Pass::free);
  }
  SECTION("money is the account's, whatever the model") {
    fleet.meet("ann", refusal(402, Kind::quota, "Insufficient credits for model opus, limit reached"));
    CHECK(fleet.state(of_account("key-1")) == HealthState::open);
  }
  SECTION("the vendor's name alone is not the model's") {
    const TierKey long_name{"key-1", "claude-opus-4-7"};
    fleet.meet("ann", refusal(429, Kind::quota, "Claude usage limit reached"), long_name);
    CHECK(fleet.state(of_account("key-1")) == HealthState::open);
  }
}

TEST_CASE("each kind has its scope and time", "[health]") {
  struct Row {
    Kind kind;
    EntryKey about;
    Duration time;
  };
  const Row row =
      GENERATE(Row{Kind::quota, of_account("key-1"), 60min}, Row{Kind::rate_limit, of(opus), 5min},
               Row{Kind::model_not_found, of(opus), 60min}, Row{Kind::server_error, of(opus), 30s},
               Row{Kind::timeout, of(opus), 30s}, Row{Kind::network, of(opus), 30s});
  CAPTURE(to_string(row.kind));
  Fleet fleet;
  fleet.policy.server_error_threshold = 1;
  SECTION("from the table") {
    fleet.meet("ann", row.kind);
    CHECK(fleet.left(row.about) == row.time);
  }
  SECTION("a number is for every kind") {
    fleet.policy.cooldown = 10min;
    fleet.meet("ann", row.kind);
    CHECK(fleet.left(row.about) == 10min);
  }
  SECTION("its own number goes before the number for the rest") {
    fleet.policy.cooldown = 10min;
    fleet.policy.cooldown.set(row.kind, 7min);
    fleet.meet("ann", row.kind);
    CHECK(fleet.left(row.about) == 7min);
  }
  SECTION("the provider's time stands in place of the table's") {
    fleet.meet("ann", tiers::verdict(row.kind, 45));
    CHECK(fleet.left(row.about) == 45s);
  }
  SECTION("at least 5 s, at most 8 days") {
    fleet.policy.wait_in_place = 0s;
    fleet.meet("ann", tiers::verdict(row.kind, 1));
    CHECK(fleet.left(row.about) == 5s);
    fleet.meet("ann", tiers::verdict(row.kind, {}, fleet.now + std::chrono::days{30}), pro);
    EntryKey other = row.about;
    other.account = "key-2";
    if (!other.model.empty()) other.model = "pro";
    CHECK(fleet.left(other) == std::chrono::days{8});
  }
  SECTION("with a number it is the later of the two") {
    fleet.policy.cooldown = 10min;
    fleet.meet("ann", tiers::verdict(row.kind, 45));
    CHECK(fleet.left(row.about) == 10min);
    fleet.meet("ann", tiers::verdict(row.kind, 3600), pro);
    EntryKey other = row.about;
    other.account = "key-2";
    if (!other.model.empty()) other.model = "pro";
    CHECK(fleet.left(other) == 1h);
  }
}

TEST_CASE("a number of nothing still leaves a second", "[health]") {
  Fleet fleet;
  fleet.policy.cooldown = 0s;
  fleet.meet("ann", Kind::quota);
  CHECK(fleet.left(of_account("key-1")) == 1s);
}

TEST_CASE("a worker's network faults are its host's", "[health]") {
  Fleet fleet;
  fleet.policy.server_error_threshold = 1;
  Attempt attempt = fleet.attempt("ann");
  attempt.host = "box-1";
  fleet.end(attempt, Kind::network);
  CHECK(fleet.may("bob") == Pass::free);
  CHECK(access(fleet.health, {.agent = "bob", .on = sonnet, .host = "box-1"}, fleet.now).pass ==
        Pass::blocked);
  CHECK(access(fleet.health, {.agent = "bob", .on = opus, .host = "box-2"}, fleet.now).pass == Pass::free);
}

TEST_CASE("faults that may be a blip open at the threshold, counted over all agents", "[health]") {
  Fleet fleet;
  fleet.meet("ann", Kind::server_error);
  fleet.meet("bob", Kind::network);
  CHECK(fleet.entry(of(opus)) == nullptr);
  SECTION("the third in a row") {
    fleet.meet("cid", Kind::timeout);
    CHECK(fleet.state(of(opus)) == HealthState::open);
  }
  SECTION("an answer to anybody begins the row anew") {
    fleet.is_answered("dan");
    fleet.meet("cid", Kind::server_error);
    CHECK(fleet.entry(of(opus)) == nullptr);
  }
  SECTION("on another tier they are no row") {
    fleet.meet("cid", Kind::server_error, sonnet);
    CHECK(fleet.entry(of(opus)) == nullptr);
    CHECK(fleet.entry(of(sonnet)) == nullptr);
  }
  SECTION("a silent provider is no blip") {
    Verdict silent = tiers::verdict(Kind::timeout);
    silent.rule = "provider-silent";
    fleet.meet("eve", silent, pro);
    CHECK(fleet.state(of(pro)) == HealthState::open);
  }
}

TEST_CASE("an agent's own row opens the tier, unless somebody else was answered since it began", "[health]") {
  Fleet fleet;
  fleet.meet("ann", Kind::server_error);
  fleet.is_answered("bob");
  fleet.meet("ann", Kind::server_error);
  fleet.meet("ann", Kind::server_error);
  CHECK(fleet.entry(of(opus)) == nullptr);
  CHECK(fleet.state(of("ann", opus)) == HealthState::open);
  CHECK(fleet.may("ann") == Pass::blocked);
  CHECK(fleet.may("bob") == Pass::free);
}

TEST_CASE("a short stated wait opens the tier for that long and moves nobody", "[health]") {
  Fleet fleet;
  const Verdict throttled = tiers::verdict(Kind::rate_limit, 3);
  fleet.meet("ann", throttled);
  REQUIRE(fleet.entry(of(opus)) != nullptr);
  CHECK(fleet.entry(of(opus))->in_place);
  CHECK(fleet.left(of(opus)) == 3s);
  CHECK(fleet.may("bob") == Pass::blocked);
  SECTION("the third in a row without an answer is an ordinary opening") {
    fleet.until_due(of(opus));
    fleet.meet("ann", throttled);
    CHECK(fleet.entry(of(opus))->in_place);
    fleet.until_due(of(opus));
    fleet.meet("bob", throttled);
    CHECK_FALSE(fleet.entry(of(opus))->in_place);
    CHECK(fleet.left(of(opus)) == 5s);
  }
  SECTION("an answer between begins the row anew") {
    fleet.until_due(of(opus));
    fleet.is_answered("bob");
    fleet.meet("ann", throttled);
    fleet.until_due(of(opus));
    fleet.meet("ann", throttled);
    CHECK(fleet.entry(of(opus))->in_place);
  }
  SECTION("no time at all is a second") {
    fleet.meet("ann", tiers::verdict(Kind::rate_limit, 0), pro);
    CHECK(fleet.entry(of(pro))->in_place);
    CHECK(fleet.left(of(pro)) == 1s);
  }
  SECTION("longer than wait_in_place it is an ordinary opening") {
    fleet.meet("ann", tiers::verdict(Kind::rate_limit, 31), pro);
    CHECK_FALSE(fleet.entry(of(pro))->in_place);
  }
  SECTION("with a number of the operator's it is that number") {
    fleet.policy.cooldown = 6s;
    fleet.meet("ann", throttled, pro);
    CHECK_FALSE(fleet.entry(of(pro))->in_place);
    CHECK(fleet.left(of(pro)) == 6s);
  }
  SECTION("a longer fault meanwhile ends the waiting in place") {
    const Attempt other{.id = "early", .agent = "bob", .on = opus, .began = fleet.now - 1min};
    fleet.end(other, Kind::rate_limit);
    CHECK_FALSE(fleet.entry(of(opus))->in_place);
  }
}

TEST_CASE("a fault from before the opening moves the end later, never twice as far", "[health]") {
  Fleet fleet;
  const Attempt early = fleet.begin("bob");
  fleet.meet("ann", tiers::verdict(Kind::rate_limit, 60));
  fleet.now += 40s;
  SECTION("the later end stays") {
    fleet.end(early, tiers::verdict(Kind::rate_limit, 60));
    CHECK(fleet.entry(of(opus))->until == fleet.now + 60s);
    CHECK(fleet.entry(of(opus))->seen_by == "ann");
  }
  SECTION("an earlier one changes nothing") {
    const Instant until = fleet.entry(of(opus))->until;
    fleet.end(early, tiers::verdict(Kind::rate_limit, 5));
    CHECK(fleet.entry(of(opus))->until == until);
  }
  SECTION("its success closes nothing") {
    fleet.end(early, Kind::success, true);
    CHECK(fleet.state(of(opus)) == HealthState::open);
  }
}

TEST_CASE("a verdict on an account changes nothing of another", "[health]") {
  Fleet fleet = after_a_401();
  const Health before = fleet.health;
  fleet.is_answered("bob", pro);
  CHECK(fleet.health.entries == before.entries);
}

TEST_CASE("what is no provider's fault opens nothing", "[health]") {
  const Kind kind = GENERATE(Kind::success, Kind::task_error, Kind::invalid_request, Kind::context_length,
                             Kind::content_policy, Kind::token_budget);
  Fleet fleet;
  fleet.policy.server_error_threshold = 1;
  fleet.meet("ann", kind);
  CHECK(fleet.health.entries.empty());
}
