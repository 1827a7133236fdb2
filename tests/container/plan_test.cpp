#include "understudy/container/plan.hpp"
#include "rig.hpp"

using namespace rig;

namespace {

Found found(std::string instance, std::string id, std::string owner = "us", bool running = true) {
  Found it;
  it.instance = std::move(instance);
  it.owner = std::move(owner);
  it.seen = {
      .found = true, .container_id = std::move(id), .spec = {1, "hash-1"}, .running = running, .stamp = "s1"};
  return it;
}

}  // namespace

TEST_CASE("each wanted instance is told what the engine has of it, or that it has nothing", "[container]") {
  const Instance a, b;
  const std::vector<Wanted> wanted{{"a", &a}, {"b", &b}};
  const std::vector<Found> listing{found("a", "c1")};
  const Plan plan = reconcile(wanted, listing, "us");
  REQUIRE(plan.reports.size() == 2);
  CHECK(plan.reports[0].snapshot.seen.container_id == "c1");
  CHECK_FALSE(plan.reports[1].snapshot.seen.found);
  CHECK(plan.duplicates.empty());
  CHECK(plan.orphans.empty());
}

TEST_CASE("containers of another owner are never touched, not even those of an instance of the same name",
          "[container]") {
  const Instance a;
  const std::vector<Wanted> wanted{{"a", &a}};
  const std::vector<Found> listing{found("a", "c1", "them"), found("unknown", "c2", "them"),
                                   found("a", "c3", "")};
  const Plan plan = reconcile(wanted, listing, "us");
  CHECK_FALSE(plan.reports[0].snapshot.seen.found);
  CHECK(plan.duplicates.empty());
  CHECK(plan.orphans.empty());
}

TEST_CASE("of two containers the leased one stays, else the recorded one, else none", "[container]") {
  Instance a;
  const std::vector<Wanted> wanted{{"a", &a}};
  const std::vector<Found> listing{found("a", "c1"), found("a", "c2")};
  SECTION("leased") {
    a.container_id = "c1";
    a.leases.push_back({.id = "task", .incarnation = {"c2", "s1"}});
    const Plan plan = reconcile(wanted, listing, "us");
    CHECK(plan.reports[0].snapshot.seen.container_id == "c2");
    REQUIRE(plan.duplicates.size() == 1);
    CHECK(plan.duplicates[0].seen.container_id == "c1");
  }
  SECTION("recorded") {
    a.container_id = "c1";
    CHECK(reconcile(wanted, listing, "us").reports[0].snapshot.seen.container_id == "c1");
  }
  SECTION("neither") {
    const Plan plan = reconcile(wanted, listing, "us");
    CHECK_FALSE(plan.reports[0].snapshot.seen.found);
    CHECK(plan.duplicates.size() == 2);
  }
}

TEST_CASE("of a container that the engine does not show nothing is reported, least of all its absence",
          "[container]") {
  Instance a;
  a.container_id = "c1";
  const Instance b;
  const std::vector<Wanted> wanted{{"a", &a}, {"b", &b}};
  std::vector<Found> listing{found("a", "c1"), found("a", "c2"), found("b", "c3")};
  SECTION("of the one that counts") {
    listing[0].unclear = true;
    const Plan plan = reconcile(wanted, listing, "us");
    REQUIRE(plan.reports.size() == 1);
    CHECK(plan.reports[0].instance == "b");
    CHECK(plan.duplicates.size() == 1);
  }
  SECTION("of a further one, which is not ended blindly") {
    listing[1].unclear = true;
    const Plan plan = reconcile(wanted, listing, "us");
    CHECK(plan.reports.size() == 2);
    CHECK(plan.duplicates.empty());
  }
}

TEST_CASE("an orphan is reported once, stopped after a grace, removed after a day", "[container]") {
  const OrphanPolicy policy;
  Now now{Instant{1'700'000'000'000ms}, 1000ms};
  std::vector<Found> orphans{found("gone", "c1")};
  OrphanPlan care = plan_orphans(policy, {}, orphans, now);
  REQUIRE(care.reported.size() == 1);
  CHECK(care.reported[0].fact.type == FactType::orphan_found);
  CHECK(care.stop.empty());

  now.steady += 10min;
  care = plan_orphans(policy, care.known, orphans, now);
  CHECK(care.reported.empty());
  CHECK(care.stop == std::vector<std::string>{"c1"});

  orphans[0].seen.running = false;
  care = plan_orphans(policy, care.known, orphans, now);
  CHECK(care.stop.empty());
  CHECK(care.remove.empty());
  now.steady += 24h;
  care = plan_orphans(policy, care.known, orphans, now);
  CHECK(care.remove == std::vector<std::string>{"c1"});

  care = plan_orphans(policy, care.known, {}, now);
  CHECK(care.known.empty());
}

TEST_CASE("with orphan care off they are only reported", "[container]") {
  const std::vector<Found> orphans{found("gone", "c1")};
  Now now{{}, 1000ms};
  OrphanPlan care = plan_orphans({.enabled = false}, {}, orphans, now);
  CHECK(care.reported.size() == 1);
  now.steady += 48h;
  care = plan_orphans({.enabled = false}, care.known, orphans, now);
  CHECK(care.stop.empty());
  CHECK(care.remove.empty());
}
