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

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
namespace understudy::store {

struct Connection;

/// The instance that alone may take a rollout, or the type of its pool.
struct QueuedFor {
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
};

/// Writes that reach the disk together or not at all. Reads see the writes before them. After a write that
/// fails, further writes do nothing, reads find nothing, and commit() says why; nothing throws. Without
/// commit() all is rolled back.
class Transaction {
 public:
  explicit Transaction(Connection& connection) : connection_(&connection) {}
  Transaction(Transaction&& other) noexcept;
  Transaction& operator=(Transaction&&) = delete;
  ~Transaction();

  /// A commit that fails has rolled back.
  [[nodiscard]] std::expected<void, CommitError> commit();

  // ---- history
  std::int64_t append_event(const EventRow& row);    ///< returns its id
  std::int64_t append_ledger(const LedgerRow& row);  ///< returns its id
  void append_lifecycle_event(const LifecycleRow& row);
  void append_usage(const UsageRow& row);
  void append_audit(const AuditRow& row);

  // ---- named tokens
  void put_token(const TokenRow& row);
  bool remove_token(const std::string& id);  ///< false: there is none
  void mark_token_used(const std::string& id, std::int64_t at_ms);

  // ---- state
  void put_provider_state(const ProviderStateRow& row);
  void put_container_state(const ContainerStateRow& row);
  void put_lifecycle_metrics(const MetricsRow& row);
  void put_provider_health(const ProviderHealthRow& row);
  void erase_provider_health(const std::string& account, const std::string& scope, const std::string& model,
                             const std::string& who);
  /// Deletes state, metrics and what is known of providers for it alone; ledger and logs stay.
  void erase_instance(const std::string& instance);
  void put_setting(const std::string& key, const std::string& value);

  /// The answer given to an earlier outcome of this task id.
  std::optional<std::string> past_outcome(const std::string& agent, const std::string& task_id);
  /// The first answer stays.
  void remember_outcome(const std::string& agent, const std::string& task_id, std::int64_t ts,
                        const std::string& answer);

  // ---- tokens used
  /// Input and output tokens of a type on a tier after `since_ms`; unknown counts as 0.
  std::int64_t tokens_since(const std::string& type, const std::string& provider, const std::string& model,
                            std::int64_t since_ms);
  /// When the sum over the window falls below the threshold if no more are used; nullopt: it is below now.
  std::optional<std::int64_t> tokens_below_at(const std::string& type, const std::string& provider,
                                              const std::string& model, std::int64_t window_ms,
                                              std::int64_t threshold, std::int64_t now_ms);

  // ---- tasks
  void insert_rollout(const NewRollout& rollout);
  std::optional<RolloutRow> rollout(const std::string& rollout_id);
  /// Whether it is for one of the daemon's own agents; nullopt: no such rollout. Cheaper than its row.
  std::optional<bool> is_managed(const std::string& rollout_id);
  /// Without an end time the one it has stays.
  void set_rollout_status(const std::string& rollout_id, RolloutStatus status,
                          std::optional<double> end_time);
  void requeue(const std::string& rollout_id, bool keep_position, std::int64_t not_before_ms,
               const std::string& retry);
  /// The first in the queue that is due and is for this instance, or for any of its type. An empty agent asks
  /// for the latter alone.
  std::optional<QueuedRollout> next_queued(const std::string& agent, const std::string& agent_type,
                                           std::int64_t now_ms);
  /// The earliest delayed retry after `after_ms`.
  std::optional<std::int64_t> next_retry_at(std::int64_t after_ms);
  std::vector<QueueCount> queue_counts();
  /// Cancels the queued rollouts that only this instance may take; returns their ids.
  std::vector<std::string> cancel_queued(const std::string& agent, double end_time);

  // ---- tasks that wait for a provider
  /// While it is queued, others pass it until then. `held` is JSON; taking it ends the wait.
  void hold_task(const std::string& rollout_id, std::int64_t not_before_ms, const std::string& held);
  /// Ends the wait of all that are for this instance, or for any of its type; returns how many.
  int release_held(const std::string& agent, const std::string& agent_type);
  /// Ends all waits that end by themselves before `set_aside_ms`; returns for whom those tasks are.
  std::vector<QueuedFor> release_waiting(std::int64_t set_aside_ms);
  /// The first time stays.
  void start_give_up(const std::string& rollout_id, std::int64_t at_ms);
  /// Queued rollouts whose time is over, the earliest first.
  std::vector<std::string> given_up(std::int64_t now_ms, std::int64_t limit);
  /// Of queued rollouts: one that is under way is given up once it is queued again.
  std::optional<std::int64_t> next_give_up_at();

  std::int64_t insert_attempt(const AttemptRow& attempt);  ///< returns its sequence_id
  void update_attempt(const std::string& rollout_id, const std::string& attempt_id,
                      const AttemptChange& change);
  std::optional<AttemptRow> attempt(const std::string& rollout_id, const std::string& attempt_id);
  std::optional<AttemptRow> latest_attempt(const std::string& rollout_id);

  // ---- the rollout store: what its clients ask for, by the rules of rollout_rules.hpp
  /// As insert_rollout, with the latest resources when none are named. Metadata that names an agent or
  /// agent_type binds the rollout to it: dequeue() does not hand it out.
  RolloutRow enqueue(const NewRollout& rollout);
  /// Creates a rollout with its first attempt, without queueing it.
  RolloutWithAttempt start_rollout(const NewRollout& rollout, const std::string& attempt_id,
                                   const std::optional<std::string>& worker_id);
  std::expected<RolloutWithAttempt, RolloutError> start_attempt(const std::string& rollout_id,
                                                                const std::string& attempt_id,
                                                                const std::optional<std::string>& worker_id,
                                                                double now);
  /// The first in the queue that are not bound to an agent, each with a new attempt.
  std::vector<RolloutWithAttempt> dequeue(const Dequeue& wanted, double now);
  /// Undoes a dequeue whose answer reached nobody: the attempt is deleted, the rollout has its position in
  /// the queue again, and its worker is idle. False, and nothing is done, when either was reported on since.
  bool undo_dequeue(const std::string& rollout_id, const std::string& attempt_id, double now);
  std::expected<Transition, RolloutError> report_attempt(const std::string& rollout_id,
                                                         const std::string& attempt_id,
                                                         const AttemptReport& report, double now);
  /// A status is taken as given; one that queues the rollout puts it at the end, unless it is queued already.
  std::expected<RolloutRow, RolloutError> change_rollout(const std::string& rollout_id,
                                                         const RolloutChange& change, double now);

  /// Each on its own: one that is refused, or is there already, does not affect the others.
  SpansAdded add_spans(std::span<const SpanRow> spans, double now);
  /// The first of `count` consecutive numbers that no other span of the rollout gets, whether or not there is
  /// such a rollout.
  std::int64_t reserve_sequence_ids(const std::string& rollout_id, std::int64_t count, double now);

  /// The first version of these resources or the next; older ones stay readable.
  ResourcesRow put_resources(const std::string& resources_id, const std::string& resources, double now);
  /// Without stats, those it has stay.
  WorkerRow heartbeat(const std::string& worker_id, const std::optional<std::string>& stats, double now);

  /// Marks at most that many attempts that have timed out or fallen silent. Empty: none has.
  std::vector<Transition> sweep(double now, std::int64_t limit);
  /// Workers not heard from since then; each only once until it is heard from again.
  std::vector<WorkerRow> mark_stale_workers(double silent_since, std::int64_t limit);

  std::optional<PastAnswer> past_answer(const std::string& idempotency_key);
  /// The first answer stays.
  void remember_answer(const std::string& idempotency_key, const PastAnswer& answer, double now);

 private:
  template <class Work>
  auto guarded(Work&& work) -> decltype(work());
  template <class Work>
  auto writing(Work&& work) -> decltype(work());
  template <class... Values>
  void write(std::string_view sql, const Values&... values);
  void undo();
  Connection* connection_;
  bool begun_{false};
  std::optional<CommitError> failure_{};
};

}  // namespace understudy::store
#pragma GCC visibility pop
