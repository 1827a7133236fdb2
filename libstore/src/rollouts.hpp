#pragma once
#include "connection.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts as the rules need them, and writes that several operations share.
namespace understudy::store {

/// A rollout without its input and metadata.
struct Rollout {
  std::int64_t number{0};
  std::string rollout_id{};
  RolloutStatus status{RolloutStatus::queuing};
  std::optional<std::string> attempt_id{};  ///< the latest
  std::int64_t attempts{0};
  bool managed{false};
  bool watched{false};
  std::int64_t last_span{0};
  std::string config{};
};

[[nodiscard]] std::optional<Rollout> look_up(Connection& connection, const std::string& rollout_id);
[[nodiscard]] std::optional<Rollout> look_up(Connection& connection, std::int64_t number);
[[nodiscard]] RolloutConfig config_of(Connection& connection, const std::string& text);

struct Binding {
  std::optional<std::string> agent{};
  std::optional<std::string> agent_type{};
};
/// The agent that a rollout's metadata names. Members of other types than text are the client's own.
[[nodiscard]] Binding binding_of(Connection& connection, const std::string& metadata);

/// Returns the row as a later read finds it.
RolloutRow insert(Connection& connection, const NewRollout& rollout, RolloutStatus status);

/// Adds the next attempt of a rollout, which becomes `preparing`.
AttemptRow begin_attempt(Connection& connection, const Rollout& rollout, const std::string& attempt_id,
                         const std::optional<std::string>& worker_id, double now);

/// Also sets the end time or the queue position that comes with the status. Does nothing when it has it.
void set_status(Connection& connection, Rollout& rollout, RolloutStatus to, double now);

/// Sets when the watchdog looks at it next. It does not look at managed rollouts: the daemon does.
void update_watch(Connection& connection, const Rollout& rollout, const std::optional<AttemptRow>& latest);

enum class Dequeued : bool { no, yes };
/// Follows the status of its attempt after that was added or changed.
void update_worker(Connection& connection, const std::string& worker_id, const AttemptRow& attempt,
                   Dequeued dequeued, double now);

/// Makes a worker idle that is busy with this attempt.
void release_worker(Connection& connection, const std::string& worker_id, const AttemptRow& attempt,
                    double now);

/// After a dequeue that found nothing.
void set_worker_idle(Connection& connection, const std::string& worker_id, double now);

}  // namespace understudy::store
