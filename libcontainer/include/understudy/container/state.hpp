#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/container/decision.hpp"
#include "understudy/container/phase.hpp"
#include "understudy/container/time.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// What a container is made from. The generation only ever rises; the hash is the label the container
/// carries.
struct Spec {
  std::int64_t generation{0};
  std::string hash{};
  bool operator==(const Spec&) const = default;
};

/// One life of one container. `stamp` is opaque and only compared: Docker's StartedAt, a process's (pid,
/// start time).
struct Incarnation {
  std::string container_id{};
  std::string stamp{};
  bool operator==(const Incarnation&) const = default;
};

/// The right to work on one incarnation. Idle means no lease, never "no traffic".
struct Lease {
  std::string id{};  ///< the attempt's id
  Incarnation incarnation{};
  Instant granted_at{};  ///< persisted; the hard cap counts from here after a restart
  Steady expires_at{};   ///< memory: moved on by heartbeats, restarted when the daemon does
  Steady hard_cap_at{};  ///< memory
  bool operator==(const Lease&) const = default;
};

struct Waiter {
  std::string id{};                  ///< becomes the lease's id
  std::optional<Steady> deadline{};  ///< none: waits for ever
  bool operator==(const Waiter&) const = default;
};

/// The commit point of a stop: once this is on disk, nothing is granted on that container until the stop is
/// resolved.
struct StopIntent {
  Incarnation incarnation{};  ///< an empty stamp dooms whatever life the container has
  StopCause cause{StopCause::idle};
  Duration idle{};  ///< how long it had been idle at the decision
  bool operator==(const StopIntent&) const = default;
};

/// The one request in flight. A result with another epoch changes nothing.
struct Op {
  OpKind kind{OpKind::inspect};
  std::uint64_t epoch{0};
  Steady begun{};                    ///< sent to the engine; for create and start: admitted
  std::optional<Steady> deadline{};  ///< none while a create or start waits for admission
  bool operator==(const Op&) const = default;
};

struct Startup {
  Stage stage{Stage::look};
  Spec asked{};               ///< what the create was sent with
  bool adopting{false};       ///< found running: no start of ours to measure
  bool after_restart{false};  ///< and found by a daemon that just started
  Instant used_at{};          ///< adopting: since when it may have been idle
  Steady wanted_at{};         ///< the latency counts from here
  Duration create{};          ///< spent in the create request
  Duration start{};           ///< spent in the start request
  Steady started_at{};        ///< the start was answered; the rest until ready is probing
  Steady next_probe_at{};
  Duration probe_delay{};
  std::optional<Steady> deadline{};  ///< readiness must be confirmed by then; none before the start is sent
  std::string probe_error{};         ///< what the last failed probe said
  std::string timeout_error{};  ///< no answer in time, in these words; the next look tells whose fault it is
  bool operator==(const Startup&) const = default;
};

/// What must survive the daemon. Commit it before any effect of the same step is run.
struct Persisted {
  Spec desired{};                     ///< generation 0: not known yet, nothing is made
  Spec applied{};                     ///< of `container_id`
  std::string container_id{};         ///< empty: none
  bool used{false};                   ///< an ephemeral one that has served its lease, or may have
  std::optional<Incarnation> live{};  ///< announced as started or adopted, and not yet as ended
  std::optional<Instant> live_since{};
  std::optional<StopIntent> stop_intent{};
  std::string quarantined_id{};  ///< never granted or started again; removed
  std::vector<Lease> leases{};
  bool paused{false};  ///< somebody paused it: its processes are all there, and nothing new begins
  std::optional<Instant> last_used_at{};
  int fail_streak{0};   ///< failed starts in a row
  int crash_streak{0};  ///< crashes in a row, each younger than min_up
  Duration retry_delay{};
  std::optional<Instant> next_retry_at{};  ///< of back-off, or the half-open try of an open circuit
  std::string last_error{};
  bool retired{false};  ///< deleted; gone when is_gone() says so
  bool operator==(const Persisted&) const = default;
};

/// One lazily managed instance. Everything beyond Persisted is memory: the daemon builds `Instance{kept}` and
/// steps Restarted.
struct Instance : Persisted {
  Phase phase{Phase::unknown};
  std::optional<Incarnation> incarnation{};  ///< believed to run
  std::optional<Op> op{};
  std::uint64_t epoch{0};  ///< of the last request
  std::vector<Waiter> waiters{};
  std::optional<Startup> startup{};     ///< exactly while starting, or while a start of ours is unresolved
  std::optional<Steady> demanded_at{};  ///< since when somebody waits for the next start
  std::optional<Steady> retry_at{};     ///< next_retry_at on the steady clock
  std::optional<Steady> drain_at{};     ///< drain deadline, until it has passed; only while draining
  bool interrupted{false};              ///< the leases were asked to end (forced drain)
  Steady ready_since{};
  Steady idle_since{};     ///< meaningful while ready
  Steady look_at{};        ///< unknown: not before then
  int failed_requests{0};  ///< unresolved or failed requests since the last good one; paces the looks
  int stop_tries{0};       ///< more than one: kill instead of stop
  std::optional<StopCause> pending_stop{};  ///< a stop that was asked for and is not sent yet
  bool prewarm{false};                      ///< asked to start although nobody waits
  bool adopting{false};                     ///< since Restarted until the engine was seen
  bool engine_reachable{true};
  std::optional<ShutdownPolicy> shutdown{};
  std::string restart_policy{};         ///< the engine's own, that somebody gave the container; empty: none
  std::int64_t replaced_generation{0};  ///< of the container removed for a new one; 0: none
  Decision decision{Decision::none};
  Instant decided_at{};
  bool operator==(const Instance&) const = default;
};

/// The public spelling: absent stopped starting ready busy draining paused stopping failed unknown.
[[nodiscard]] std::string_view lifecycle_state(const Instance& instance);
/// Whatever ran in its container before is over.
[[nodiscard]] bool nothing_runs(const Instance& instance);
/// A retired instance that has nothing left in the engine: its rows may be deleted.
[[nodiscard]] bool is_gone(const Instance& instance);

}  // namespace understudy::container
#pragma GCC visibility pop
