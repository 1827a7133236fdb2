// The example of store.hpp, to the letter.
#include <catch2/catch.hpp>

#include "store/rig.hpp"

using namespace understudy;
using store::RolloutStatus;

namespace {

std::string example(double now) {
  // clang-format off
    auto store = store::Store::open("fleet.db");
    if (!store) return store.error().message;
    auto turn = store->begin();
    turn.enqueue({.rollout_id = "ro-1", .input = R"({"question":"2 + 2"})", .start_time = now});
    turn.append_event({.ts_ms = 5, .type = "rollout.enqueued", .summary = "ro-1 waits"});
    if (const auto committed = turn.commit(); !committed) return committed.error().message;

    auto reader = store::Reader::open(store->path());
    if (!reader) return reader.error().message;
    const auto page = reader->find_rollouts({.status_in = {{RolloutStatus::queuing}}, .limit = 20});
    if (auto error = reader->take_error(); !error.empty()) return error;
    return page.items.at(0).rollout.input;
  // clang-format on
}

}  // namespace

TEST_CASE("the example does what it shows") {
  store_test::Folder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  CHECK(example(1) == R"({"question":"2 + 2"})");
  std::filesystem::current_path(before);
}
