#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#pragma GCC visibility push(default)  // what libunderstudy_store.so shows
/// What the status of a rollout becomes, and when. Pure: no SQL, no clock.
namespace understudy::store {

enum class RolloutStatus : std::uint8_t {
  queuing,
  preparing,
  running,
  failed,
  succeeded,
  cancelled,
  requeuing
};
enum class AttemptStatus : std::uint8_t { preparing, running, failed, succeeded, unresponsive, timeout };
enum class WorkerStatus : std::uint8_t { unknown, idle, busy };

inline constexpr std::array all_rollout_statuses{
    RolloutStatus::queuing,   RolloutStatus::preparing, RolloutStatus::running,  RolloutStatus::failed,
    RolloutStatus::succeeded, RolloutStatus::cancelled, RolloutStatus::requeuing};
inline constexpr std::array all_attempt_statuses{AttemptStatus::preparing,    AttemptStatus::running,
                                                 AttemptStatus::failed,       AttemptStatus::succeeded,
                                                 AttemptStatus::unresponsive, AttemptStatus::timeout};

/// The words on the wire.
[[nodiscard]] std::string_view to_string(RolloutStatus status);
[[nodiscard]] std::string_view to_string(AttemptStatus status);
[[nodiscard]] std::string_view to_string(WorkerStatus status);
[[nodiscard]] std::optional<RolloutStatus> parse_rollout_status(std::string_view text);
[[nodiscard]] std::optional<AttemptStatus> parse_attempt_status(std::string_view text);
[[nodiscard]] std::optional<WorkerStatus> parse_worker_status(std::string_view text);

struct RolloutConfig {
  std::optional<double> timeout_seconds{};
  std::optional<double> unresponsive_seconds{};
  std::int64_t max_attempts{1};
  std::vector<AttemptStatus> retry_condition{};
  bool operator==(const RolloutConfig&) const = default;
};

[[nodiscard]] bool is_queued(RolloutStatus status);    ///< a dequeue may hand it out
[[nodiscard]] bool is_active(RolloutStatus status);    ///< an attempt is under way: the watchdog looks
[[nodiscard]] bool is_finished(RolloutStatus status);  ///< ends a wait, and sets the end time
[[nodiscard]] bool is_finished(AttemptStatus status);  ///< sets the end time: reported by the runner itself

/// All but cancelled rollouts take a new attempt.
[[nodiscard]] bool accepts_attempt(RolloutStatus status);

/// The status of a rollout after a report on its latest attempt (a report on an older one changes nothing). A
/// cancelled rollout stays cancelled; a failed or succeeded one follows its attempt.
[[nodiscard]] RolloutStatus after_report(RolloutStatus rollout, AttemptStatus attempt,
                                         std::int64_t sequence_id, const RolloutConfig& config);

struct Statuses {
  RolloutStatus rollout{RolloutStatus::queuing};
  AttemptStatus attempt{AttemptStatus::preparing};
  bool operator==(const Statuses&) const = default;
};
/// A span is a sign of life: it revives the attempt, and the rollout with it, unless a runner ended it.
[[nodiscard]] Statuses after_span(Statuses before, bool latest_attempt);

struct WatchedAttempt {
  double start_time{0};
  std::optional<double> last_heartbeat_time{};
};
/// `timeout`, `unresponsive` or nothing, for the latest attempt of an active rollout. A heartbeat at 0.0
/// exempts it from `unresponsive`.
[[nodiscard]] std::optional<AttemptStatus> watchdog_verdict(const WatchedAttempt& attempt,
                                                            const RolloutConfig& config, double now);
/// When there will be a verdict unless a heartbeat comes first; nullopt: never.
[[nodiscard]] std::optional<double> watchdog_deadline(const WatchedAttempt& attempt,
                                                      const RolloutConfig& config);

/// The status of a worker once its attempt has that one; unless it is busy, its current ids are cleared.
[[nodiscard]] WorkerStatus after_attempt(AttemptStatus attempt);

/// Larger sequence ids of spans are kept but do not raise the counter: a bogus one cannot exhaust it.
inline constexpr std::int64_t max_counted_sequence = std::int64_t{1} << 53;
[[nodiscard]] std::int64_t counter_after(std::int64_t counter, std::int64_t explicit_sequence_id);

}  // namespace understudy::store
#pragma GCC visibility pop
