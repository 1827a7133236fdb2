#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/store/error.hpp"
#include "understudy/store/rollout_rows.hpp"
#include "understudy/store/rows.hpp"

namespace understudy::store {

struct Connection;

/// One turn's writes, on disk together or not at all. Reads see the writes before them. A write that fails
/// makes the rest no-ops (reads then find nothing) and commit() says why; nothing throws. Without commit()
/// all is undone.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// A commit that fails has undone the turn.
  [[nodiscard]] std::expected<void, CommitError> commit();

  // ---- history
  std::int64_t append_event(const EventRow& row);    ///< returns its id
  std::int64_t append_ledger(const LedgerRow& row);  ///< returns its id
  void append_lifecycle_event(const LifecycleRow& row);
  void append_usage(const UsageRow& row);

  void append_audit(const AuditRow& row);

  // ---- named tokens
  void put_token(const TokenRow& row);
  bool remove_token(const std::string& id);  ///< false: there was none
  void token_used(const std::string& id, std::int64_t at_ms);

  // ---- state
  void put_provider_state(const ProviderStateRow& row);
  void put_container_state(const ContainerStateRow& row);
  void put_lifecycle_metrics(const MetricsRow& row);
  /// State and metrics go; ledger and logs stay.
  void erase_instance(const std::string& instance);
  void put_setting(const std::string& key, const std::string& value);

  /// The answer given to an outcome with this task id before, if it was.
  std::optional<std::string> outcome_seen(const std::string& agent, const std::string& task_id);
  /// The first answer stays.
  void remember_outcome(const std::string& agent, const std::string& task_id, std::int64_t ts,
                        const std::string& answer);

  // ---- tokens
  /// Input and output of a type on a tier since a moment; unknown counts as nothing.
  std::int64_t window_tokens(const std::string& type, const std::string& provider, const std::string& model,
                             std::int64_t since_ms);
  /// When the window's sum falls below the threshold if nothing more is used; nullopt: it is below.
  std::optional<std::int64_t> window_below_at(const std::string& type, const std::string& provider,
                                              const std::string& model, std::int64_t window_ms,
                                              std::int64_t threshold, std::int64_t now_ms);

  // ---- tasks
  void insert_rollout(const NewRollout& rollout);
  std::optional<RolloutRow> rollout(const std::string& rollout_id);
  /// Whether it is for an agent of the daemon's own; nothing when it is not there. Cheaper than its row.
  std::optional<bool> is_managed(const std::string& rollout_id);
  /// An end time, once set, stays until it is set again.
  void set_rollout_status(const std::string& rollout_id, RolloutStatus status,
                          std::optional<double> end_time);
  void requeue(const std::string& rollout_id, bool keep_place, std::int64_t not_before_ms,
               const std::string& retry);
  /// The first in line that is due: bound to this instance, or to its type's pool. An empty agent asks for
  /// the pool alone.
  std::optional<QueuedRollout> next_queued(const std::string& agent, const std::string& agent_type,
                                           std::int64_t now_ms);
  /// The earliest delayed retry after that moment.
  std::optional<std::int64_t> next_not_before(std::int64_t after_ms);
  std::vector<QueueCount> queue_counts();
  /// Cancels what waits for an instance alone; returns the ids.
  std::vector<std::string> cancel_bound(const std::string& agent, double end_time);

  std::int64_t insert_attempt(const AttemptRow& attempt);  ///< returns its sequence_id
  void update_attempt(const std::string& rollout_id, const std::string& attempt_id,
                      const AttemptChange& change);
  std::optional<AttemptRow> attempt(const std::string& rollout_id, const std::string& attempt_id);
  std::optional<AttemptRow> latest_attempt(const std::string& rollout_id);

  // ---- the rollout store: what its clients ask for, by the rules of rollout_rules.hpp
  /// As insert_rollout, but resources are the latest when none are named, and metadata that names an agent or
  /// agent_type binds the rollout: then no generic dequeue hands it out.
  RolloutRow enqueue(const NewRollout& rollout);
  /// Created with its first attempt, past the queue.
  RolloutWithAttempt start_rollout(const NewRollout& rollout, const std::string& attempt_id,
                                   const std::optional<std::string>& worker_id);
  std::expected<RolloutWithAttempt, Refusal> start_attempt(const std::string& rollout_id,
                                                           const std::string& attempt_id,
                                                           const std::optional<std::string>& worker_id,
                                                           double now);
  /// The first in line that are bound to no agent, each with a new attempt.
  std::vector<RolloutWithAttempt> dequeue(const Dequeue& wanted, double now);
  /// Undoes a dequeue that reached nobody, as though it had not been: the attempt is gone, the rollout has
  /// its place in the line again and its worker is idle. False, and nothing is done, once somebody has said
  /// anything of either.
  bool take_back(const std::string& rollout_id, const std::string& attempt_id, double now);
  std::expected<Reported, Refusal> report_attempt(const std::string& rollout_id,
                                                  const std::string& attempt_id, const AttemptReport& report,
                                                  double now);
  /// An explicit status is taken as it is; a queued one joins the end of the line unless it is in it.
  std::expected<RolloutRow, Refusal> change_rollout(const std::string& rollout_id,
                                                    const RolloutChange& change, double now);

  /// Each by itself: one that is refused or known already leaves the others alone.
  SpansAdded add_spans(std::span<const SpanRow> spans, double now);
  /// The first of `count` numbers in a row that no other span of the rollout was given; of an unknown
  /// rollout too.
  std::int64_t take_sequence_ids(const std::string& rollout_id, std::int64_t count, double now);

  ResourcesRow add_resources(const std::string& resources_id, const std::string& resources, double now);
  /// A new version, or the first; the older ones stay readable.
  ResourcesRow put_resources(const std::string& resources_id, const std::string& resources, double now);
  /// A sign of life; absent stats stay.
  WorkerRow heartbeat(const std::string& worker_id, const std::optional<std::string>& stats, double now);

  /// Judges at most that many attempts that are due. Empty: none is.
  std::vector<Reported> sweep(double now, std::int64_t limit);
  /// Workers not heard of since then, each told once until it is heard of again.
  std::vector<WorkerRow> mark_stale_workers(double silent_since, std::int64_t limit);

  std::optional<PastAnswer> past_answer(const std::string& idempotency_key);
  /// The first answer stays.
  void remember_answer(const std::string& idempotency_key, const PastAnswer& answer, double now);

 private:
  template <class Work>
  auto guarded(Work&& work) -> decltype(work());
  template <class Work>
  auto writing(Work&& work) -> decltype(work());
  void undo();
  Connection* connection_;
  bool begun_{false};
  std::optional<CommitError> failure_{};
};

}  // namespace understudy::store
