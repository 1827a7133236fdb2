#include <ranges>

#include "machine.hpp"

namespace understudy::container {

void Machine::kick() {
  if (it_.op || !it_.engine_reachable) return;
  switch (it_.phase) {
    case Phase::absent:
    case Phase::stopped:
    case Phase::backoff:
    case Phase::failed: return kick_down();
    case Phase::starting: return kick_starting();
    case Phase::ready:
    case Phase::busy:
    case Phase::draining: return kick_up();
    case Phase::unknown:
      if (now_.steady >= it_.look_at) look();
      return;
    case Phase::stopping:
    case Phase::removing: return;  // their request is in flight
  }
}

void Machine::kick_now() {
  if (it_.phase != Phase::unknown && it_.leases.empty() && must_stop()) drop_query();
  kick();
}

void Machine::kick_down() {
  if (quarantined() || spent() || (it_.retired && !it_.container_id.empty())) return send_remove();
  if (it_.phase == Phase::backoff || it_.phase == Phase::failed || !demanded()) return;
  if (it_.container_id.empty()) return begin_start(Stage::create);
  if (outdated()) return send_remove();
  begin_start(Stage::start);
}

void Machine::kick_starting() {
  Startup& startup = this->startup();
  const bool nothing_runs = startup.stage == Stage::create || startup.stage == Stage::start;
  if (const auto cause = must_stop()) {
    if (!nothing_runs) return begin_stop(*cause);
    settle_down(Decision::start_called_off);
    return kick_down();
  }
  if (it_.shutdown) return;
  switch (startup.stage) {
    case Stage::create:
      startup.asked = it_.desired;
      out_.effects.emplace_back(Create{it_.desired, issue(OpKind::create, std::nullopt)});
      return;
    case Stage::start: out_.effects.emplace_back(Start{target(), issue(OpKind::start, std::nullopt)}); return;
    case Stage::look:
      if (now_.steady >= startup.next_probe_at) look();
      return;
    case Stage::probe:
      if (it_.paused) {  // it cannot answer; the look after this says when it can
        startup.stage = Stage::look;
        startup.next_probe_at = now_.steady + policy_.look_again;
        return;
      }
      out_.effects.emplace_back(Probe{target(), issue(OpKind::probe, policy_.probe_timeout)});
      return;
    case Stage::confirm: return look();
  }
}

void Machine::kick_up() {
  const auto cause = must_stop();
  if (it_.phase == Phase::draining && !cause) {  // the engine showed the right generation after all
    move(Phase::busy, Decision::up_to_date);
    leases_ended();
  }
  if (it_.leases.empty() && cause) return begin_stop(*cause);
  if (it_.phase == Phase::busy && (it_.retired || outdated())) return start_draining();
  const bool held = it_.paused && protections_.paused_hold;
  if (it_.phase != Phase::draining && !cause && !held && !it_.waiters.empty()) grant_waiters();
}

void Machine::begin_start(Stage stage) {
  it_.startup = Startup{};
  it_.startup->stage = stage;
  it_.startup->wanted_at = it_.demanded_at.value_or(now_.steady);
  it_.startup->probe_delay = policy_.probe_delay;
  move(Phase::starting, stage == Stage::create ? Decision::create : Decision::start);
  kick_starting();
}

/// The commit point: the intent is part of the returned state, the request of its effects.
void Machine::begin_stop(StopCause cause) {
  if (protections_.stop_intent && !it_.stop_intent) {
    const Duration idle = it_.phase == Phase::ready ? now_.steady - it_.idle_since : Duration{};
    it_.stop_intent = StopIntent{it_.incarnation.value_or(Incarnation{it_.container_id, {}}), cause, idle};
  }
  if (!it_.waiters.empty() && !it_.demanded_at) it_.demanded_at = now_.steady;
  it_.startup.reset();
  mature();
  move(Phase::stopping, decision_to_stop(cause));
  send_stop();
}

void Machine::send_stop() {
  ++it_.stop_tries;
  if (it_.stop_tries > 1) {
    out_.effects.emplace_back(Kill{target(), issue(OpKind::kill, policy_.stop_margin)});
    return;
  }
  const auto epoch = issue(OpKind::stop, policy_.stop_grace + policy_.stop_margin);
  out_.effects.emplace_back(Stop{target(), policy_.stop_grace, epoch, *it_.op->deadline});
}

void Machine::send_remove() {
  move(Phase::removing, quarantined() ? Decision::quarantined
                        : it_.retired ? Decision::deleted
                        : spent()     ? Decision::ephemeral
                                      : Decision::outdated);
  out_.effects.emplace_back(Remove{target(), issue(OpKind::remove, policy_.remove_timeout)});
}

std::size_t Machine::leases_to_give() const {
  if (!policy_.ephemeral || !protections_.single_use) return it_.waiters.size();
  return it_.used || it_.waiters.empty() ? 0 : 1;
}

void Machine::grant_waiters() {
  UNDERSTUDY_CHECK(it_.incarnation && !doomed(), it_.phase, it_.decision, it_.container_id);
  const auto served = it_.waiters.begin() + static_cast<std::ptrdiff_t>(leases_to_give());
  if (served == it_.waiters.begin()) return;
  for (auto waiter = it_.waiters.begin(); waiter != served; ++waiter) {
    out_.effects.emplace_back(Grant{waiter->id, *it_.incarnation});
    it_.leases.push_back(Lease{std::move(waiter->id), *it_.incarnation, now_.wall,
                               now_.steady + policy_.lease_ttl, now_.steady + policy_.lease_cap});
  }
  it_.waiters.erase(it_.waiters.begin(), served);
  it_.used = policy_.ephemeral;
  it_.demanded_at.reset();
  it_.last_used_at = now_.wall;
  move(Phase::busy, Decision::granted);
}

void Machine::start_draining() {
  const Phase from = it_.phase;
  move(Phase::draining, it_.retired ? Decision::deleted : Decision::outdated);
  it_.drain_at = now_.steady + policy_.drain_deadline;
  Fact& fact = tell(FactType::draining);
  fact.from = from;
  fact.reason = it_.decision;
  fact.callers = static_cast<int>(it_.leases.size());
  fact.from_generation = it_.applied.generation;
  fact.generation = it_.desired.generation;
}

void Machine::look() {
  out_.effects.emplace_back(Inspect{target(), issue(OpKind::inspect, policy_.inspect_timeout)});
}

std::uint64_t Machine::issue(OpKind kind, std::optional<Duration> timeout) {
  UNDERSTUDY_CHECK(!it_.op, it_.op->kind, kind, it_.phase);  // one request at a time
  Op op;
  op.kind = kind;
  op.epoch = ++it_.epoch;
  op.begun = now_.steady;
  if (timeout) op.deadline = now_.steady + *timeout;
  it_.op = op;
  return op.epoch;
}

std::string Machine::target() const {
  return protections_.id_addressing ? it_.container_id : std::string{};
}

}  // namespace understudy::container
