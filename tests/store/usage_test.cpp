#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

namespace {

store::UsageRow used(std::int64_t ts, std::optional<std::int64_t> input, std::optional<std::int64_t> output) {
  return {.ts = ts,
          .type = "coder",
          .instance = "coder-a",
          .tier = 1,
          .provider = "anthropic",
          .model = "opus",
          .input_tokens = input,
          .output_tokens = output,
          .rollout_id = "ro-1",
          .attempt_id = "at-1"};
}

std::int64_t tokens(store::Store& store, std::int64_t since, const std::string& model = "opus") {
  auto turn = store.begin();
  return turn.tokens_since("coder", "anthropic", model, since);
}

std::optional<std::int64_t> below_at(store::Store& store, std::int64_t threshold, std::int64_t now) {
  auto turn = store.begin();
  return turn.tokens_below_at("coder", "anthropic", "opus", 100, threshold, now);
}

}  // namespace

TEST_CASE("a window counts input and output of a type on one tier, of all its instances, after a moment") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_usage(used(10, 1, 2));
    turn.append_usage(used(20, 4, 8));
    auto other_instance = used(30, 16, 32);
    other_instance.instance = "coder-b";
    turn.append_usage(other_instance);
    auto other_tier = used(30, 1'000, 0);
    other_tier.model = "sonnet";
    turn.append_usage(other_tier);
    auto other_type = used(30, 1'000, 0);
    other_type.type = "reviewer";
    turn.append_usage(other_type);
    CHECK(turn.tokens_since("coder", "anthropic", "opus", 0) == 63);  // those of this turn too
  });
  CHECK(tokens(store, 0) == 63);
  CHECK(tokens(store, 10) == 60);
  CHECK(tokens(store, 30) == 0);
  CHECK(tokens(store, 0, "nobody's") == 0);
}

TEST_CASE("tokens that nobody reported are unknown on disk, and count as 0 in a sum") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_usage(used(10, {}, {}));
    turn.append_usage(used(20, 7, {}));
    turn.append_usage(used(30, 0, 0));
  });
  CHECK(tokens(store, 0) == 7);
  auto db = raw(folder);
  CHECK(db.execAndGet("SELECT count(*) FROM usage WHERE input_tokens IS NULL").getInt() == 1);
  CHECK(db.execAndGet("SELECT count(*) FROM usage WHERE output_tokens IS NULL").getInt() == 2);
  CHECK(db.execAndGet("SELECT count(*) FROM usage WHERE input_tokens = 0").getInt() == 1);
}

TEST_CASE("a window falls below its threshold when the uses that keep it above have left it") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_usage(used(10, 50, 0));
    turn.append_usage(used(20, {}, 30));
    turn.append_usage(used(40, 20, 0));
  });
  CHECK_FALSE(below_at(store, 101, 50));
  CHECK(below_at(store, 100, 50) == 110);
  CHECK(below_at(store, 51, 50) == 110);
  CHECK(below_at(store, 50, 50) == 120);
  CHECK(below_at(store, 20, 50) == 140);
  CHECK(below_at(store, 50, 110) == 120);
  const auto threshold = GENERATE(1, 20, 21, 50, 51, 100);
  const auto moment = *below_at(store, threshold, 50);  // exactly then, and not a millisecond before
  CHECK(tokens(store, moment - 100) < threshold);
  CHECK(tokens(store, moment - 101) >= threshold);
}

TEST_CASE("usage is summed by type, instance and tier since a moment") {
  Folder folder;
  auto store = open(folder);
  in_turn(store, [](auto& turn) {
    turn.append_usage(used(10, 100, 100));
    turn.append_usage(used(20, 1, 2));
    turn.append_usage(used(30, 4, {}));
    auto second = used(30, 16, 32);
    second.tier = 2;
    second.model = "sonnet";
    turn.append_usage(second);
    auto other = used(30, 64, 128);
    other.instance = "coder-b";
    turn.append_usage(other);
  });
  const auto sums = read(folder).usage(10);
  REQUIRE(sums.size() == 3);
  CHECK(sums[0].type == "coder");
  CHECK(sums[0].instance == "coder-a");
  CHECK(sums[0].tier == 1);
  CHECK(sums[0].provider == "anthropic");
  CHECK(sums[0].model == "opus");
  CHECK(sums[0].input_tokens == 5);
  CHECK(sums[0].output_tokens == 2);
  CHECK(sums[1].tier == 2);
  CHECK(sums[1].input_tokens == 16);
  CHECK(sums[2].instance == "coder-b");
  CHECK(sums[2].output_tokens == 128);
}
