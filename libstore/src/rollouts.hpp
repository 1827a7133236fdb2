#pragma once
#include "connection.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts as the rules need them, and the writes that several operations share.
namespace understudy::store {

/// Without what is large.
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
/// The agent a rollout's metadata names. Anything but a text is a client's own.
[[nodiscard]] Binding binding_of(Connection& connection, const std::string& metadata);

/// Returns what a later read finds.
RolloutRow insert(Connection& connection, const NewRollout& rollout, RolloutStatus status);

/// The next attempt of a rollout, which it makes `preparing`; its worker is busy with it.
AttemptRow begin_attempt(Connection& connection, const Rollout& rollout, const std::string& attempt_id,
                         const std::optional<std::string>& worker_id, double now);

/// With the end time or the place in line that comes with it; a status it has already changes nothing.
void move(Connection& connection, Rollout& rollout, RolloutStatus to, double now);

/// Tells the watchdog when to look next. Nobody looks after managed rollouts but the daemon.
void watch(Connection& connection, const Rollout& rollout, const std::optional<AttemptRow>& latest);

enum class Dequeued : bool { no, yes };
/// The worker of an attempt after the attempt was made or changed.
void follow(Connection& connection, const std::string& worker_id, const AttemptRow& attempt,
            Dequeued dequeued, double now);

/// A worker that is not to be busy with that attempt after all; unless it is busy with another.
void release(Connection& connection, const std::string& worker_id, const AttemptRow& attempt, double now);

/// A worker that found nothing to do.
void rest(Connection& connection, const std::string& worker_id, double now);

}  // namespace understudy::store
