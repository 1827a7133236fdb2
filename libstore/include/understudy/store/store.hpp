#pragma once
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "understudy/store/error.hpp"
#include "understudy/store/rows.hpp"
#include "understudy/store/transaction.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
/// libstore keeps a fleet in one SQLite file: its state, its history, and the rollouts that it and other
/// clients work on, by the rules in rollout_rules.hpp. It does not know what the other rows mean.
///
///     #include "understudy/store/reader.hpp"
///     #include "understudy/store/store.hpp"
///
///     auto store = store::Store::open("fleet.db");
///     if (!store) return store.error().message;
///     auto turn = store->begin();
///     turn.enqueue({.rollout_id = "ro-1", .input = R"({"question":"2 + 2"})", .start_time = now});
///     turn.append_event({.ts_ms = 5, .type = "rollout.enqueued", .summary = "ro-1 waits"});
///     if (const auto committed = turn.commit(); !committed) return committed.error().message;
///
///     auto reader = store::Reader::open(store->path());
///     if (!reader) return reader.error().message;
///     const auto page = reader->find_rollouts({.status_in = {{RolloutStatus::queuing}}, .limit = 20});
///     if (auto error = reader->take_error(); !error.empty()) return error;
///     return page.items.at(0).rollout.input;
///
/// - One file has one Store, which writes, one transaction at a time, and any number of Readers. Readers and
///   writer do not wait for each other: the file has a write-ahead log.
/// - A committed transaction survives a crash and power loss (synchronous=FULL). What commit() refuses, as on
///   a full disk, is rolled back, and the store goes on.
/// - A Store with its transactions, and each Reader, belong to one thread at a time.
/// - Nothing throws. Errors are values with a sentence for the operator: from open(), from commit() for all
///   writes before it, from take_error() for the last read.
/// - `ts`, `*_ms` and times of tokens are Unix milliseconds. Times of rollouts, attempts, spans, resources
/// and
///   workers are Unix seconds. JSON is text, kept byte for byte. An empty optional is NULL.
namespace understudy::store {

struct RetentionPolicy {
  int events_days{30};
  int rollouts_days{90};
};

/// The writer of a database file.
class Store {
 public:
  /// Opens or creates the file, checks it, and migrates an older schema after a backup beside the file.
  [[nodiscard]] static std::expected<Store, OpenError> open(const std::string& path);
  Store(Store&&) noexcept;
  Store& operator=(Store&&) noexcept;
  ~Store();

  [[nodiscard]] Transaction begin();

  /// O(instances and unfinished attempts): never reads the logs.
  [[nodiscard]] std::expected<BootState, OpenError> load_boot_state();
  [[nodiscard]] std::optional<std::string> setting(const std::string& key);
  [[nodiscard]] std::vector<TokenRow> tokens();  ///< by name
  [[nodiscard]] std::optional<std::int64_t> next_retry_at(std::int64_t after_ms);
  [[nodiscard]] std::optional<std::int64_t> next_give_up_at();

  /// Deletes at most that many rows in one short transaction; true when there are more. Each agent's last
  /// ledger row and every unfinished rollout stay.
  bool prune(std::int64_t now_ms, const RetentionPolicy& policy, int max_rows);
  [[nodiscard]] const std::string& path() const;

 private:
  explicit Store(std::unique_ptr<Connection> connection);
  std::unique_ptr<Connection> connection_;
};

}  // namespace understudy::store
#pragma GCC visibility pop
