// The way back: one attempt first, then a few, then all.
#include <algorithm>

#include "health_rig.hpp"

using namespace fleet;

namespace {

const EntryKey account = of_account("key-1");

/// Open, and its time is over.
Fleet due_again() {
  Fleet fleet = after_a_401();
  fleet.until_due(account);
  REQUIRE(fleet.state(account) == HealthState::due);
  return fleet;
}
/// And its trial was answered.
Fleet climbing() {
  Fleet fleet = due_again();
  const Attempt first = fleet.begin("bob");
  fleet.answer(first);
  REQUIRE(fleet.state(account) == HealthState::ramping);
  return fleet;
}

}  // namespace

TEST_CASE("what is due lets one attempt through", "[health]") {
  Fleet fleet = due_again();
  CHECK(fleet.may("bob") == Pass::trial);
  const Attempt trial = fleet.begin("bob");
  CHECK(fleet.state(account) == HealthState::trial);
  CHECK(fleet.entry(account)->trial.attempt == trial.id);
  CHECK(fleet.may("cid") == Pass::blocked);
  CHECK(fleet.may("cid", sonnet) == Pass::blocked);
}

TEST_CASE("a trial is in each due entry of its tier", "[health]") {
  Fleet fleet;
  fleet.meet("ann", Kind::rate_limit);
  const Attempt early{.id = "early", .agent = "bob", .on = opus, .began = fleet.now - 1h};
  fleet.end(early, Kind::quota);
  fleet.until_due(account);
  fleet.begin("cid");
  CHECK(fleet.state(account) == HealthState::trial);
  CHECK(fleet.state(of(opus)) == HealthState::trial);
  CHECK(fleet.may("dan", sonnet) == Pass::blocked);
}

TEST_CASE("the first answer wins the trial, before the task ends", "[health]") {
  Fleet fleet = due_again();
  const Attempt trial = fleet.begin("bob");
  SECTION("seen while it runs") {
    fleet.answer(trial);
  }
  SECTION("or known at its end") {
    fleet.end(trial, Kind::success, true);
  }
  SECTION("an own failure after an answer") {
    fleet.end(trial, Kind::task_error, true);
  }
  SECTION("a refusal of the request is an answer") {
    fleet.end(trial, Kind::invalid_request);
  }
  CHECK(fleet.state(account) == HealthState::ramping);
}

TEST_CASE("a lost trial doubles the last length, to eight times at most", "[health]") {
  Fleet fleet = after_a_401();
  for (const Duration length : {120min, 240min, 480min, 480min}) {
    fleet.until_due(account);
    fleet.meet("bob", refusal(401, Kind::auth_error));
    CHECK(fleet.left(account) == length);
  }
}

TEST_CASE("eight times a stated time", "[health]") {
  Fleet fleet;
  fleet.policy.wait_in_place = 0s;
  fleet.meet("ann", tiers::verdict(Kind::rate_limit, 20));
  for (const Duration length : {40s, 80s, 160s, 160s}) {
    fleet.until_due(of(opus));
    fleet.meet("bob", Kind::rate_limit);
    CHECK(fleet.left(of(opus)) == length);
  }
  SECTION("a longer time that the provider names is its own word") {
    fleet.until_due(of(opus));
    fleet.meet("bob", tiers::verdict(Kind::rate_limit, 600));
    CHECK(fleet.left(of(opus)) == 600s);
  }
}

TEST_CASE("a lost trial believes a provider that names more than the table", "[health]") {
  Fleet fleet;
  for (int lost = 0; lost < 4; ++lost) {
    if (lost > 0) fleet.until_due(account);
    fleet.meet("ann", Kind::quota);
  }
  REQUIRE(fleet.left(account) == 8h);
  fleet.until_due(account);
  fleet.meet("ann", tiers::verdict(Kind::quota, 7200));
  CHECK(fleet.left(account) == 2h);
}

TEST_CASE("a trial that ends without a word about the provider goes to the next, nothing is doubled",
          "[health]") {
  Fleet fleet = due_again();
  const Attempt trial = fleet.begin("bob");
  SECTION("cancelled, paused, not started, crashed, removed") {
    fleet.send(Released{trial.id});
  }
  SECTION("its own failure") {
    fleet.end(trial, Kind::task_error);
  }
  SECTION("a restart that does not find it") {
    fleet.send(Restarted{{"another"}});
  }
  SECTION("nothing heard of it") {
    fleet.pass(119s);
    CHECK(fleet.may("cid") == Pass::blocked);
    CHECK(next_deadline(fleet.health, fleet.now) <= fleet.now + 1s);
    fleet.pass(1s);
  }
  CHECK(fleet.state(account) == HealthState::due);
  fleet.meet("cid", refusal(401, Kind::auth_error));
  CHECK(fleet.left(account) == 120min);  // the first trial that was lost
}

TEST_CASE("a restart leaves the trial of an attempt that it adopts", "[health]") {
  Fleet fleet = due_again();
  const Attempt trial = fleet.begin("bob");
  fleet.send(Restarted{{trial.id}});
  CHECK(fleet.state(account) == HealthState::trial);
}

TEST_CASE("while its container starts a trial has the container's time", "[health]") {
  Fleet fleet = due_again();
  const Attempt trial = fleet.attempt("bob");
  fleet.send(Begins{trial, 10min});
  fleet.pass(9min);
  CHECK(fleet.may("cid") == Pass::blocked);
  fleet.send(Running{trial.id});
  fleet.pass(119s);
  CHECK(fleet.may("cid") == Pass::blocked);
  fleet.pass(2s);
  CHECK(fleet.may("cid") == Pass::trial);
}

TEST_CASE("an answer after the grace still counts, a fault does not double", "[health]") {
  Fleet fleet = due_again();
  const Attempt slow = fleet.begin("bob");
  fleet.pass(3min);
  const Attempt next = fleet.begin("cid");
  SECTION("answer") {
    fleet.answer(slow);
    CHECK(fleet.state(account) == HealthState::ramping);
  }
  SECTION("fault") {
    fleet.end(slow, refusal(401, Kind::auth_error));
    CHECK(fleet.entry(account)->trial.attempt == next.id);
    CHECK(fleet.entry(account)->until == fleet.now + 60min);
  }
}

TEST_CASE("a fault of another kind than what is on trial opens what it is about", "[health]") {
  Fleet fleet = due_again();
  const Attempt trial = fleet.begin("bob");
  fleet.end(trial, Kind::server_error);  // on trial one is enough
  CHECK(fleet.state(of(opus)) == HealthState::open);
  CHECK(fleet.left(of(opus)) == 30s);
  CHECK(fleet.state(account) == HealthState::due);
  CHECK(fleet.may("cid", opus) == Pass::blocked);
  CHECK(fleet.may("cid", sonnet) == Pass::trial);
}

TEST_CASE("after a won trial two attempts may begin, then four, then eight", "[health]") {
  Fleet fleet = climbing();
  int agent = 0;
  const auto come = [&] {
    int began = 0;
    for (int i = 0; i < 20; ++i) {
      const std::string name = "agent-" + std::to_string(agent++);
      if (fleet.may(name) == Pass::place) {
        fleet.begin(name);
        ++began;
      } else {
        CHECK(fleet.may(name) == Pass::blocked);
        fleet.send(Waits{fleet.attempt(name)});
      }
    }
    return began;
  };
  CHECK(come() == 2);
  CHECK(come() == 0);  // an end of a task makes no place
  for (const int places : {4, 8, 16}) {
    fleet.pass(10s);
    CHECK(come() == places);
  }
}

TEST_CASE("the steps of a ramp take 8 to 12 s, as chance has it", "[health]") {
  Fleet fleet = due_again();
  const Attempt first = fleet.begin("bob");
  fleet.chance = 0;
  SECTION("early") {
    fleet.answer(first);
    CHECK(fleet.entry(account)->ramp.next == fleet.now + 8s);
  }
  SECTION("late") {
    fleet.chance = 1;
    fleet.answer(first);
    CHECK(fleet.entry(account)->ramp.next == fleet.now + 12s);
  }
}

TEST_CASE("a ramp is over when nobody waits, or after a minute", "[health]") {
  Fleet fleet = climbing();
  SECTION("nobody") {
    fleet.pass(10s);
    CHECK(fleet.state(account) == HealthState::closed);
  }
  SECTION("a crowd") {
    for (int i = 0; i < 5; ++i) {
      fleet.send(Waits{fleet.attempt("cid")});
      fleet.pass(10s);
      CHECK(fleet.state(account) == HealthState::ramping);
    }
    fleet.send(Waits{fleet.attempt("cid")});
    fleet.pass(10s);
    CHECK(fleet.state(account) == HealthState::closed);
  }
  CHECK(fleet.may("dan") == Pass::free);
}

TEST_CASE("who is on the ramp already goes on while nobody else waits", "[health]") {
  Fleet fleet = climbing();
  fleet.begin("cid");
  fleet.begin("dan");
  CHECK(fleet.may("cid") == Pass::free);
  fleet.send(Waits{fleet.attempt("eve")});
  CHECK(fleet.may("cid") == Pass::blocked);
}

TEST_CASE("a fault on the ramp opens again, doubled once", "[health]") {
  Fleet fleet = climbing();
  const Attempt one = fleet.begin("cid"), other = fleet.begin("dan");
  fleet.end(one, refusal(401, Kind::auth_error));
  CHECK(fleet.state(account) == HealthState::open);
  CHECK(fleet.left(account) == 120min);
  fleet.end(other, refusal(401, Kind::auth_error));
  CHECK(fleet.left(account) == 120min);
}

TEST_CASE("a fault from before the opening says nothing of the ramp", "[health]") {
  Fleet fleet;
  const Attempt early = fleet.begin("old");
  fleet.meet("ann", refusal(401, Kind::auth_error));
  fleet.until_due(account);
  fleet.answer(fleet.begin("bob"));
  fleet.end(early, refusal(401, Kind::auth_error));
  CHECK(fleet.state(account) == HealthState::ramping);
}

TEST_CASE("a success that nobody saw answered frees its own agent only", "[health]") {
  Fleet fleet = due_again();
  fleet.end(fleet.begin("bob"), Kind::success);
  CHECK(fleet.may("bob") == Pass::free);
  CHECK(fleet.state(account) == HealthState::due);
  fleet.begin("bob");
  CHECK(fleet.state(account) == HealthState::due);  // the trial is for who does not know yet
  fleet.begin("cid");
  CHECK(fleet.may("dan") == Pass::blocked);
  CHECK(fleet.may("bob") == Pass::free);
}

TEST_CASE("down to a tier on which nobody was served for five minutes the ramp holds too", "[health]") {
  Fleet fleet;
  const auto down = [&](const std::string& agent) {
    Attempt attempt = fleet.attempt(agent, pro);
    attempt.down = true;
    return attempt;
  };
  SECTION("cold") {
    fleet.send(Begins{down("ann")});
    fleet.send(Begins{down("bob")});
    CHECK(access(fleet.health, down("cid"), fleet.now).pass == Pass::blocked);
    CHECK(fleet.may("dan", pro) == Pass::free);  // whose best tier it is
    fleet.end(down("ann"), Kind::server_error);
    CHECK(fleet.state(of(pro)) == HealthState::ramping);  // a blip: nothing was wrong here before
    fleet.pass(10s);
    CHECK(fleet.state(of(pro)) == HealthState::closed);
  }
  SECTION("somebody was served just now") {
    fleet.is_answered("eve", pro);
    for (const char* agent : {"ann", "bob", "cid"}) fleet.send(Begins{down(agent)});
    CHECK(fleet.health.entries.empty());
  }
}

TEST_CASE("the deadline is the next change of any entry", "[health]") {
  Fleet fleet;
  CHECK(next_deadline(fleet.health, fleet.now) == std::nullopt);
  fleet.meet("ann", Kind::quota);
  fleet.meet("ann", Kind::rate_limit, pro);
  CHECK(next_deadline(fleet.health, fleet.now) == fleet.entry(of(pro))->until);
}
