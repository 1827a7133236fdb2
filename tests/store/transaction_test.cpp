#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;

TEST_CASE("a turn's writes are there together after the commit") {
  store_test::Folder folder;
  {
    auto store = store_test::open(folder);
    auto turn = store.begin();
    const auto event = turn.append_event({.ts_ms = 5, .type = "provider.failover", .instance = "a", .summary = "s"});
    CHECK(event == 1);
    CHECK(turn.append_ledger({.ts = 5, .agent = "a", .from_tier = 1, .to_tier = 2, .kind = "quota", .reason = "r"}) == 1);
    REQUIRE(turn.commit());
  }
  auto reader = store_test::read(folder);
  CHECK(reader.events({}).size() == 1);
  CHECK(reader.ledger("a", 0, 10, {}).size() == 1);
}
