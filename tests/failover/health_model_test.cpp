// Every order of a few events in a small fleet, driven by the product's own step().
#include <catch2/catch.hpp>

#include "health_model.hpp"

using model::Budget;
using model::explore;
using model::Setup;

namespace {

constexpr std::size_t bound = 2'000'000;

void holds(const Setup& setup) {
  const auto report = explore(setup, bound);
  CAPTURE(report.states, report.trace);
  CHECK(report.violation == "");
  CHECK(report.exhausted);
}

void is_violated(const Setup& setup, const std::string& invariant) {
  const auto report = explore(setup, bound);
  CAPTURE(report.states, report.trace);
  CHECK(report.violation == invariant);
}

}  // namespace

TEST_CASE("every invariant of health holds: two agents, two tiers, one account", "[health][model]") {
  SECTION("two faults") {
    holds({.budget = {.begins = 3, .faults = 2, .answers = 1, .ends = 0, .moments = 2}});
  }
  SECTION("a trial and its ends") {
    holds({.budget = {.begins = 3, .faults = 1, .answers = 1, .ends = 1, .moments = 3}, .open = true});
  }
}

TEST_CASE("every invariant of health holds: two accounts, successes that nobody saw", "[health][model]") {
  holds({.budget = {.begins = 3, .faults = 2, .answers = 0, .ends = 0, .unseen = 1, .moments = 2},
         .one_account = false});
}

TEST_CASE("every invariant of health holds: the operator and a clock set back", "[health][model]") {
  holds({.budget =
             {.begins = 2, .faults = 1, .answers = 1, .ends = 0, .moments = 2, .setbacks = 1, .commands = 1},
         .open = true});
}

TEST_CASE("every invariant of health holds: four agents come back", "[health][model]") {
  holds({.budget = {.begins = 5, .faults = 1, .answers = 1, .ends = 0, .moments = 1},
         .agents = 4,
         .tiers = 1,
         .open = true});
}

TEST_CASE("the model check of health has teeth: each protection removed is a violation found",
          "[health][model]") {
  Setup setup{.open = true};
  SECTION("without it two are on trial") {
    setup.protections.one_trial = false;
    is_violated(setup, "OneTrial");
  }
  SECTION("a trial outlives its attempt") {
    setup.protections.trial_ends = false;
    is_violated(setup, "TrialEndsWithItsAttempt");
  }
  SECTION("a silent trial holds everybody") {
    setup.protections.grace = false;
    is_violated(setup, "TrialHasAGrace");
  }
  SECTION("an old success closes what is out") {
    setup.open = false;
    setup.protections.late_success = false;
    is_violated(setup, "LateClosesNothing");
  }
  SECTION("an old fault counts as a lost trial") {
    setup.open = false;
    setup.protections.late_fault = false;
    is_violated(setup, "LateDoublesNothing");
  }
  SECTION("one agent takes the tier from all, again and again") {
    setup.open = false;
    setup.protections.narrowing = false;
    is_violated(setup, "BlameNarrows");
  }
  SECTION("all come back at once") {
    setup.agents = 4;
    setup.tiers = 1;
    setup.budget.begins = 5;
    setup.protections.ramp = false;
    is_violated(setup, "FewOnTheRamp");
  }
  SECTION("a clock set back makes a wait of days") {
    setup.budget.setbacks = 1;
    setup.protections.clock_set_back = false;
    is_violated(setup, "NoLongerByTheClock");
  }
}
