#pragma once
#include <optional>
#include <string>

#include "fleet/run_end.hpp"
#include "fleet/turn.hpp"

namespace understudy::daemon::fleet {

/// One message, on the turn's working copy.
[[nodiscard]] Answer handle(Turn& turn, const What& what);

/// What must be true is made so: env files and generations follow the active tier, free instances take
/// waiting tasks.
void settle(Turn& turn);

/// When some timer of the fleet is due, or the next delayed task (Unix milliseconds).
[[nodiscard]] std::optional<container::Steady> earliest_deadline(const State& state, container::Now now,
                                                                 std::optional<std::int64_t> next_retry_ms);

// ---- handle(): one file a family

Answer submit(Turn& turn, const TaskSubmitted& submitted);                               // tasks.cpp
Answer cancel(Turn& turn, const CancelRequested& request);                               // tasks.cpp
Answer report(Turn& turn, const OutcomeReported& reported);                              // outcomes.cpp
void task_started(Turn& turn, const TaskStarted& started);                               // attempts.cpp
void task_not_started(Turn& turn, const TaskNotStarted& refused);                        // attempts.cpp
void task_ended(Turn& turn, const TaskEnded& ended);                                     // outcomes.cpp
void task_end_asked(Turn& turn, const TaskEndAsked& asked);                              // endings.cpp
Answer command_tier(Turn& turn, const std::string& name, const failover::Event& event);  // tiers.cpp
Answer start_instance(Turn& turn, const StartRequested& request);                        // containers.cpp
Answer stop_instance(Turn& turn, const StopRequested& request);                          // containers.cpp
void container_happened(Turn& turn, const ContainerHappened& happened);                  // containers.cpp
void engine_event(Turn& turn, const EngineEvent& event);                                 // engines.cpp
void engine_listed(Turn& turn, const EngineListed& listed);                              // engines.cpp
void engine_lost(Turn& turn, const EngineLost& lost);                                    // engines.cpp
void memory_ran_out(Turn& turn, const MemoryRanOut& event);                              // engines.cpp
Answer change_config(Turn& turn, const ConfigChanged& change);                           // membership.cpp
Answer remove_instance(Turn& turn, const RemovalRequested& request);                     // membership.cpp
void tick(Turn& turn);                                                                   // ticks.cpp
void shut_down(Turn& turn);                                                              // ticks.cpp

// ---- steps shared by them

/// Where an event came from, for the ledger.
struct Cause {
  std::string rollout_id{};
  std::string attempt_id{};
};
/// failover::step, its ledger rows and provider.* events. True when the tier moved.
bool step_tiers(Turn& turn, Agent& agent, const failover::Event& event, const Cause& cause = {});
/// container::step, its facts as rows and events, its effects as wants or as news for the waiting task.
void step_container(Turn& turn, Agent& agent, const container::Event& event);

// endings.cpp: what is wanted ended is asked for until TaskEnded comes

/// Nothing when it has not begun or is being ended already.
void want_end(Turn& turn, Agent& agent, Ending::Why why, std::string reason = {});
/// An ending of before the restart.
void resume_end(Turn& turn, Agent& agent);
void tick_ending(Turn& turn, Agent& agent);
/// The engine answers again.
void end_again(Turn& turn, Agent& agent);
/// After each step of its container.
void note_whether_gone(Turn& turn, Agent& agent);
[[nodiscard]] std::string ending_in_words(const Ending& ending);

/// The instance's container and env file are to be those of its tier.
void follow_tier(Turn& turn, Agent& agent);
/// The container that is wanted is the one its tier asks for.
[[nodiscard]] bool follows_tier(const Turn& turn, const Agent& agent);
/// A paused instance starts nothing: what still waits for its container goes back to the queue.
void hold_back(Turn& turn, Agent& agent);

/// A new attempt of a queued rollout on this instance; it waits for its container.
void begin_attempt(Turn& turn, Agent& agent, const store::QueuedRollout& queued);
/// The container is there: hand the task to the runtime.
void begin_run(Turn& turn, Agent& agent, const std::string& container_id);
/// The attempt is over without an outcome of the provider's.
enum class Afterwards { requeue, requeue_counting_crash, fail, leave };
void end_attempt(Turn& turn, Agent& agent, const std::string& reason, Afterwards afterwards,
                 std::chrono::milliseconds delay = {}, const RunEnd& end = {});

[[nodiscard]] std::string provider_state_json(const Agent& agent, const config::AgentType& type);
[[nodiscard]] const config::AgentType& type_of(const Turn& turn, const Agent& agent);
[[nodiscard]] Refusal no_such_agent(const std::string& name);

}  // namespace understudy::daemon::fleet
