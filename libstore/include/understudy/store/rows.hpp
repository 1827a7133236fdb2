#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "understudy/store/rollout_rules.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
/// Rows as SQL has them: text, integers, doubles. Units: see store.hpp.
namespace understudy::store {

struct EventRow {
  std::int64_t id{0};  ///< event_log row, the SSE id; given by append_event
  std::int64_t ts_ms{0};
  std::string type{};
  std::optional<std::string> instance{};
  std::string summary{};
  std::string detail{"{}"};
};

struct LedgerRow {
  std::int64_t id{0};
  std::int64_t ts{0};
  std::string agent{};
  std::int64_t from_tier{1};
  std::int64_t to_tier{1};
  std::string kind{};
  std::string reason{};
  std::optional<std::string> rollout_id{};
  std::optional<std::string> attempt_id{};
};

struct ProviderStateRow {
  std::string agent{};
  std::string type{};
  std::int64_t current_tier{1};
  std::optional<std::int64_t> last_failover_at{};
  std::optional<std::string> last_failure_kind{};
  bool paused{false};
  std::optional<std::string> pause_reason{};
  std::optional<std::int64_t> retry_at{};
  std::string extra{"{}"};  ///< further fields of the machine, as JSON
};

/// What is known of an account, of a model on it, of an agent on that, or of a host of workers.
struct ProviderHealthRow {
  std::string account{};
  std::string scope{};
  std::string model{};  ///< empty: all of them
  std::string who{};    ///< empty: everybody
  std::string entry{};  ///< JSON
};

struct LifecycleRow {
  std::int64_t id{0};  ///< the id of its event
  std::int64_t ts{0};
  std::string instance{};
  std::string type{};
  std::optional<std::int64_t> latency_ms{};
  std::optional<std::int64_t> idle_seconds{};
  std::string summary{};
  std::string detail{"{}"};
};

/// Running totals, so that boot never reads the history.
struct MetricsRow {
  std::string instance{};
  std::int64_t starts{0};
  std::int64_t stops{0};
  std::int64_t start_failures{0};
  std::int64_t stop_failures{0};
  std::int64_t crashes{0};
  std::int64_t idle_seconds_total{0};
  std::string cold_start{};
  std::string last_event{};
};

struct ContainerStateRow {
  std::string instance{};
  std::string state{};
};

struct UsageRow {
  std::int64_t ts{0};
  std::string type{};
  std::string instance{};
  std::int64_t tier{1};
  std::string provider{};
  std::string model{};
  std::optional<std::int64_t> input_tokens{};
  std::optional<std::int64_t> output_tokens{};
  std::string rollout_id{};
  std::string attempt_id{};
};

/// A named token. Only the hash of its value is kept.
struct TokenRow {
  std::string id{};
  std::string name{};
  std::string role{};  ///< operator, viewer or store
  std::string hash{};
  std::int64_t created{0};
  std::optional<std::int64_t> expires{};
  std::optional<std::int64_t> last_used{};
};

/// Who did what, or was refused.
struct AuditRow {
  std::int64_t id{0};
  std::int64_t ts{0};
  std::string actor{};
  std::string peer{};
  std::string action{};
  std::string subject{};
  std::string result{};
};

/// Tokens used over a window.
struct UsageSum {
  std::string type{};
  std::string instance{};
  std::int64_t tier{1};
  std::string provider{};
  std::string model{};
  std::int64_t input_tokens{0};
  std::int64_t output_tokens{0};
};

struct NewRollout {
  std::string rollout_id{};
  std::string input{"null"};
  double start_time{0};
  std::optional<std::string> mode{};
  std::optional<std::string> resources_id{};
  std::string config{"{}"};
  std::string metadata{"{}"};
  std::optional<std::string> agent{};       ///< only this instance may take it
  std::optional<std::string> agent_type{};  ///< or any instance of this type
};

struct RolloutRow {
  std::string rollout_id{};
  std::string input{};
  double start_time{0};
  std::optional<double> end_time{};
  std::optional<std::string> mode{};
  std::optional<std::string> resources_id{};
  RolloutStatus status{RolloutStatus::queuing};
  std::string config{};
  std::string metadata{};
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
  std::int64_t not_before_ms{0};
  std::int64_t queue_position{0};
  std::string retry{"{}"};
  std::int64_t number{0};                   ///< in order of creation
  std::int64_t attempts{0};                 ///< the sequence_id of the latest
  std::optional<std::string> attempt_id{};  ///< the latest
  std::optional<std::int64_t> give_up_at_ms{};
  std::optional<std::string> held{};  ///< JSON: what it waits for while queued, others pass it
};

struct QueuedRollout {
  std::string rollout_id{};
  std::string config{};
  std::string retry{};
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
  std::int64_t position{0};  ///< in the queue
};

struct QueueCount {
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
  std::int64_t count{0};
  double oldest_start_time{0};
  std::int64_t held{0};  ///< those that wait for themselves alone: others pass them
};

struct AttemptRow {
  std::string rollout_id{};
  std::string attempt_id{};
  std::int64_t sequence_id{0};  ///< given by insert_attempt
  double start_time{0};
  std::optional<double> end_time{};
  AttemptStatus status{AttemptStatus::preparing};
  std::optional<std::string> worker_id{};
  std::optional<double> last_heartbeat_time{};
  std::optional<std::string> metadata{};
};

/// Absent members stay as they are.
struct AttemptChange {
  std::optional<AttemptStatus> status{};
  std::optional<double> end_time{};
  std::optional<double> last_heartbeat_time{};
  std::optional<std::string> metadata{};
};

/// An attempt that was under way when the daemon went down.
struct UnfinishedAttempt {
  AttemptRow attempt{};
  RolloutRow rollout{};
};

struct BootState {
  std::vector<ProviderStateRow> provider_states{};
  std::vector<ContainerStateRow> container_states{};
  std::vector<ProviderHealthRow> provider_health{};
  std::vector<MetricsRow> metrics{};
  std::vector<UnfinishedAttempt> unfinished{};
  std::int64_t last_event_id{0};
};

}  // namespace understudy::store
#pragma GCC visibility pop
