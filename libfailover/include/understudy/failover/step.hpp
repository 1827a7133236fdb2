#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/failover/ledger.hpp"
#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/state.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// A task ended on a tier. When that is no longer the current tier, only its own time out changes.
struct OutcomeObserved {
  Verdict verdict{};
  TierId tier{};                ///< where the attempt started; empty: the current tier
  std::optional<int> status{};  ///< for the ledger's reason, "401 auth_error"; absent: the verdict's
};
/// A tier used more tokens in the window than its budget allows.
struct BudgetExceeded {
  TierId tier{};
  std::optional<Instant> below_at{};  ///< when the window's use falls below the threshold again
};
struct PauseRequested {};
struct UnpauseRequested {};
struct ResetRequested {};
/// The policy passed with this event is the new one.
struct ChainChanged {};
struct Ticked {};

using Event = std::variant<OutcomeObserved, BudgetExceeded, PauseRequested, UnpauseRequested, ResetRequested,
                           ChainChanged, Ticked>;

struct Step {
  State state{};
  std::vector<LedgerEntry> ledger{};
  bool moved{false};  ///< the tier changed
};

/// A provider's own reset time is believed for at most this long: weekly limits exist.
inline constexpr Duration max_reset_wait{std::chrono::days{8}};
inline constexpr int max_cooldown_multiplier{8};

/// One step of the tier machine. Total and deterministic.
[[nodiscard]] Step step(const Policy& policy, State state, const Event& event, Instant now);

/// When Ticked will change something; nullopt: never.
[[nodiscard]] std::optional<Instant> next_deadline(const Policy& policy, const State& state);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
