#pragma once
// The tier machine of one agent among others: what health knows decides where a task begins, and what the
// task meets is told to health. Of State only the tier, what it serves, last_*, the pause and `wrapped` are
// used; times, streaks and multipliers are health's.
//
//   TaskWaits task{.attempt = "attempt-7", .task = "rollout-7"};
//   auto next = step(policy, seat, std::move(health), std::move(state), task, now, chance);
//   next.choice says whether the attempt begins, and on which tier; next.ledger what moved
//
// Ask for agents in this order: whose best tier it is, then the oldest task; those who opened what is due on
// the tier (opened_it) last. Ask again when an entry changed.
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/failover/health.hpp"
#include "understudy/failover/retry.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Where a tier of the chain leads for this agent.
struct Place {
  std::string account{};
  std::string host{};                          ///< of a worker
  std::optional<Instant> over_budget_until{};  ///< read from the window before each task
};
struct Seat {
  std::string agent{};
  std::vector<Place> chain{};  ///< as Policy::chain
  bool external{false};        ///< begins nothing: it reports
  bool alone{false};           ///< no other agent uses its tiers
};

/// A task is first in line.
struct TaskWaits {
  std::string attempt{};
  std::string task{};
  std::vector<TierId> refused{};  ///< tiers that cannot serve this request
  Duration may_start_for{std::chrono::seconds{120}};
};
/// For an external agent: an entry of its chain changed.
struct HealthChanged {};

using SeatEvent = std::variant<Ended, TaskWaits, HealthChanged, BudgetExceeded, PauseRequested,
                               UnpauseRequested, ResetRequested, ChainChanged>;

enum class Decision : std::uint8_t {
  begin,
  wait,     ///< shortly, on its tier: nobody is paused
  hold,     ///< no tier may serve: paused
  go_past,  ///< this task waits for a tier that has not refused it; others may begin
};
[[nodiscard]] std::string_view to_string(Decision decision);
[[nodiscard]] std::optional<Decision> parse_decision(std::string_view text);

/// Whether a task may begin, and where.
struct Choice {
  Decision what{Decision::begin};
  int tier{1};  ///< where it begins, else what it waits for
  Pass pass{Pass::free};
  bool own_tier{false};            ///< for this request only: current_tier stays
  bool early{false};               ///< with every tier out, before the time
  std::optional<Instant> until{};  ///< when to ask again; absent: when the key is there
  std::optional<Kind> kind{};      ///< of what it waits for
  std::string reason{};            ///< "401 auth_error, seen by reviewer-b"
};
[[nodiscard]] Choice choose(const Policy& policy, const Seat& seat, const Health& health, const State& state,
                            const TaskWaits& task, Instant now);

struct SeatStep {
  State state{};
  Health health{};
  std::vector<LedgerEntry> ledger{};
  bool moved{false};
  std::vector<EntryKey> changed{};  ///< as in HealthStep
  TaskFate fate{TaskFate::usual};   ///< of the task that Ended
  Choice choice{};                  ///< of TaskWaits
};
[[nodiscard]] SeatStep step(const Policy& policy, const Seat& seat, Health health, State state,
                            const SeatEvent& event, Instant now, double chance);

/// When tier 1 is due; while exhausted: when any tier is.
[[nodiscard]] std::optional<Instant> retry_at(const Policy& policy, const Seat& seat, const Health& health,
                                              const State& state, Instant now);

/// A task whose attempt on `tier` ended with a provider's fault goes back to the queue: after a delay where
/// that tier still serves, else at once, because health holds it. Only Policy::give_up_after ends it. Where
/// no provider is at fault, nothing is tried again.
[[nodiscard]] Retry decide_retry(const Policy& policy, const Seat& seat, const Health& health,
                                 const State& after, RetryState before, const Verdict& verdict,
                                 const TierId& tier, Instant now);

/// Whether this agent or task opened what is due on the attempt's tier: another is the better trial.
[[nodiscard]] bool opened_it(const Health& health, const Attempt& attempt, Instant now);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
