#pragma once
#include <optional>
#include <string>

#include "fleet/run_end.hpp"
#include "fleet/turn.hpp"

namespace understudy::daemon::fleet {

/// Handles one message on the turn's working copy.
[[nodiscard]] Answer handle(Turn& turn, const What& what);

/// Restores the invariants: env files and generations follow the active tier, free instances take tasks.
void settle(Turn& turn);

/// Earliest timer of the fleet, or the next delayed task (Unix milliseconds).
[[nodiscard]] std::optional<container::Steady> earliest_deadline(const State& state, container::Now now,
                                                                 std::optional<std::int64_t> next_retry_ms);

// ---- handlers of messages

Answer submit(Turn& turn, const TaskSubmitted& submitted);                                   // tasks.cpp
Answer cancel(Turn& turn, const CancelRequested& request);                                   // tasks.cpp
Answer report(Turn& turn, const OutcomeReported& reported);                                  // outcomes.cpp
void task_started(Turn& turn, const TaskStarted& started);                                   // attempts.cpp
void task_not_started(Turn& turn, const TaskNotStarted& refused);                            // attempts.cpp
void task_ended(Turn& turn, const TaskEnded& ended);                                         // outcomes.cpp
void task_signalled(Turn& turn, const TaskSignalled& signalled);                             // endings.cpp
Answer command_tier(Turn& turn, const std::string& name, const failover::SeatEvent& event);  // tiers.cpp
Answer try_provider(Turn& turn, const ProviderTryRequested& request);                        // providers.cpp
Answer reset_provider(Turn& turn, const ProviderResetRequested& request);                    // providers.cpp
void keys_changed(Turn& turn);                                                               // providers.cpp
void task_answered(Turn& turn, const TaskAnswered& answered);                                // attempts.cpp
void task_silent(Turn& turn, const TaskSilent& silent);                                      // attempts.cpp
Answer start_instance(Turn& turn, const StartRequested& request);                            // containers.cpp
Answer stop_instance(Turn& turn, const StopRequested& request);                              // containers.cpp
void container_happened(Turn& turn, const ContainerHappened& happened);                      // containers.cpp
void engine_event(Turn& turn, const EngineEvent& event);                                     // engines.cpp
void engine_listed(Turn& turn, const EngineListed& listed);                                  // engines.cpp
void engine_lost(Turn& turn, const EngineLost& lost);                                        // engines.cpp
void memory_ran_out(Turn& turn, const MemoryRanOut& event);                                  // engines.cpp
Answer change_config(Turn& turn, const ConfigChanged& change);                               // membership.cpp
Answer remove_instance(Turn& turn, const RemovalRequested& request);                         // membership.cpp
void tick(Turn& turn);                                                                       // ticks.cpp
void shut_down(Turn& turn);                                                                  // ticks.cpp

// ---- steps they share

/// What caused an event, for the ledger.
struct Cause {
  std::string rollout_id{};
  std::string attempt_id{};
};
struct TierStep {
  bool moved{false};
  failover::TaskFate fate{failover::TaskFate::usual};
  failover::Choice choice{};  ///< of a task that waits
};
/// failover::step of one agent among others, with its ledger rows and provider.* events.
TierStep step_tiers(Turn& turn, Agent& agent, const failover::SeatEvent& event, const Cause& cause = {});
/// container::step; stores and announces its facts, hands its effects to the edge or the waiting task.
void step_container(Turn& turn, Agent& agent, const container::Event& event);

// endings.cpp: a task is signalled until TaskEnded comes

/// No effect before the task is started, or while it is being ended.
void want_end(Turn& turn, Agent& agent, Ending::Why why, std::string reason = {});
/// Goes on with an ending from before the restart.
void resume_end(Turn& turn, Agent& agent);
void tick_ending(Turn& turn, Agent& agent);
/// The engine answers again.
void retry_end(Turn& turn, Agent& agent);
/// After each step of its container.
void note_container_gone(Turn& turn, Agent& agent);
[[nodiscard]] std::string describe_ending(const Ending& ending);

/// Updates the env file and the desired container to the instance's tier.
void follow_tier(Turn& turn, Agent& agent);
/// Whether the desired container is that of its tier.
[[nodiscard]] bool follows_tier(const Turn& turn, const Agent& agent);
/// On a paused instance, puts a task that waits for its container back in the queue.
void hold_back(Turn& turn, Agent& agent);

/// The question whether this rollout may begin, with the id that its attempt would have.
[[nodiscard]] failover::TaskWaits task_waits(const Turn& turn, const Agent& agent,
                                             const store::QueuedRollout& queued);
/// Makes an attempt of a queued rollout on the chosen tier, which waits for this instance's container.
void begin_attempt(Turn& turn, Agent& agent, const store::QueuedRollout& queued,
                   const failover::TaskWaits& waits, const failover::Choice& choice);
/// Hands the task to the runtime, in a ready container.
void begin_run(Turn& turn, Agent& agent, const std::string& container_id);
/// Ends an attempt without an outcome of the provider.
enum class Afterwards { requeue, requeue_counting_crash, fail, leave };
void end_attempt(Turn& turn, Agent& agent, const std::string& reason, Afterwards afterwards,
                 std::chrono::milliseconds delay = {}, const RunEnd& end = {});

/// Settles who could have taken this rollout.
void ask_again(Turn& turn, const store::RolloutRow& rollout);  // providers.cpp
/// Fails tasks that providers have failed for longer than failover.give_up_after_min.
void give_up_what_is_due(Turn& turn);  // providers.cpp
void give_up(Turn& turn, const std::string& rollout_id);

// provider_state.cpp

/// When tier 1 is due; while exhausted: when any tier is. nullopt: it is on tier 1, or nobody knows.
[[nodiscard]] std::optional<failover::Instant> retry_at(const Agent& agent, const config::AgentType& type,
                                                        const Accounts& accounts,
                                                        const failover::Health& health,
                                                        failover::Instant now);
[[nodiscard]] std::string provider_state_json(const Agent& agent, const config::AgentType& type,
                                              const Accounts& accounts, const failover::Health& health,
                                              failover::Instant now);
[[nodiscard]] const config::AgentType& type_of(const Turn& turn, const Agent& agent);
[[nodiscard]] Refusal no_such_agent(const std::string& name);

}  // namespace understudy::daemon::fleet
