// libstore alone, with one row in a file of its own.
#include <cstdio>

#include "understudy/store/store.hpp"

int main(int, char** arguments) {
  auto store = understudy::store::Store::open(arguments[1]);
  if (!store) return 1;
  auto turn = store->begin();
  turn.append_event({.ts_ms = 5, .type = "rollout.enqueued", .summary = "ro-1 waits"});
  if (!turn.commit()) return 2;
  std::puts("committed");
}
