#include <algorithm>

#include "machine.hpp"

namespace understudy::container {

void Machine::refuse_all(RefuseReason reason, const std::string& message,
                         std::optional<Duration> retry_after) {
  for (Waiter& waiter : it_.waiters)
    out_.effects.emplace_back(Refuse{std::move(waiter.id), reason, message, retry_after});
  it_.waiters.clear();
  it_.demanded_at.reset();
}

void Machine::revoke_all(RevokeCause cause, const Ending& ending) {
  for (Lease& lease : it_.leases)
    out_.effects.emplace_back(
        Revoke{std::move(lease.id), cause, ending.exit_code, ending.oom, ending.log_tail});
  if (!it_.leases.empty()) it_.last_used_at = now_.wall;
  it_.leases.clear();
}

/// Every life that was announced ends in exactly one fact: stopped when we or somebody meant it, crashed
/// otherwise.
void Machine::end_live(const Ending& ending, RevokeCause cause) {
  if (!it_.live) return;
  const bool meant = it_.stop_intent || (ending.external && !policy_.pinned);
  if (!meant || !policy_.pinned) {
    Fact& fact = tell(meant ? FactType::lazy_stopped : FactType::crashed);
    if (it_.stop_intent) {
      fact.idle = it_.stop_intent->idle;
      fact.reason = it_.stop_intent->cause;
    } else {
      if (meant) fact.idle = it_.phase == Phase::ready ? now_.steady - it_.idle_since : Duration{};
      fact.reason = meant ? FactReason{StopCause::external} : FactReason{cause};
    }
    if (it_.live_since) fact.uptime = std::max(Duration{}, now_.wall - *it_.live_since);
    fact.exit_code = ending.exit_code;
    fact.oom = ending.oom;
    fact.log_tail = ending.log_tail;
    if (!meant && !it_.restart_policy.empty()) fact.error = brought_back();
  }
  it_.live.reset();
  it_.live_since.reset();
}

std::string Machine::brought_back() const {
  return "and the engine's restart policy \"" + it_.restart_policy + "\" brings it back: set it to \"no\"";
}

/// Once it has been up for long enough, earlier failures are forgiven.
void Machine::mature() {
  if (!up() || now_.steady - it_.ready_since < proof()) return;
  it_.crash_streak = 0;
  clear_retry();
}

/// Doubling delay, spread by the chance given, never shorter than the one before; the open circuit has its
/// own.
void Machine::arm_retry(int failures) {
  Duration delay = policy_.half_open_after;
  if (it_.fail_streak < policy_.circuit_threshold) {
    const int doublings = std::clamp(failures - 1, 0, 20);
    const Duration grown = std::min<Duration>(policy_.backoff_max, policy_.backoff_base * (1 << doublings));
    const auto spread = std::chrono::duration<double, std::milli>{grown} * (0.8 + 0.4 * now_.chance);
    const auto spread_ms = std::chrono::duration_cast<Duration>(spread);
    delay = std::clamp(spread_ms, std::min(it_.retry_delay, policy_.backoff_max), policy_.backoff_max);
    it_.retry_delay = delay;
  }
  it_.retry_at = now_.steady + delay;
  it_.next_retry_at = now_.wall + delay;
}

void Machine::start_failed(FailureKind kind, const std::string& error, const Ending& ending) {
  ++it_.fail_streak;
  it_.last_error = error;
  arm_retry(it_.fail_streak);
  const bool open = circuit_open();

  Fact& fact = tell(policy_.pinned ? FactType::start_failed : FactType::lazy_start_failed);
  fact.to = open ? Phase::failed : Phase::backoff;
  fact.error = error;
  fact.kind = kind;
  fact.exit_code = ending.exit_code;
  fact.oom = ending.oom;
  fact.log_tail = ending.log_tail;
  fact.attempt = it_.fail_streak;
  fact.callers = static_cast<int>(it_.waiters.size());
  fact.next_retry_at = it_.next_retry_at;
  if (open) {
    Fact& opened = tell(FactType::circuit_open);
    opened.error = error;
    opened.attempt = it_.fail_streak;
    opened.next_retry_at = it_.next_retry_at;
    it_.prewarm = false;
    refuse_all(RefuseReason::start_failed, error, *it_.retry_at - now_.steady);
  }
  it_.startup.reset();
  it_.demanded_at.reset();  // the next attempt's latency is its own
}

std::string exited_too_early(const Ending& ending) {
  std::string error{"exited"};
  if (ending.exit_code) error.append(" with code ").append(std::to_string(*ending.exit_code));
  return error += " before it was ready";
}

/// The believed life is over and no request of ours ended it.
void Machine::died(const Ending& ending, RevokeCause cause) {
  mature();
  const bool young = up() && now_.steady - it_.ready_since < proof();
  revoke_all(cause, ending);
  if (up() && !ending.external) {
    it_.crash_streak = young ? it_.crash_streak + 1 : 1;
    if (it_.crash_streak >= policy_.crash_loop) arm_retry(it_.crash_streak - policy_.crash_loop + 1);
    it_.last_error = "died while up";
    if (!it_.restart_policy.empty()) it_.last_error.append(", ").append(brought_back());
  }
  end_live(ending, cause);
  settle_down(ending.external ? Decision::stopped_by_somebody_else : Decision::died);
}

void Machine::become_ready() {
  const Startup startup = this->startup();
  it_.startup.reset();
  move(Phase::ready, Decision::confirmed);
  it_.ready_since = it_.idle_since = now_.steady;
  if (startup.adopting && startup.used_at < now_.wall) it_.idle_since -= now_.wall - startup.used_at;
  it_.failed_requests = 0;
  it_.prewarm = false;
  it_.last_error.clear();

  const bool known = it_.live == it_.incarnation;
  it_.live = it_.incarnation;
  if (!known) it_.live_since = now_.wall;
  if (startup.adopting) {
    if (!known || startup.after_restart) tell(FactType::adopted).from = Phase::starting;
  } else if (!known && !policy_.pinned) {
    Latency latency;
    latency.create = startup.create;
    latency.start = startup.start;
    latency.probe = now_.steady - startup.started_at;
    latency.total = now_.steady - startup.wanted_at;
    latency.queued = latency.total - latency.create - latency.start - latency.probe;
    Fact& fact = tell(FactType::lazy_started);
    fact.from = Phase::starting;
    fact.latency = latency;
    fact.callers = static_cast<int>(it_.waiters.size());
    fact.attempt = it_.fail_streak + 1;
  }
  it_.retry_at.reset();
  it_.next_retry_at.reset();
  it_.demanded_at.reset();
}

}  // namespace understudy::container
