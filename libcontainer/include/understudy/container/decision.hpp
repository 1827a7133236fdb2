#pragma once
#include <cstdint>
#include <string_view>

#include "understudy/container/phase.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// Why an instance moved to the phase it is in: what it decided, or what it learnt.
enum class Decision : std::uint8_t {
  none,  ///< it has not moved yet
  create,
  created,
  start,
  start_answered,
  confirmed,
  granted,
  up_to_date,  ///< no longer outdated: the configuration was changed back
  last_lease_ended,
  found_running,
  found_with_leases,
  found_stopped,
  not_found,
  outdated,
  quarantined,
  stopped,
  killed,
  removed,
  died,
  stopped_by_somebody_else,
  vanished,
  daemon_started,
  engine_unreachable,
  engine_recovered,
  could_not_look,
  in_between,  ///< the engine is about to do something by itself
  start_not_confirmed,
  stop_not_resolved,
  removal_not_resolved,
  start_failed,
  start_called_off,
  retry_due,
  new_generation,
  asked_to_start,
  idle,  ///< from here on: one for each StopCause
  drain,
  deleted,
  shutdown,
  manual,
  stop_start_failed,
  unready,
  external,
  ephemeral,
  task_end,
};
/// As on the wire: "last lease ended"; a stop is named as its cause. Empty for `none`.
[[nodiscard]] std::string_view to_string(Decision decision);
[[nodiscard]] Decision decision_to_stop(StopCause cause);

}  // namespace understudy::container
#pragma GCC visibility pop
