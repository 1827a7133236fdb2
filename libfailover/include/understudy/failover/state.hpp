#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

enum class PauseReason : std::uint8_t {
  exhausted,  ///< every tier is out; ends at retry_at, if the policy says so
  operator_,  ///< ends when the operator says so
};
[[nodiscard]] std::string_view to_string(PauseReason reason);  ///< "exhausted", "operator"
[[nodiscard]] std::optional<PauseReason> parse_pause_reason(std::string_view text);

/// Where one instance stands in its chain. Plain data: all of it is persisted.
struct State {
  int current_tier{1};  ///< from 1
  TierId serving{};     ///< what the current tier serves; empty before the first event
  std::optional<Instant> last_failover_at{};
  std::optional<Kind> last_failure_kind{};
  std::optional<PauseReason> pause_reason{};
  std::optional<Instant> retry_at{};  ///< when tier 1 is due; while exhausted: when any tier is

  int streak{0};                                  ///< server_error, network and timeout in a row
  bool half_open{false};                          ///< on probation: one triggering fault steps down
  int multiplier{1};                              ///< of the cooldown; a failed probation doubles it, up to 8
  bool wrapped{false};                            ///< went round the chain, with no success since
  std::map<TierId, Instant> not_before{};         ///< tiers known to be out
  std::map<TierId, Instant> over_budget_until{};  ///< not even a wrap enters these tiers

  [[nodiscard]] bool paused() const { return pause_reason.has_value(); }
  bool operator==(const State&) const = default;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
