#include "rollout_plan.hpp"

#include <catch2/catch.hpp>

using namespace understudy::store;

namespace {

bool sorts(std::int64_t matches, Walk walk, std::int64_t limit = 100, std::int64_t offset = 0) {
  return sorts_matches({.rollouts = 1'000'000, .matches = matches, .limit = limit, .offset = offset}, walk);
}

}  // namespace

TEST_CASE("a filter that few match is sorted, one that many match is walked") {
  for (const auto walk : {Walk::in_index, Walk::read_row, Walk::random_rows}) {
    CHECK(sorts(1, walk));
    CHECK(sorts(1'000, walk));
    CHECK_FALSE(sorts(100'000, walk));
    CHECK_FALSE(sorts(1'000'000, walk));
  }
}

TEST_CASE("a walk that passes rows in its index is worth more of them than one that reads each") {
  CHECK_FALSE(sorts(2'500, Walk::in_index));
  CHECK(sorts(2'500, Walk::read_row));
  CHECK(sorts(20'000, Walk::read_row));  // always cheap, wherever the matches are
  CHECK_FALSE(sorts(20'001, Walk::read_row));
  CHECK(sorts(9'999, Walk::random_rows));
  CHECK_FALSE(sorts(10'000, Walk::random_rows));
}

TEST_CASE("a page further down, or a longer one, makes sorting worth more") {
  CHECK_FALSE(sorts(100'000, Walk::read_row));
  CHECK(sorts(100'000, Walk::read_row, 100, 50'000));
  CHECK(sorts(100'000, Walk::read_row, 50'000));
  CHECK_FALSE(sorts(500'000, Walk::read_row, 500'000));  // a walk passes no more than all
}

TEST_CASE("what counts as a small part grows with the rollouts") {
  const PageStatistics page{.rollouts = 1'000, .matches = 20, .limit = 20};
  CHECK(sorts_matches(page, Walk::read_row));
  CHECK_FALSE(sorts_matches({.rollouts = 1'000, .matches = 400, .limit = 20}, Walk::read_row));
}

TEST_CASE("metadata finds rows up to a quarter of those that have the status") {
  CHECK(max_metadata_rows(400) == 100);
  CHECK(max_metadata_rows(3) == 0);
  CHECK(Access::metadata < Access::status);
  CHECK(Access::common_metadata > Access::status);
}
