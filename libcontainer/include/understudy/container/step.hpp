#pragma once
#include <optional>
#include <vector>

#include "understudy/container/effect.hpp"
#include "understudy/container/event.hpp"
#include "understudy/container/fact.hpp"
#include "understudy/container/policy.hpp"
#include "understudy/container/state.hpp"

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
