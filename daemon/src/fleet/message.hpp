#pragma once
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "config/model.hpp"
#include "ports/runtime_types.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/plan.hpp"
#include "understudy/container/time.hpp"
#include "understudy/failover/agent_reader.hpp"
#include "understudy/failover/policy.hpp"

/// Everything that reaches the fleet, in the past tense: it happened or was requested.
namespace understudy::daemon::fleet {

class Turn;

enum class RefusalKind : std::uint8_t { not_found, conflict, invalid, unauthorized, store_full, unavailable };

/// Why no part of a request was carried out.
struct Refusal {
  RefusalKind kind{RefusalKind::unavailable};
  std::string detail;  ///< a sentence for the caller
};

/// JSON text for the client, or the refusal. Given only after the turn was committed.
using Answer = std::expected<std::string, Refusal>;

// ---- from clients

struct TaskSubmitted {
  std::string rollout_id;  ///< from the caller: stays the same when a commit is retried
  std::string agent;       ///< an instance; empty: any of the pool
  std::string agent_type;  ///< the pool
  std::string input_json;
  std::string metadata_json{"{}"};
  std::string config_json{"{}"};  ///< complete, with defaults
  std::optional<std::string> mode{};
  std::optional<std::string> resources_id{};
};
struct OutcomeReported {
  std::string agent;
  failover::Outcome outcome;
  std::optional<std::string> task_id;  ///< a repeated id changes nothing
  std::optional<failover::TierId> on;  ///< none: the current tier
  std::optional<int> tier;
};
struct TierResetRequested {
  std::string agent;
};
struct PauseRequested {
  std::string agent;
};
struct UnpauseRequested {
  std::string agent;
};
/// What is open becomes due now; its next task is the trial.
struct ProviderTryRequested {
  std::string provider;
  std::optional<std::string> model{};
};
/// Its accounts are taken for well again.
struct ProviderResetRequested {
  std::string provider;
};
struct StartRequested {
  std::string agent;
};
struct StopRequested {
  std::string agent;
  bool force{false};
};
struct RemovalRequested {
  std::string agent;
  bool force{false};
};
struct CancelRequested {
  std::string rollout_id;
};
struct ConfigChanged {
  std::shared_ptr<const config::Config> config;
};
/// A write by the rollout store's API, in the turn's transaction. Runs once, on the fleet's thread; must not
/// wait, and must refuse before it writes anything.
struct StoreWrite {
  using Work = std::function<Answer(Turn&)>;
  Work write;
};

// ---- from the edge

struct ContainerHappened {
  std::string agent;
  container::Event event;
};
/// A container started or died by itself; its id tells the instance.
struct EngineEvent {
  std::string runtime;
  container::Event event;
};
/// All containers with our owner label, at each connection and reconcile tick.
struct EngineListed {
  std::string runtime;
  std::vector<container::Found> found;
};
/// The kernel killed something in a container because its memory ran out.
struct MemoryRanOut {
  std::string runtime;
  std::string container_id;
};
struct EngineLost {
  std::string runtime;
  std::string reason;
};

/// A key file was read for the first time, changed or went away.
struct KeysChanged {};

struct TaskStarted {
  std::string agent;
  std::string attempt_id;
};
/// Its provider was seen to answer. Once, while it runs.
struct TaskAnswered {
  std::string agent;
  std::string attempt_id;
};
/// Nothing came from it for the silence limit, while a call to its provider is unanswered. Repeated while it
/// stays silent: its container may have been paused meanwhile.
struct TaskSilent {
  std::string agent;
  std::string attempt_id;
};
/// The engine would not run the command.
struct TaskNotStarted {
  std::string agent;
  std::string attempt_id;
  ports::EngineError error;
};
struct TaskEnded {
  std::string agent;
  std::string rollout_id;
  std::string attempt_id;
  bool lost{false};                ///< gone without an exit status
  bool never_began{false};         ///< lost before its command ran, which it now never will
  std::string spawn_error;         ///< why the command could not be executed
  bool tampered{false};            ///< its records are not the shim's: see spawn_error
  bool over_limit{false};          ///< it wrote more than allowed
  std::optional<int> exit_code{};  ///< as the shim saw it; none when lost
  std::optional<int> signal{};
  int memory_kills{0};   ///< in its container meanwhile
  bool answered{false};  ///< its provider was seen to answer, now or by an earlier daemon
  /// When it was asked to end (or else ended), a call had been unanswered for a minute or was being retried.
  bool awaiting_provider{false};
  failover::Outcome outcome;
  std::optional<failover::Usage> usage;
  std::optional<std::string> output;
  std::vector<failover::TracedCall> calls;
};

/// Result of an EndTask. A signal that arrived does not mean that the task has ended.
struct TaskSignalled {
  std::string agent;
  std::string attempt_id;
  std::uint64_t signal_id{0};
  std::optional<ports::EngineError> error{};
};

struct Ticked {};
struct ShutdownRequested {};

using What =
    std::variant<TaskSubmitted, OutcomeReported, TierResetRequested, PauseRequested, UnpauseRequested,
                 ProviderTryRequested, ProviderResetRequested, StartRequested, StopRequested,
                 RemovalRequested, CancelRequested, ConfigChanged, KeysChanged, StoreWrite, ContainerHappened,
                 EngineEvent, EngineListed, EngineLost, MemoryRanOut, TaskStarted, TaskAnswered, TaskSilent,
                 TaskNotStarted, TaskEnded, TaskSignalled, Ticked, ShutdownRequested>;

struct Message {
  What what;
  std::function<void(const Answer&)> answer{};  ///< empty: nobody waits
  std::optional<container::Now> at{};           ///< when it was posted, which counts as when it happened
};

}  // namespace understudy::daemon::fleet
