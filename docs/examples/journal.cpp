// The journal of an agent: each turn is one transaction that survives a crash, and is read back while others
// write.
#include <iostream>

#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

namespace st = understudy::store;

int main() {
  auto store = st::Store::open("journal.db");  // makes the file, or checks and migrates it
  if (!store) return std::cerr << store.error().message << '\n', 1;

  auto turn = store->begin();
  turn.append_event({.ts_ms = 1'800'000'000'000, .type = "deploy.begun", .summary = "box-1 deploys"});
  turn.append_ledger({.ts = 1'800'000'000'000,
                      .agent = "box-1",
                      .from_tier = 1,
                      .to_tier = 2,
                      .kind = "quota",
                      .reason = "429 quota"});
  turn.put_provider_state({.agent = "box-1", .type = "box", .current_tier = 2});
  if (const auto done = turn.commit(); !done) return std::cerr << done.error().message << '\n', 1;

  auto reader = st::Reader::open(store->path());
  if (!reader) return std::cerr << reader.error().message << '\n', 1;
  for (const auto& event : reader->events({.types = {"deploy.*"}}))
    std::cout << event.id << ' ' << event.type << ": " << event.summary << '\n';
  for (const auto& move : reader->ledger("box-1", 0, 10, std::nullopt))
    std::cout << move.agent << ": tier " << move.from_tier << " -> " << move.to_tier << ", " << move.reason
              << '\n';
  if (const auto error = reader->take_error(); !error.empty()) return std::cerr << error << '\n', 1;
}
