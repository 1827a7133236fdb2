#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "understudy/store/error.hpp"
#include "understudy/store/rollout_queries.hpp"
#include "understudy/store/rows.hpp"

namespace understudy::store {

struct EventQuery {
  std::int64_t after{0};
  std::int64_t since_ms{0};          ///< and none written before this moment
  std::vector<std::string> types{};  ///< exact, or "container.*"; none: all
  std::string instance{};            ///< empty: all
  std::int64_t limit{500};
};

struct Connection;

/// Long reads on a read-only connection of their own; usable on one thread at a time, not necessarily the
/// store's. A read that fails finds nothing, and take_trouble() says why.
class Reader {
 public:
  [[nodiscard]] static std::expected<Reader, OpenError> open(const std::string& path);
  /// Another one of the same file.
  [[nodiscard]] std::expected<Reader, OpenError> again() const;
  /// Asked now and then while a read runs, on its thread; a read that may not go on has failed.
  void go_on_while(std::function<bool()> may_go_on);
  Reader(Reader&&) noexcept;
  Reader& operator=(Reader&&) noexcept;
  ~Reader();

  [[nodiscard]] std::vector<EventRow> events(const EventQuery& query);  ///< ascending
  void events(const EventQuery& query, const Visit<EventRow>& visit);
  [[nodiscard]] std::optional<std::int64_t> oldest_event_id();
  /// The newest `limit` since a moment, before an id if given; returned oldest first.
  [[nodiscard]] std::vector<LedgerRow> ledger(const std::string& agent, std::int64_t since_ms,
                                              std::int64_t limit, std::optional<std::int64_t> before_id);
  /// The last row before a moment, and all since.
  [[nodiscard]] std::vector<LedgerRow> ledger_window(const std::string& agent, std::int64_t from_ms);
  [[nodiscard]] std::vector<LifecycleRow> lifecycle_events(const std::string& instance, std::int64_t since_ms,
                                                           std::int64_t limit);
  /// Ascending after an id; without one the newest `limit`, before an id if given, oldest first.
  [[nodiscard]] std::vector<AuditRow> audit(std::optional<std::int64_t> after,
                                            std::optional<std::int64_t> before_id, std::int64_t limit);
  [[nodiscard]] std::vector<UsageSum> usage(std::int64_t since_ms);
  [[nodiscard]] std::vector<QueueCount> queue_counts();
  [[nodiscard]] std::optional<RolloutRow> rollout(const std::string& rollout_id);
  [[nodiscard]] std::vector<RolloutRow> rollouts(std::int64_t limit);  ///< the newest first
  [[nodiscard]] std::vector<AttemptRow> attempts(const std::string& rollout_id);
  [[nodiscard]] std::optional<AttemptRow> latest_attempt(const std::string& rollout_id);
  [[nodiscard]] std::optional<AttemptRow> attempt(const std::string& rollout_id,
                                                  const std::string& attempt_id);

  // ---- the rollout store; each answer is of one moment
  [[nodiscard]] Page<RolloutWithAttempt> find_rollouts(const RolloutQuery& query,
                                                       const Visit<RolloutWithAttempt>& visit = {});
  [[nodiscard]] std::optional<RolloutWithAttempt> attempted(const std::string& rollout_id);
  [[nodiscard]] Waited waited(const std::vector<std::string>& rollout_ids,
                              const Visit<RolloutRow>& visit = {});
  [[nodiscard]] Page<AttemptRow> find_attempts(const AttemptQuery& query,
                                               const Visit<AttemptRow>& visit = {});
  [[nodiscard]] Page<SpanRow> find_spans(const SpanQuery& query, const Visit<SpanRow>& visit = {});
  [[nodiscard]] Page<ResourcesRow> find_resources(const ResourcesQuery& query,
                                                  const Visit<ResourcesRow>& visit = {});
  [[nodiscard]] std::optional<ResourcesRow> resources(const std::string& resources_id);
  [[nodiscard]] std::optional<ResourcesRow> latest_resources();
  /// All that retention kept, the newest version first.
  [[nodiscard]] std::vector<ResourcesRow> resources_history(const std::string& resources_id,
                                                            const Visit<ResourcesRow>& visit = {});
  [[nodiscard]] Page<WorkerRow> find_workers(const WorkerQuery& query);
  [[nodiscard]] std::optional<WorkerRow> worker(const std::string& worker_id);
  [[nodiscard]] Statistics statistics();
  /// How many rollouts ended since that moment, by their status.
  [[nodiscard]] std::vector<std::pair<std::string, std::int64_t>> ended_since(double moment);
  /// When the next attempt may be due; sweep() is not needed before.
  [[nodiscard]] std::optional<double> next_watch();

  /// Another one when the store was written to since. It means nothing outside this reader.
  [[nodiscard]] std::int64_t version();
  /// Why the last read failed, once; empty when it did not.
  [[nodiscard]] std::string take_trouble() { return std::exchange(trouble_, {}); }
  /// A whole copy of this moment, also while the store writes. Empty, or a sentence.
  [[nodiscard]] std::string backup_to(const std::string& target);

 private:
  explicit Reader(std::unique_ptr<Connection> connection);
  template <class Read>
  auto guarded(Read&& read) -> decltype(read());
  std::unique_ptr<Connection> connection_;
  std::unique_ptr<std::function<bool()>> may_go_on_{};
  std::string trouble_{};
};

}  // namespace understudy::store
