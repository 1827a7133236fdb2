#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/failover/policy.hpp"
#include "understudy/failover/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

enum class GuardName : std::uint8_t {
  tier,
  failover,
  paused,
  streak,  ///< server errors in a row
  probation,
  cooldown_multiplier,
  retry,
  tier_out,
  tier_over_budget,
};
/// As on the wire: "cooldown_multiplier".
[[nodiscard]] std::string_view to_string(GuardName name);
[[nodiscard]] std::optional<GuardName> parse_guard_name(std::string_view text);

/// One fact about the state.
struct Guard {
  GuardName name{};
  std::string title{};             ///< for people: "tier 2 is out"
  std::string value{};             ///< for people: "in 12 min", "1 of 3"
  std::optional<int> tier{};       ///< of tier_out and tier_over_budget
  std::optional<int> actual{};     ///< a tier, a count of errors, a multiplier
  std::optional<int> needed{};     ///< the number of tiers; the errors it takes to move
  std::optional<Instant> until{};  ///< of retry, tier_out, tier_over_budget
};
/// All that decides where an instance stands and what moves it.
[[nodiscard]] std::vector<Guard> explain(const Policy& policy, const State& state, Instant now);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
