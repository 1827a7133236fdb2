// Visits every reachable state of one instance, its engine and their mishaps, driven by the product's own
// step().
#include <catch2/catch.hpp>

#include "model_search.hpp"

using model::Budget;
using model::explore;
using model::Setup;

namespace {

#ifdef NDEBUG
constexpr bool thorough = true;
#else
constexpr bool thorough = false;  // an unoptimised build visits the same kinds of mishap, fewer at a time
#endif

constexpr std::size_t bound = 20'000'000;

void holds(const Budget& budget) {
  const bool docker = GENERATE(true, false);
  const auto report = explore(Setup{.budget = budget, .docker = docker}, bound);
  CAPTURE(docker, report.states, report.trace);
  CHECK(report.violation == "");
  CHECK(report.exhausted);
}

/// Docker's die event does not say which life ended.
void holds_without_stamps(const Budget& budget) {
  const auto report = explore(Setup{.budget = budget, .stamped = false}, bound);
  CAPTURE(report.states, report.trace);
  CHECK(report.violation == "");
  CHECK(report.exhausted);
}

void is_violated(const Setup& setup, const std::string& invariant) {
  const auto report = explore(setup, bound);
  CAPTURE(report.states, report.violation);
  CHECK(report.violation.starts_with(invariant));
}

/// The smallest set of mishaps in which each protection is needed. With a single caller even the unprotected
/// ones hold.
constexpr Budget mishaps{.acquires = 2, .crashes = 1, .timeouts = 1, .restarts = 1};

}  // namespace

TEST_CASE("every invariant holds, and rest is always in reach: crash, zombie request, daemon restart",
          "[model]") {
  holds(thorough ? mishaps : Budget{.acquires = 2, .timeouts = 1, .restarts = 1});
}

TEST_CASE("every invariant holds: tier change, zombie request, daemon restart", "[model]") {
  holds(thorough ? Budget{.acquires = 2, .timeouts = 1, .tiers = 1, .restarts = 1}
                 : Budget{.acquires = 2, .tiers = 1, .restarts = 1});
}

TEST_CASE("every invariant holds: crash, tier change, lost notices", "[model]") {
  holds(thorough ? Budget{.acquires = 2, .crashes = 1, .tiers = 1, .restarts = 1, .losses = 1}
                 : Budget{.acquires = 2, .crashes = 1, .tiers = 1, .losses = 1});
}

TEST_CASE("every invariant holds: two daemon restarts around a zombie request", "[model]") {
  holds(thorough ? Budget{.acquires = 2, .timeouts = 1, .restarts = 2, .losses = 1}
                 : Budget{.acquires = 2, .restarts = 2, .losses = 1});
}

TEST_CASE("every invariant holds: three callers, a crash and a zombie request", "[model]") {
  holds(thorough ? Budget{.acquires = 3, .crashes = 1, .timeouts = 1} : Budget{.acquires = 3, .timeouts = 1});
}

TEST_CASE("every invariant holds when notices do not say which life they are about", "[model]") {
  holds_without_stamps({.acquires = 2, .crashes = 1, .restarts = 1});
  holds_without_stamps({.acquires = 2, .crashes = 1, .tiers = 1, .losses = 1});
  if (thorough) holds_without_stamps({.acquires = 2, .crashes = 1, .timeouts = 1});
}

TEST_CASE("every invariant holds when somebody else stops the container: daemon restart", "[model]") {
  holds({.acquires = 2, .restarts = 1, .strangers = 1});
}

TEST_CASE("every invariant holds when somebody else stops the container: tier change", "[model]") {
  holds({.acquires = 2, .tiers = 1, .strangers = 1});
}

TEST_CASE("an ephemeral container never serves a second lease, and is gone at rest", "[model][ephemeral]") {
  const auto never_twice = [](const Budget& budget, bool stamped = true) {
    const bool docker = GENERATE(true, false);
    const auto report =
        explore(Setup{.budget = budget, .docker = docker, .stamped = stamped, .ephemeral = true}, bound);
    CAPTURE(docker, report.states, report.trace);
    CHECK(report.violation == "");
    CHECK(report.exhausted);
  };
  SECTION("crash and daemon restart") {
    never_twice(thorough ? mishaps : Budget{.acquires = 2, .crashes = 1, .restarts = 1});
  }
  SECTION("zombie request and tier change") {
    never_twice({.acquires = 2, .timeouts = 1, .tiers = 1});
  }
  SECTION("a stranger's stop, unsaid lives, a lost notice") {
    never_twice({.acquires = 2, .losses = 1, .strangers = 1}, false);
  }
  SECTION("two daemon restarts") {
    never_twice({.acquires = 2, .restarts = 2});
  }
}

TEST_CASE("every invariant holds when somebody pauses the container", "[model]") {
  SECTION("crash") {
    holds({.acquires = 2, .crashes = 1, .freezes = 1});
  }
  SECTION("daemon restart") {
    holds({.acquires = 2, .restarts = 1, .freezes = 1});
  }
  SECTION("tier change") {
    holds({.acquires = 2, .tiers = 1, .freezes = 1});
  }
}

TEST_CASE("the model check has teeth: each protection removed is a violation found", "[model]") {
  Setup setup{.budget = mishaps};
  SECTION("without the persisted stop intent our own stop hits a lease after a restart") {
    setup.protections.stop_intent = false;
    is_violated(setup, "NoSelfInflictedKill");
  }
  SECTION("without the quarantine a zombie stop kills the next life") {
    setup.protections.quarantine = false;
    is_violated(setup, "NoSelfInflictedKill");
  }
  SECTION("by name instead of by id a zombie stop kills the recreated container") {
    setup.protections.id_addressing = false;
    is_violated(setup, "NoSelfInflictedKill");
  }
  SECTION("without the re-check at the commit a busy instance is stopped") {
    setup.protections.commit_recheck = false;
    is_violated(setup, "NeverStopBusy");
  }
  SECTION("without its mark an ephemeral container serves whoever comes") {
    setup.budget = {.acquires = 2};
    setup.ephemeral = true;
    setup.protections.single_use = false;
    is_violated(setup, "SingleUse");
  }
  SECTION("without the hold of a paused container a task is sent into it") {
    setup.budget = Budget{.acquires = 2, .freezes = 1};
    setup.protections.paused_hold = false;
    is_violated(setup, "NoGrantWhilePaused");
  }
  SECTION("without the incarnation check a late notice revokes a healthy lease") {
    setup.protections.incarnation_check = false;
    is_violated(setup, "NoSpuriousRevoke");
  }
}
