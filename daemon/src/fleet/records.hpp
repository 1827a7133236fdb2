#pragma once
#include <string>

#include "fleet/judge.hpp"
#include "fleet/turn.hpp"

/// Converts domain values to rows and back: only these files know both.
namespace understudy::daemon::fleet {

// ---- state (records_state.cpp)

/// `sent`: the operator let its next attempt run whatever health knows.
[[nodiscard]] store::ProviderStateRow provider_state_row(const Agent& agent, bool sent);
[[nodiscard]] failover::State tiers_from(const store::ProviderStateRow& row);
[[nodiscard]] bool was_sent(const store::ProviderStateRow& row);
/// What cannot be read is a new one: nothing is known of its container.
[[nodiscard]] container::Persisted kept_from(const std::string& json);
[[nodiscard]] store::MetricsRow metrics_row(const Agent& agent);
[[nodiscard]] container::Metrics metrics_from(const store::MetricsRow& row);
/// Writes what changed in the agents that this turn touched.
void save_touched(Turn& turn);

// ---- history (records_history.cpp)

[[nodiscard]] store::LedgerRow ledger_row(const std::string& agent, std::int64_t ts,
                                          const failover::LedgerEntry& entry, const std::string& rollout_id,
                                          const std::string& attempt_id);
[[nodiscard]] std::string ledger_json(const store::LedgerRow& row);
[[nodiscard]] std::string fact_detail(const container::Fact& fact);
[[nodiscard]] store::LifecycleRow lifecycle_row(std::int64_t id, const std::string& instance, std::int64_t ts,
                                                const container::Fact& fact, std::string summary,
                                                std::string detail);

// ---- tasks (records_tasks.cpp)

[[nodiscard]] Task task_from(const store::QueuedRollout& queued);
/// A task that was under way when the daemon went down.
[[nodiscard]] Task task_from(const store::UnfinishedAttempt& unfinished);
[[nodiscard]] std::string retry_json(const Task& task);
/// The tiers that refused a queued task's request; none when the chain has changed since.
[[nodiscard]] std::vector<failover::TierId> refused_by(const std::string& retry,
                                                       const std::vector<failover::TierId>& chain);
[[nodiscard]] std::string held_json(const Held& held);
[[nodiscard]] std::string attempt_metadata(const Task& task, const AttemptResult& result = {});
/// The task of an ended attempt; nullopt when unknown.
[[nodiscard]] std::optional<Task> past_task(Turn& turn, const std::string& rollout_id,
                                            const std::string& attempt_id);

}  // namespace understudy::daemon::fleet
