#pragma once
// What the fleet knows about its providers: one state for all agents, so that what one of them learned no
// other pays for. Tiers (health_tiers.hpp) ask it before a task begins and feed it with every outcome.
//
// State. An entry is about an account (all its models), a tier (account and model), one agent on a tier (the
// blame was narrowed), or a host of workers on an account (network). Without an entry all is well.
//
//     closed ─fault→ open ─its time→ due ─an attempt begins→ trial ─answer→ ramping ─time→ closed
//                     ↑──────────────── fault, twice as long ─┘────────────────┘
//     trial ─every other end of the attempt, or its grace→ due        unconfigured ─a key→ ramping
//
// Events say what an attempt met: Answered (the provider was seen to answer), Ended (a verdict), Released
// (it ended otherwise). Begins reserves a trial or a place. The rest is the operator's, the configuration's
// and the clock's.
//
// Invariants. An entry is on trial by at most one attempt. A trial ends with its attempt, or its grace. What
// is closed blocks nobody. What is open has a time, so it is tried again; unconfigured has none, a key ends
// it. Every refusal names a wait. A fault of an attempt from before the opening never doubles, its answer
// closes nothing. Who alone fails where others are answered is out alone.
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "understudy/failover/health_entry.hpp"
#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/step.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

struct Health {
  std::map<EntryKey, Entry, EntryLess> entries{};  ///< what is not simply well
  std::map<TierKey, TierMemory> tiers{};           ///< may be lost in a restart: rows begin anew
  std::map<std::string, TaskMemory> tasks{};
  std::set<std::string> sent{};  ///< agents whose next attempt runs whatever is known: the operator said so
  bool operator==(const Health&) const = default;
};

/// One run of a task. Keep it with the task: a verdict counts where the attempt began.
struct Attempt {
  std::string id{};  ///< empty: an external agent's
  std::string agent{};
  std::string task{};
  TierKey on{};
  std::string host{};  ///< of a worker
  bool down{false};    ///< the agent has a better tier
  Instant began{};
  bool operator==(const Attempt&) const = default;
};

// ---- What happened

/// An attempt is about to begin on its tier, which choose() said may serve.
struct Begins {
  Attempt attempt{};
  Duration may_start_for{std::chrono::seconds{120}};  ///< until Running: the container's start_timeout_s
  bool early{false};                                  ///< with every tier out: a trial before the time
};
/// It was refused: it waits for a place.
struct Waits {
  Attempt attempt{};
};
struct Running {
  std::string attempt{};
};
/// The first time in this attempt: an assistant line, tokens, content through the gateway.
struct Answered {
  Attempt attempt{};
};
struct Ended {
  Attempt attempt{};
  Verdict verdict{};
  bool answered{false};         ///< the provider was seen to answer, whenever
  std::optional<int> status{};  ///< for the reason, "401 auth_error"; absent: the verdict's
};
/// Cancelled, paused, not started, crashed, removed.
struct Released {
  std::string attempt{};
};
/// All attempts that outlived the daemon; trials of others are over.
struct Restarted {
  std::set<std::string> adopted{};
};
/// The operator: due now.
struct TryRequested {
  std::string account{};
  std::optional<std::string> model{};  ///< absent: all of the account
};
/// The operator: well for all.
struct AccountReset {
  std::string account{};
};
struct KeyMissing {
  std::string account{};
  std::string reason{};  ///< "ANTHROPIC_API_KEY is not set"
};
/// The key came, or another one: what was known of the old one is over.
struct KeyChanged {
  std::string was{}, is{};  ///< accounts
};
/// An entry of the first edition, which each agent kept for itself.
struct Remembered {
  std::string agent{};
  TierKey on{};
  Instant until{};
  std::optional<Kind> kind{};
};
/// All that the chains can reach now.
struct ReachChanged {
  std::set<TierKey> tiers{};
  std::set<std::string> agents{};
};
struct AgentSent {
  std::string agent{};
};

using HealthEvent =
    std::variant<Begins, Waits, Running, Answered, Ended, Released, Restarted, TryRequested, AccountReset,
                 KeyMissing, KeyChanged, Remembered, ReachChanged, AgentSent, Ticked>;

/// What becomes of the task whose attempt Ended.
enum class TaskFate : std::uint8_t {
  usual,
  fails,     ///< by itself: task_error, rule fails_this_task
  set_aside  ///< answered and broken off again and again, with nobody to compare: the operator decides
};
[[nodiscard]] std::string_view to_string(TaskFate fate);
[[nodiscard]] std::optional<TaskFate> parse_task_fate(std::string_view text);
inline constexpr std::string_view fails_this_task = "provider-fails-this-task";

struct HealthStep {
  Health health{};
  std::vector<EntryKey> changed{};  ///< to store and to announce; without an entry: it is gone
  TaskFate fate{TaskFate::usual};
};

/// One step of the health machine. Total and deterministic; `policy` is that of the agent that the event is
/// about, `chance` in [0, 1) spreads the steps of a ramp.
[[nodiscard]] HealthStep step(const Policy& policy, Health health, const HealthEvent& event, Instant now,
                              double chance);

/// When Ticked will change something; nullopt: never.
[[nodiscard]] std::optional<Instant> next_deadline(const Health& health, Instant now);

/// What an entry lets through.
enum class Pass : std::uint8_t { free, trial, place, blocked };
[[nodiscard]] std::string_view to_string(Pass pass);
[[nodiscard]] std::optional<Pass> parse_pass(std::string_view text);

/// Whether an attempt may begin on a tier, and what stands in its way.
struct Access {
  Pass pass{Pass::free};
  const Entry* by{nullptr};        ///< the entry that lasts longest; nullptr: none
  std::optional<Instant> until{};  ///< when to ask again; absent while blocked: when the key is there
};
[[nodiscard]] Access access(const Health& health, const Attempt& attempt, Instant now);

/// "out for 12 min more (401 auth_error), seen by reviewer-b"
[[nodiscard]] std::string in_words(const Entry& entry, Instant now);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
