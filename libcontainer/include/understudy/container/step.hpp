#pragma once
// libcontainer decides when the container of an instance is created, started, stopped, adopted after a
// restart and made again. It reads no clock, does no I/O and starts no thread: an event and the time go in;
// the next state comes out, with facts to record and effects to carry out. An embedder writes one function
// around it:
//
//   void handle(const Event& event) {
//     auto [state, facts, effects] = step(policy, std::move(instance), event, now());
//     store.commit(state, facts);  // before any effect leaves
//     instance = std::move(state);
//     for (const Effect& effect : effects) engine.carry_out(effect);
//     timer.wake_at(next_deadline(policy, instance));  // to handle(Ticked{})
//   }
//
// and gives it what happens:
//
//   handle(Restarted{});                         // first of all; `instance` is Instance{persisted} then
//   handle(Snapshot{});                          // what the engine lists: no container yet
//   handle(SpecChanged{{.generation = 1, .hash = "of the configuration"}});
//   handle(Acquire{.id = "task-1"});             // wants Create; in the end Grant, or Refuse
//   handle(Release{"task-1"});                   // idle from here on, and stopped after policy.idle_window
//
// What an effect asks of the engine comes back as OpResult, Inspected or Probed with the effect's epoch.
// Durations and steady time are milliseconds, wall time is Unix milliseconds (time.hpp). Beside step():
// plan.hpp compares what should run with what an engine lists, explain.hpp says why nothing happens, warm.hpp
// how many to keep started, metrics.hpp counts facts.
#include <optional>
#include <vector>

#include "understudy/container/effect.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/fact.hpp"
#include "understudy/container/policy.hpp"
#include "understudy/container/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

struct Step {
  Instance state;
  std::vector<Fact> facts{};      ///< in order; commit them with the state
  std::vector<Effect> effects{};  ///< in order; run them only after the commit
};

/// One turn of the lifecycle. Total, deterministic, no I/O.
/// Commit `state` (its Persisted part) and `facts` before running an effect: a stop is only safe because its
/// intent is on disk before the request leaves. Every request comes back as an event with its epoch; a stale
/// one changes nothing.
[[nodiscard]] Step step(const Policy& policy, Instance instance, const Event& event, Now now);

/// When Ticked is due at the latest; nullopt: never by itself. A Ticked too early changes nothing.
[[nodiscard]] std::optional<Steady> next_deadline(const Policy& policy, const Instance& instance);

/// True when StopRequested without force would be a no-op because somebody works or waits (the API's 409).
[[nodiscard]] bool in_use(const Instance& instance);

}  // namespace understudy::container
#pragma GCC visibility pop
