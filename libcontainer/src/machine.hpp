#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "protections.hpp"
#include "understudy/check.hpp"

namespace understudy::container {

/// How a life ended, as far as it is known.
struct Ending {
  std::optional<int> exit_code{};
  bool oom{false};
  bool external{false};
  std::string log_tail{};
};

[[nodiscard]] std::string exited_too_early(const Ending& ending);

/// A request is in flight that changes the container: not a look or a probe.
[[nodiscard]] bool is_mutating(const Instance& instance);

/// One step under construction, in place. Events change belief; kick() then compares belief with demand and
/// sends at most one request.
class Machine {
 public:
  Machine(const Protections& protections, const Policy& policy, Now now, Step& out)
      : protections_{protections}, policy_{policy}, now_{now}, out_{out}, it_{out.state} {}
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;

  // demand.cpp
  void on(const Acquire& event);
  void on(const Release& event);
  void on(const Heartbeat& event);
  void on(const CancelWait& event);
  void on(const StartRequested& event);
  // commands.cpp
  void on(const SpecChanged& event);
  void on(const StopRequested& event);
  void on(const Deleted& event);
  void on(const ShutDown& event);
  // answers.cpp
  void on(const Admitted& event);
  void on(const OpResult& event);
  void on(const Probed& event);
  // sightings.cpp
  void on(const Inspected& event);
  void on(const Snapshot& event);
  void on(const Restarted& event);
  // edges.cpp
  void on(const EngineDied& event);
  void on(const EngineStarted& event);
  void on(const EngineChanged& event);
  void on(const EngineUnreachable& event);
  void on(const EngineRecovered& event);
  // timers.cpp
  void on(const Ticked& event);

 private:
  // belief
  [[nodiscard]] bool demanded() const;
  [[nodiscard]] bool doomed() const;
  [[nodiscard]] bool quarantined() const;
  [[nodiscard]] bool outdated() const;
  [[nodiscard]] bool spent() const;
  [[nodiscard]] std::size_t leases_to_give() const;
  [[nodiscard]] bool up() const;
  [[nodiscard]] bool circuit_open() const;
  [[nodiscard]] bool answers(std::uint64_t epoch, OpKind kind) const;
  [[nodiscard]] bool agrees(const Sighting& seen) const;
  [[nodiscard]] std::optional<StopCause> must_stop() const;

  // kick.cpp: from belief to requests
  void kick();
  void kick_now();  ///< kick, not waiting for a look or probe that no longer matters
  void kick_down();
  void kick_starting();
  void kick_up();
  void begin_start(Stage stage);
  void begin_stop(StopCause cause);
  void send_stop();
  void send_remove();
  void grant_waiters();
  void start_draining();
  void look();  ///< inspects without changing the phase; what is in doubt is not granted meanwhile
  std::uint64_t issue(OpKind kind, std::optional<Duration> timeout);
  [[nodiscard]] std::string target() const;
  [[nodiscard]] Startup& startup();  ///< where there must be one

  // machine.cpp: shared moves
  void move(Phase to, Decision decision);
  Fact& tell(FactType type);
  void settle_down(Decision decision);
  void go_unknown(Decision decision, Duration delay);
  void drop_query();
  void forget_container();
  void leases_ended();
  void clear_retry();
  Duration count_failure();
  [[nodiscard]] Duration proof() const;
  [[nodiscard]] bool held_back() const;

  // endings.cpp
  void refuse_all(RefuseReason reason, const std::string& message, std::optional<Duration> retry_after);
  void revoke_all(RevokeCause cause, const Ending& ending);
  void end_live(const Ending& ending, RevokeCause cause = RevokeCause::instance_crashed);
  void mature();
  [[nodiscard]] std::string brought_back() const;
  void arm_retry(int failures);
  void start_failed(FailureKind kind, const std::string& error, const Ending& ending);
  void died(const Ending& ending, RevokeCause cause);
  void become_ready();

  // answers.cpp
  void created(const OpResult& result, const Op& op);
  void started(const OpResult& result, const Op& op);
  void stop_answered(const OpResult& result, const Op& op);
  void removed(const OpResult& result);
  void inspect_failed(const OpResult& result);
  void start_not_done(const OpResult& result);
  void probe_failed(const std::string& detail);

  // sightings.cpp
  void absorb(const Sighting& seen);
  void vanished(bool after_restart);
  void take_over(const Sighting& seen);
  void found_stopped(const Sighting& seen, bool after_restart);
  void found_running(const Sighting& seen, bool after_restart);
  void adopt(const Sighting& seen, bool after_restart);
  void note_paused(bool paused);
  void fail_start(FailureKind kind, const std::string& error, const Ending& ending);

  // timers.cpp
  void expire_waiters();
  void expire_leases();
  void expire_op();
  void expire_drain();
  void expire_start();
  [[nodiscard]] bool idle_stop_due() const;

  const Protections& protections_;
  const Policy& policy_;
  const Now now_;
  Step& out_;
  Instance& it_;
};

}  // namespace understudy::container
