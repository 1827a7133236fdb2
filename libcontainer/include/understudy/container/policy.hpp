#pragma once
#include <cstdint>
#include <string_view>

#include "understudy/container/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

enum class DrainPolicy : std::uint8_t { wait, force };
[[nodiscard]] std::string_view to_string(DrainPolicy policy);

/// How one instance is kept. Durations of 0 mean what their comment says.
struct Policy {
  /// Hot (`lazy: false`): always in demand, never stopped for idleness, no lazy_* facts.
  bool pinned{false};
  bool warm{false};       ///< lazy, but kept started for now: in demand, not idle-stopped
  bool ephemeral{false};  ///< a container serves one lease, and is removed after it

  Duration idle_window{std::chrono::minutes{10}};  ///< 0: never stopped for idleness
  Duration min_up{std::chrono::seconds{60}};

  Duration create_timeout{std::chrono::seconds{60}};  ///< from admission
  Duration start_timeout{std::chrono::seconds{60}};   ///< from admission of the start until confirmed ready
  Duration probe_timeout{std::chrono::seconds{5}};    ///< a look of about a second, and the engine's own time
  Duration probe_delay{20};                           ///< before the second probe; × 1.5 each time
  Duration probe_delay_max{500};
  Duration inspect_timeout{std::chrono::seconds{5}};
  Duration look_again{std::chrono::seconds{1}};  ///< after a look that failed
  Duration remove_timeout{std::chrono::seconds{30}};
  Duration stop_grace{std::chrono::seconds{10}};   ///< TERM to KILL, as the engine is told
  Duration stop_margin{std::chrono::seconds{10}};  ///< on top, before a stop counts as unresolved

  DrainPolicy drain_policy{DrainPolicy::wait};
  Duration drain_deadline{std::chrono::minutes{30}};
  Duration cancel_grace{std::chrono::seconds{30}};  ///< forced drain: from Interrupt to Revoke

  Duration backoff_base{std::chrono::seconds{1}};  ///< doubles, ± 20 %
  Duration backoff_max{std::chrono::seconds{60}};
  int circuit_threshold{5};  ///< failed starts in a row that open the circuit, whatever their kind
  Duration half_open_after{std::chrono::minutes{10}};
  int crash_loop{3};  ///< crashes in a row, each within min_up, that cause back-off

  Duration lease_ttl{std::chrono::seconds{90}};
  Duration lease_cap{std::chrono::hours{6}};
};

}  // namespace understudy::container
#pragma GCC visibility pop
