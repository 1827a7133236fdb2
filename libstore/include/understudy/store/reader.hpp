#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "understudy/store/error.hpp"
#include "understudy/store/rollout_queries.hpp"
#include "understudy/store/rows.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
namespace understudy::store {

struct EventQuery {
  std::int64_t after{0};
  std::int64_t since_ms{0};          ///< none written before it
  std::vector<std::string> types{};  ///< exact, or "container.*"; none: all
  std::string instance{};            ///< empty: all
  std::int64_t limit{500};
};

struct Connection;

/// A read-only connection, for one thread at a time, not necessarily the store's. Each answer is one
/// snapshot. A read that fails finds nothing, and take_error() says why.
class Reader {
 public:
  [[nodiscard]] static std::expected<Reader, OpenError> open(const std::string& path);
  [[nodiscard]] std::expected<Reader, OpenError> open_another() const;  ///< of the same file
  /// Called every few tenths of a millisecond on the thread of a read; false interrupts the read, which
  /// fails.
  void set_progress_handler(std::function<bool()> may_go_on);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  [[nodiscard]] std::vector<EventRow> events(const EventQuery& query);  ///< ascending
  void events(const EventQuery& query, const Visit<EventRow>& visit);
  [[nodiscard]] std::optional<std::int64_t> oldest_event_id();
  /// The newest `limit` at or after `since_ms`, before an id if given; oldest first.
  [[nodiscard]] std::vector<LedgerRow> ledger(const std::string& agent, std::int64_t since_ms,
                                              std::int64_t limit, std::optional<std::int64_t> before_id);
  /// The last row before `from_ms`, and all since.
  [[nodiscard]] std::vector<LedgerRow> ledger_window(const std::string& agent, std::int64_t from_ms);
  [[nodiscard]] std::vector<LifecycleRow> lifecycle_events(const std::string& instance, std::int64_t since_ms,
                                                           std::int64_t limit);
  /// Ascending after an id; without one the newest `limit`, before an id if given, oldest first.
  [[nodiscard]] std::vector<AuditRow> audit(std::optional<std::int64_t> after,
                                            std::optional<std::int64_t> before_id, std::int64_t limit);
  [[nodiscard]] std::vector<UsageSum> usage(std::int64_t since_ms);
  [[nodiscard]] std::vector<QueueCount> queue_counts();
  [[nodiscard]] std::optional<RolloutRow> rollout(const std::string& rollout_id);
  [[nodiscard]] std::optional<AttemptRow> attempt(const std::string& rollout_id,
                                                  const std::string& attempt_id);

  // ---- the rollout store; with a visitor, rows go to it and not into the answer
  [[nodiscard]] Page<RolloutWithAttempt> find_rollouts(const RolloutQuery& query,
                                                       const Visit<RolloutWithAttempt>& visit = {});
  [[nodiscard]] std::optional<RolloutWithAttempt> rollout_with_attempt(const std::string& rollout_id);
  [[nodiscard]] PollResult poll(const std::vector<std::string>& rollout_ids,
                                const Visit<RolloutRow>& visit = {});
  [[nodiscard]] Page<AttemptRow> find_attempts(const AttemptQuery& query,
                                               const Visit<AttemptRow>& visit = {});
  [[nodiscard]] Page<SpanRow> find_spans(const SpanQuery& query, const Visit<SpanRow>& visit = {});
  [[nodiscard]] Page<ResourcesRow> find_resources(const ResourcesQuery& query,
                                                  const Visit<ResourcesRow>& visit = {});
  [[nodiscard]] std::optional<ResourcesRow> resources(const std::string& resources_id);
  [[nodiscard]] std::optional<ResourcesRow> latest_resources();
  /// All versions that retention has kept, the newest first.
  [[nodiscard]] std::vector<ResourcesRow> resources_history(const std::string& resources_id,
                                                            const Visit<ResourcesRow>& visit = {});
  [[nodiscard]] Page<WorkerRow> find_workers(const WorkerQuery& query);
  [[nodiscard]] std::optional<WorkerRow> worker(const std::string& worker_id);
  [[nodiscard]] Statistics statistics();
  /// How many rollouts ended at or after `since`, by their status.
  [[nodiscard]] std::map<RolloutStatus, std::int64_t> ended_since(double since);
  /// When the next attempt may time out or fall silent: no sweep() is needed before.
  [[nodiscard]] std::optional<double> next_deadline();

  /// Changes whenever the store was written to: PRAGMA data_version, comparable within this reader only.
  [[nodiscard]] std::int64_t data_version();
  /// Why the last read failed, and forgets it; empty when it did not.
  [[nodiscard]] std::string take_error() { return std::exchange(error_, {}); }
  /// A consistent copy of the database, also while the store writes. Empty, or why it failed.
  [[nodiscard]] std::string backup_to(const std::string& target);

 private:
  explicit Reader(std::unique_ptr<Connection> connection);
  template <class Read>
  auto guarded(Read&& read) -> decltype(read());
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<std::function<bool()>> may_go_on_{};
  std::string error_{};
};

}  // namespace understudy::store
#pragma GCC visibility pop
