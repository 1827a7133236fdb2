#pragma once
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "understudy/failover/ledger.hpp"
#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/state.hpp"

namespace understudy::failover {

/// A task ended on a tier. An outcome of a tier that is not the current one only updates that tier's own
/// time.
struct OutcomeObserved {
  Verdict verdict{};
  TierId on{};                  ///< the tier its attempt started on; empty: the current one
  std::optional<int> status{};  ///< for the ledger's reason: "401 auth_error"
};
/// The tier used more tokens in the window than its type may.
struct BudgetExceeded {
  TierId on{};
  std::optional<Instant> below_at{};  ///< when the window's use falls below the threshold again
};
struct PauseAsked {};
struct UnpauseAsked {};
struct ResetAsked {};
/// The policy passed with this event is the new one.
struct ChainChanged {};
struct Ticked {};

using Event =
    std::variant<OutcomeObserved, BudgetExceeded, PauseAsked, UnpauseAsked, ResetAsked, ChainChanged, Ticked>;

struct Step {
  State state{};
  std::vector<LedgerEntry> ledger{};
  bool moved{false};  ///< the tier changed
};

/// The provider's own reset time is believed for this long at most: weekly limits exist.
inline constexpr Duration longest_reset{std::chrono::days{8}};
inline constexpr int largest_multiplier{8};

/// One turn of the tier machine. Total, deterministic, no I/O.
[[nodiscard]] Step step(const Policy& policy, State state, const Event& event, Instant now);

/// When Ticked will change something; nullopt: never by itself.
[[nodiscard]] std::optional<Instant> next_deadline(const Policy& policy, const State& state);

}  // namespace understudy::failover
