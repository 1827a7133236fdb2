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

/// Everything that reaches the fleet, in the past tense: it happened, or somebody asked.
namespace understudy::daemon::fleet {

class Turn;

enum class RefusalKind : std::uint8_t { not_found, conflict, invalid, unauthorized, store_full, unavailable };

/// Why a request was not carried out; nothing of it was.
struct Refusal {
  RefusalKind kind{RefusalKind::unavailable};
  std::string detail;  ///< a sentence for the caller
};

/// JSON text for the client, or the refusal. Given only after the turn was committed.
using Answer = std::expected<std::string, Refusal>;

// ---- from clients

struct TaskSubmitted {
  std::string rollout_id;  ///< chosen by the caller, so that a retry of the commit keeps it
  std::string agent;       ///< an instance; or empty
  std::string agent_type;  ///< then a pool
  std::string input_json;
  std::string metadata_json{"{}"};
  std::string config_json{"{}"};  ///< complete, with defaults
  std::optional<std::string> mode{};
  std::optional<std::string> resources_id{};
};
struct OutcomeReported {
  std::string agent;
  failover::Outcome outcome;
  std::optional<std::string> task_id;  ///< the same id again changes nothing
  std::optional<failover::TierId> on;  ///< else the current tier
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
/// The rollout store's clients: what they write shares the turn's transaction with everything else. It runs
/// once, on the fleet's thread, and must not wait; one that refuses must have written nothing.
struct StoreWrite {
  using Work = std::function<Answer(Turn&)>;
  Work write;
};

// ---- from the edge

struct ContainerHappened {
  std::string agent;
  container::Event event;
};
/// A container started or died by itself; its id says whose it is.
struct EngineEvent {
  std::string runtime;
  container::Event event;
};
/// At each connection and reconcile tick: everything the engine lists under our owner.
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

struct TaskStarted {
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
  bool never_began{false};         ///< lost before its command ran, and it will not run any more
  std::string spawn_error;         ///< the command could not be executed at all
  bool tampered{false};            ///< or its records are not the shim's: spawn_error says which
  bool over_limit{false};          ///< it was ended, or had ended, after writing more than it may
  std::optional<int> exit_code{};  ///< as the shim saw it; none when lost
  std::optional<int> signal{};
  int memory_kills{0};            ///< meanwhile, in its container
  bool awaiting_provider{false};  ///< its last words were an unanswered API call
  failover::Outcome outcome;
  std::optional<failover::Usage> usage;
  std::optional<std::string> output;
  std::vector<failover::TracedCall> calls;
};

/// What came of an EndTask. That it was heard does not mean that the task has ended.
struct TaskEndAsked {
  std::string agent;
  std::string attempt_id;
  std::uint64_t ask{0};
  std::optional<ports::EngineError> error{};
};

struct Ticked {};
struct ShutdownRequested {};

using What =
    std::variant<TaskSubmitted, OutcomeReported, TierResetRequested, PauseRequested, UnpauseRequested,
                 StartRequested, StopRequested, RemovalRequested, CancelRequested, ConfigChanged, StoreWrite,
                 ContainerHappened, EngineEvent, EngineListed, EngineLost, MemoryRanOut, TaskStarted,
                 TaskNotStarted, TaskEnded, TaskEndAsked, Ticked, ShutdownRequested>;

struct Message {
  What what;
  std::function<void(const Answer&)> answer{};  ///< empty when nobody waits
  std::optional<container::Now> at{};           ///< when it was posted: that is when it happened
};

}  // namespace understudy::daemon::fleet
