#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "store/rig.hpp"

using namespace understudy;
using namespace understudy::store_test;

TEST_CASE("a reader on another thread sees whole turns while the store writes and cleans up") {
  Folder folder;
  auto store = open(folder);
  constexpr int turns = 60;
  std::atomic<bool> done{false};
  std::atomic<int> reads{0};
  std::vector<std::string> wrong;
  std::thread other([&] {
    auto reader = read(folder);
    std::size_t before = 0;
    do {
      const auto rows = reader.events({});
      if (const auto trouble = reader.take_error(); !trouble.empty()) wrong.push_back(trouble);
      if (rows.size() % 2 != 0) wrong.push_back("half a turn");
      if (rows.size() < before) wrong.push_back("a turn vanished");
      before = rows.size();
      static_cast<void>(reader.ledger("coder-a", 0, 10, {}));
      ++reads;
    } while (!done);
    if (const auto copied = reader.backup_to(folder.file() + ".backup"); !copied.empty())
      wrong.push_back(copied);
  });
  const auto year_ms = 365LL * 86'400'000;
  for (int i = 0; i < turns; ++i) {
    in_turn(store, [&](auto& turn) {
      turn.append_event(event("a", "coder-a", year_ms));
      turn.append_ledger(flip("coder-a", 1));
      turn.append_event(event("b", "coder-a", year_ms));
    });
    if (i % 10 == 0) store.prune(year_ms, {}, 5);
  }
  while (reads == 0) std::this_thread::yield();
  done = true;
  other.join();
  CHECK(wrong == std::vector<std::string>{});
  CHECK(count(folder, "event_log") == 2 * turns);
  CHECK(count(folder, "agent_provider_events") < turns);
}
