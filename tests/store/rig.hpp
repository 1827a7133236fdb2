#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include <filesystem>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/scratch.hpp"
#include "understudy/store/reader.hpp"
#include "understudy/store/store.hpp"

/// Stores in scratch folders, and rows to put into them.
namespace understudy::store_test {

struct Folder : support::Scratch {
  [[nodiscard]] std::string file() const { return *this / "understudy.db"; }
};

inline store::Store open(const Folder& folder) {
  auto store = store::Store::open(folder.file());
  if (!store) throw std::runtime_error(store.error().message);
  return std::move(*store);
}

inline store::Reader read(const Folder& folder) {
  auto reader = store::Reader::open(folder.file());
  if (!reader) throw std::runtime_error(reader.error().message);
  return std::move(*reader);
}

/// The file as SQLite itself sees it, past the library.
inline SQLite::Database raw(const Folder& folder) {
  return SQLite::Database(folder.file(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 5'000);
}

inline std::int64_t count(const Folder& folder, const std::string& table) {
  return raw(folder).execAndGet("SELECT count(*) FROM " + table).getInt64();
}

/// A turn that must succeed; returns what the work returns.
template <class Work>
auto in_turn(store::Store& store, Work&& work) {
  auto turn = store.begin();
  const auto commit = [&] {
    if (const auto committed = turn.commit(); !committed) throw std::runtime_error(committed.error().message);
  };
  if constexpr (std::is_void_v<decltype(work(turn))>) {
    work(turn);
    commit();
  } else {
    auto result = work(turn);
    commit();
    return result;
  }
}

inline store::EventRow event(std::string type, std::string instance, std::int64_t ts_ms = 0) {
  return {.ts_ms = ts_ms, .type = std::move(type), .instance = std::move(instance), .summary = "it happened"};
}

inline store::LedgerRow flip(std::string agent, std::int64_t ts) {
  return {.ts = ts,
          .agent = std::move(agent),
          .from_tier = 1,
          .to_tier = 2,
          .kind = "quota",
          .reason = "402 balance"};
}

inline store::NewRollout bound_to(std::string agent, std::string id) {
  return {.rollout_id = std::move(id), .start_time = 1, .agent = std::move(agent)};
}

inline store::NewRollout for_any(std::string agent_type, std::string id) {
  return {.rollout_id = std::move(id), .start_time = 1, .agent_type = std::move(agent_type)};
}

template <class Row>
std::vector<std::int64_t> ids(const std::vector<Row>& rows) {
  std::vector<std::int64_t> found;
  for (const auto& row : rows) found.push_back(row.id);
  return found;
}

using Ids = std::vector<std::int64_t>;

}  // namespace understudy::store_test
