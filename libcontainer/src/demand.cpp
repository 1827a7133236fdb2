#include <algorithm>

#include "machine.hpp"

namespace understudy::container {
namespace {

template <class Items>
auto by_id(Items& items, std::string_view id) {
  return std::find_if(items.begin(), items.end(), [id](const auto& item) { return item.id == id; });
}

}  // namespace

void Machine::on(const Acquire& event) {
  if (by_id(it_.leases, event.id) != it_.leases.end() || by_id(it_.waiters, event.id) != it_.waiters.end())
    return;
  const auto refuse = [&](RefuseReason reason, std::string message,
                          std::optional<Duration> retry_after = {}) {
    out_.effects.emplace_back(Refuse{event.id, reason, std::move(message), retry_after});
  };
  if (it_.retired) return refuse(RefuseReason::deleted, "the instance was removed");
  if (it_.shutdown) return refuse(RefuseReason::shutdown, "the daemon is shutting down");
  if (!up() && circuit_open())
    return refuse(RefuseReason::circuit_open, it_.last_error, *it_.retry_at - now_.steady);
  if ((it_.phase == Phase::failed || it_.phase == Phase::backoff) && it_.retry_at &&
      now_.steady >= *it_.retry_at)
    settle_down(Decision::retry_due);
  it_.pending_stop.reset();
  it_.waiters.push_back(Waiter{event.id, event.deadline});
  if (!it_.demanded_at && !it_.startup) it_.demanded_at = now_.steady;
  kick();
}

void Machine::on(const Release& event) {
  const auto lease = by_id(it_.leases, event.lease);
  if (lease == it_.leases.end()) return;
  it_.leases.erase(lease);
  it_.last_used_at = now_.wall;
  leases_ended();
  kick();
}

void Machine::on(const Heartbeat& event) {
  const auto lease = by_id(it_.leases, event.lease);
  if (lease == it_.leases.end()) return;
  lease->expires_at = std::min(now_.steady + policy_.lease_ttl, lease->hard_cap_at);
}

/// A start under way goes on: the next call finds it warm, and the idle window applies.
void Machine::on(const CancelWait& event) {
  const auto waiter = by_id(it_.waiters, event.id);
  if (waiter == it_.waiters.end()) return;
  it_.waiters.erase(waiter);
  if (it_.waiters.empty()) it_.demanded_at.reset();
}

void Machine::on(const StartRequested&) {
  if (it_.retired || it_.shutdown) return;
  it_.pending_stop.reset();
  if (up()) return;
  it_.prewarm = true;
  if (!it_.demanded_at && !it_.startup) it_.demanded_at = now_.steady;
  clear_retry();
  if (it_.phase == Phase::failed || it_.phase == Phase::backoff) settle_down(Decision::asked_to_start);
  kick();
}

}  // namespace understudy::container
