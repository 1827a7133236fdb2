// Turns a second with one message and with many, and boot with a million rows of history against none.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/scratch.hpp"
#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

namespace {

using namespace understudy::store;
using Clock = std::chrono::steady_clock;
namespace fs = std::filesystem;

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

Store open(const std::string& file) {
  auto store = Store::open(file);
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

void commit(Transaction& turn) {
  if (const auto committed = turn.commit(); !committed) throw std::runtime_error(committed.error().message);
}

/// What one outcome writes: its flip, the event that tells of it, the tokens and the new state.
void write_message(Transaction& turn, std::int64_t number) {
  const auto agent = "reviewer-" + std::to_string(number % 100);
  turn.append_event(
      {.ts_ms = number,
       .type = "provider.failover",
       .instance = agent,
       .summary = agent + " moved to tier 2: 401 auth_error",
       .detail = R"({"from_tier":1,"to_tier":2,"kind":"auth_error","reason":"401 auth_error"})"});
  turn.append_ledger({.ts = number,
                      .agent = agent,
                      .from_tier = 1,
                      .to_tier = 2,
                      .kind = "auth_error",
                      .reason = "401 auth_error"});
  turn.append_usage(
      {.ts = number, .type = "reviewer", .instance = agent, .provider = "anthropic", .model = "opus"});
  turn.put_provider_state({.agent = agent, .type = "reviewer", .current_tier = 2});
}

void commits() {
  const understudy::support::Scratch folder;
  auto store = open(folder / "turns.db");
  std::int64_t number = 0;
  for (const int grouped : {1, 10, 100}) {
    std::int64_t turns = 0;
    const auto begin = Clock::now();
    while (seconds_since(begin) < 1.5) {
      auto turn = store.begin();
      for (int i = 0; i < grouped; ++i) write_message(turn, ++number);
      commit(turn);
      ++turns;
    }
    const auto rate = static_cast<double>(turns) / seconds_since(begin);
    std::printf("commits with %3d messages a turn              %8.0f turns/s, %8.0f messages/s\n", grouped,
                rate, rate * grouped);
  }
}

/// The same hundred instances, with or without a past.
void make(const std::string& file, std::int64_t rows_of_history) {
  auto store = open(file);
  auto turn = store.begin();
  for (int i = 0; i < 100; ++i) {
    const auto name = "reviewer-" + std::to_string(i);
    turn.put_provider_state({.agent = name, .type = "reviewer"});
    turn.put_container_state({name, R"({"phase":"ready","container_id":"0123456789abcdef"})"});
    turn.put_lifecycle_metrics({.instance = name, .cold_start = "{}", .last_event = "{}"});
  }
  for (std::int64_t i = 0; i < rows_of_history; ++i) write_message(turn, i);
  commit(turn);
}

double boot_us(const std::string& file) {
  const auto begin = Clock::now();
  auto store = open(file);
  const auto state = store.load_boot_state();
  const auto took = seconds_since(begin) * 1e6;
  if (!state || state->provider_states.size() != 100) throw std::runtime_error("the state is not there");
  return took;
}

double median(std::vector<double> values) {
  std::ranges::sort(values);
  return values[values.size() / 2];
}

void boots() {
  constexpr std::int64_t rows = 1'000'000;
  const understudy::support::Scratch folder;
  const auto young = folder / "young.db";
  const auto old = folder / "old.db";
  make(young, 0);
  const auto begin = Clock::now();
  make(old, rows);
  std::printf("writing %lld rows each of ledger and events   %8.1f s, %.0f MiB\n",
              static_cast<long long>(rows), seconds_since(begin),
              static_cast<double>(fs::file_size(old)) / (1 << 20));
  std::vector<double> without;
  std::vector<double> with;
  for (int i = 0; i < 51; ++i) {  // in turn, so that both meet the same machine
    without.push_back(boot_us(young));
    with.push_back(boot_us(old));
  }
  std::printf("boot of 100 instances without history        %8.0f us\n", median(without));
  std::printf("boot of 100 instances with that history      %8.0f us, ratio %.2f (aim 1.2)\n", median(with),
              median(with) / median(without));
}

}  // namespace

int main() {
  commits();
  boots();
}
