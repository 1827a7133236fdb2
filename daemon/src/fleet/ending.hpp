#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "understudy/container/time.hpp"

/// The wanted end of a task, as an intent: asked for again, ever more firmly, until it is known to have come.
/// Pure; kept with the attempt, so that it outlives the daemon.
namespace understudy::daemon::fleet {

struct Ending {
  enum class Why : std::uint8_t { cancelled, deadline, requeued };
  enum class Means : std::uint8_t {
    terminate,  ///< TERM to the task's processes
    kill,       ///< KILL to them
    container,  ///< its container is stopped, and killed if need be
  };

  Why why{Why::cancelled};
  std::string reason{};  ///< of a requeue: "stopped", "drain_forced"
  Means means{Means::terminate};
  int asked{0};             ///< how often, in all
  int failed{0};            ///< times in a row that these means failed
  bool asking{false};       ///< an ask is under way: there is never a second one
  bool heard{false};        ///< the last ask arrived; the task is given time to end
  bool gone{false};         ///< its container is: only the last word of its spool is awaited
  std::uint64_t ask{0};     ///< number of the last ask
  container::Steady due{};  ///< next ask; while asking, when its answer is given up on
  std::string trouble{};    ///< what the last failed ask said
  bool operator==(const Ending&) const = default;
};

[[nodiscard]] std::string_view to_string(Ending::Why why);
[[nodiscard]] std::string_view to_string(Ending::Means means);
[[nodiscard]] std::optional<Ending::Why> parse_ending_why(std::string_view text);
[[nodiscard]] std::optional<Ending::Means> parse_ending_means(std::string_view text);

struct EndingPolicy {
  bool has_container{true};                ///< of its own, that can be stopped
  bool dies_with_container{true};          ///< nothing of a task outlives its container
  container::Duration grace{10'000};       ///< TERM to KILL
  container::Duration kill_grace{5'000};   ///< KILL to the container
  container::Duration stop_again{30'000};  ///< the container's own machine does the rest; this reminds it
  container::Duration ask_timeout{60'000};
  container::Duration backoff{1'000};  ///< doubles
  container::Duration backoff_max{15'000};
  container::Duration last_words{3'000};  ///< a spool is read after its container is gone
  int tries{2};                           ///< failures of the same means before the next
};

/// Somebody wants it, or wanted it before the daemon restarted.
struct EndingWanted {};
struct EndingAnswered {
  enum class Answer : std::uint8_t {
    heard,
    failed,
    forbidden,    ///< it will not be heard by these means
    unreachable,  ///< nobody answers: firmer means would not be heard either
  };
  std::uint64_t ask{0};
  Answer answer{Answer::heard};
  std::string trouble{};
};
struct EndingTicked {};
/// The engine answers again.
struct EngineBack {};
/// Nothing of its container runs any more.
struct ContainerGone {};
using EndingEvent = std::variant<EndingWanted, EndingAnswered, EndingTicked, EngineBack, ContainerGone>;

enum class EndingWish : std::uint8_t {
  nothing,
  signal,          ///< TERM or KILL, by the means; answered by EndingAnswered
  stop_container,  ///< not answered: what came of it shows
  is_over,         ///< it ended with its container, and its spool is silent
};

struct EndingStep {
  Ending state;
  EndingWish wish{EndingWish::nothing};
};

/// Total and deterministic. Its end itself is no event: whoever hears of it drops the state.
[[nodiscard]] EndingStep step(const EndingPolicy& policy, Ending ending, const EndingEvent& event,
                              container::Steady now);

}  // namespace understudy::daemon::fleet
