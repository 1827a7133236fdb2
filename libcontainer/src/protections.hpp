#pragma once
#include "understudy/container/step.hpp"

namespace understudy::container {

/// The rules whose absence the model check must notice. Not installed; step() always has all of them.
struct Protections {
  bool stop_intent{true};        ///< persisted before the stop request leaves
  bool quarantine{true};         ///< of a container whose stop was not resolved
  bool id_addressing{true};      ///< else requests name the instance, and hit whatever container it has then
  bool commit_recheck{true};     ///< leases and waiters are looked at when the idle stop commits
  bool incarnation_check{true};  ///< of a die event
  bool single_use{true};         ///< of an ephemeral container, by its mark on disk
  bool paused_hold{true};        ///< nothing is granted on a paused container
};

[[nodiscard]] Step step_with(const Protections& protections, const Policy& policy, Instance&& instance,
                             const Event& event, Now now);

}  // namespace understudy::container
