#pragma once
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

/// What a rollout's status becomes, and when. Pure: no SQL, no clock. Moments are Unix seconds.
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

/// As on the wire.
[[nodiscard]] std::string_view to_string(RolloutStatus status);
[[nodiscard]] std::string_view to_string(AttemptStatus status);
[[nodiscard]] std::string_view to_string(WorkerStatus status);
[[nodiscard]] std::optional<RolloutStatus> rollout_status(std::string_view text);
[[nodiscard]] std::optional<AttemptStatus> attempt_status(std::string_view text);
[[nodiscard]] std::optional<WorkerStatus> worker_status(std::string_view text);

struct RolloutConfig {
  std::optional<double> timeout_seconds{};
  std::optional<double> unresponsive_seconds{};
  std::int64_t max_attempts{1};
  std::vector<AttemptStatus> retry_condition{};
  bool operator==(const RolloutConfig&) const = default;
};

[[nodiscard]] bool is_queued(RolloutStatus status);    ///< a dequeue may hand it out
[[nodiscard]] bool is_active(RolloutStatus status);    ///< an attempt is under way: the watchdog looks
[[nodiscard]] bool is_finished(RolloutStatus status);  ///< ends a wait, and gives an end time
[[nodiscard]] bool is_finished(AttemptStatus status);  ///< gives an end time: told by the runner itself

/// A cancelled rollout takes no new attempt; every other may, whatever its status.
[[nodiscard]] bool accepts_attempt(RolloutStatus status);

/// The rollout's status after a report on its latest attempt (an older one's changes nothing). A cancelled
/// rollout stays cancelled; a failed or succeeded one follows its attempt.
[[nodiscard]] RolloutStatus after_report(RolloutStatus rollout, AttemptStatus attempt,
                                         std::int64_t sequence_id, const RolloutConfig& config);

struct Statuses {
  RolloutStatus rollout{RolloutStatus::queuing};
  AttemptStatus attempt{AttemptStatus::preparing};
  bool operator==(const Statuses&) const = default;
};
/// A span is a sign of life. It revives the attempt, and the rollout with it; never what a runner ended.
[[nodiscard]] Statuses after_span(Statuses before, bool latest_attempt);

struct WatchedAttempt {
  double start_time{0};
  std::optional<double> last_heartbeat_time{};
};
/// `timeout`, `unresponsive` or nothing; asked only of the latest attempt of an active rollout. A heartbeat
/// at 0.0 is exempt from `unresponsive`.
[[nodiscard]] std::optional<AttemptStatus> watchdog_verdict(const WatchedAttempt& attempt,
                                                            const RolloutConfig& config, double now);
/// The verdict is nothing until after that moment, if nothing is heard until then; nullopt: for ever.
[[nodiscard]] std::optional<double> watchdog_deadline(const WatchedAttempt& attempt,
                                                      const RolloutConfig& config);

/// A worker whose attempt has that status; when it is not busy its current ids are cleared.
[[nodiscard]] WorkerStatus after_attempt(AttemptStatus attempt);

/// Span ids beyond this are kept but move no counter: one that lies cannot use up the numbers.
inline constexpr std::int64_t largest_counted_sequence = std::int64_t{1} << 53;
[[nodiscard]] std::int64_t counter_after(std::int64_t counter, std::int64_t explicit_sequence_id);

}  // namespace understudy::store
