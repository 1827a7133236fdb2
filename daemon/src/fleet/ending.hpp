#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "understudy/container/time.hpp"

/// The intent to end a task: signalled ever more firmly until the task is known to have ended. Pure; stored
/// with the attempt, so that it survives a restart.
namespace understudy::daemon::fleet {

struct Ending {
  enum class Why : std::uint8_t { cancelled, deadline, silent, requeued };
  enum class Means : std::uint8_t {
    terminate,  ///< TERM to the task's processes
    kill,       ///< KILL to them
    container,  ///< stops its container, which is killed if need be
  };

  Why why{Why::cancelled};
  std::string reason{};  ///< for a requeue: "stopped", "drain_forced"
  Means means{Means::terminate};
  int requests{0};             ///< signals and stops in all
  int failed{0};               ///< failures in a row by these means
  bool pending{false};         ///< a signal is under way; never two at a time
  bool delivered{false};       ///< the last signal arrived; the task has time to end
  bool gone{false};            ///< its container is; waiting for the end of its spool
  std::uint64_t signal_id{0};  ///< the last one's
  container::Steady due{};     ///< next signal; while pending, its timeout
  std::string trouble{};       ///< error of the last signal
  bool operator==(const Ending&) const = default;
};

[[nodiscard]] std::string_view to_string(Ending::Why why);
[[nodiscard]] std::string_view to_string(Ending::Means means);
[[nodiscard]] std::optional<Ending::Why> parse_ending_why(std::string_view text);
[[nodiscard]] std::optional<Ending::Means> parse_ending_means(std::string_view text);

struct EndingPolicy {
  bool has_container{true};                ///< of its own
  bool dies_with_container{true};          ///< nothing of a task outlives its container
  container::Duration grace{10'000};       ///< TERM to KILL
  container::Duration kill_grace{5'000};   ///< KILL to the container
  container::Duration stop_again{30'000};  ///< reminds the container's own machine
  container::Duration signal_timeout{60'000};
  container::Duration backoff{1'000};  ///< doubles
  container::Duration backoff_max{15'000};
  container::Duration spool_wait{3'000};  ///< to read a spool after its container is gone
  int tries{2};                           ///< failures by the same means before firmer ones
};

/// Requested now, or before the daemon restarted.
struct EndingRequested {};
struct EndingAnswered {
  enum class Answer : std::uint8_t {
    delivered,
    failed,
    forbidden,    ///< these means will never work
    unreachable,  ///< no engine: firmer means would not arrive either
  };
  std::uint64_t signal_id{0};
  Answer answer{Answer::delivered};
  std::string trouble{};
};
struct EndingTicked {};
/// The engine answers again.
struct EngineBack {};
/// Nothing runs in its container any more.
struct ContainerGone {};
using EndingEvent = std::variant<EndingRequested, EndingAnswered, EndingTicked, EngineBack, ContainerGone>;

enum class EndingAction : std::uint8_t {
  nothing,
  signal,          ///< TERM or KILL; answered by EndingAnswered
  stop_container,  ///< not answered: the container's events show the result
  is_over,         ///< ended with its container, spool read
};

struct EndingStep {
  Ending state;
  EndingAction action{EndingAction::nothing};
};

/// Total and deterministic. The task's end is not an event: the caller drops the state then.
[[nodiscard]] EndingStep step(const EndingPolicy& policy, Ending ending, const EndingEvent& event,
                              container::Steady now);

}  // namespace understudy::daemon::fleet
