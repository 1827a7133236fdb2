// What must hold on every state and every step, and what of a world its future depends on.
#include <algorithm>
#include <sstream>

#include "model_world.hpp"

namespace model {
namespace {

bool waits(const Instance& instance, const std::string& id) {
  return std::any_of(instance.waiters.begin(), instance.waiters.end(),
                     [&id](const Waiter& waiter) { return waiter.id == id; });
}

/// Order-preserving names 1, 2, 3 … for what is still mentioned somewhere.
class Renaming {
 public:
  void mention(std::uint64_t name) {
    if (name == 0) return;
    const auto at = std::lower_bound(names_.begin(), names_.end(), name);
    if (at != names_.end() && *at == name) return;
    const std::size_t index = static_cast<std::size_t>(at - names_.begin());
    names_.push(0);
    for (std::size_t i = names_.size() - 1; i > index; --i) names_[i] = names_[i - 1];
    names_[index] = name;
  }
  [[nodiscard]] std::uint8_t of(std::uint64_t name) const {
    if (name == 0) return 0;
    return static_cast<std::uint8_t>(std::lower_bound(names_.begin(), names_.end(), name) - names_.begin() +
                                     1);
  }
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  Few<std::uint64_t, 32> names_;
};

}  // namespace

void World::check_step(const Instance& before, const Step& step) {
  const Instance& after = step.state;
  int requests = 0;
  for (const Effect& effect : step.effects) {
    const bool ends_it = std::holds_alternative<Stop>(effect) || std::holds_alternative<Kill>(effect) ||
                         std::holds_alternative<Remove>(effect);
    const bool mutates =
        ends_it || std::holds_alternative<Create>(effect) || std::holds_alternative<Start>(effect);
    if (mutates || std::holds_alternative<Inspect>(effect) || std::holds_alternative<Probe>(effect))
      ++requests;
    if (ends_it) expect(after.leases.empty(), "NeverStopBusy: stop, kill or remove while a lease is held");
    if (std::holds_alternative<Start>(effect))
      expect(after.quarantined_id.empty() || after.quarantined_id != after.container_id,
             "Quarantine: a quarantined container was started");
    if (const auto* grant = std::get_if<Grant>(&effect)) {
      expect(after.applied == after.desired, "GrantGeneration: granted on an old generation");
      expect(
          !after.stop_intent && (after.quarantined_id.empty() || after.quarantined_id != after.container_id),
          "NoGrantAfterIntent: granted on a doomed container");
      const bool told = std::any_of(notices_.begin(), notices_.end(), [](const Notice& notice) {
        return notice.what == Notice::What::changed;
      });
      expect(run_ != Run::paused || told, "NoGrantWhilePaused: granted on a container that is paused");
      expect(!waits(after, grant->lease), "WaiterOnce: granted and still waiting");
    }
    if (const auto* revoke = std::get_if<Revoke>(&effect)) {
      const bool alive = (run_ == Run::running || run_ == Run::paused) &&
                         before.leases.front().incarnation.container_id == named('c', container_) &&
                         before.leases.front().incarnation.stamp == named('s', life_);
      expect(!alive, "NoSpuriousRevoke: a lease was revoked although its life goes on");
      expect(!revoke->lease.empty(), "WaiterOnce: a lease without a name");
    }
  }
  expect(requests <= 1, "SingleFlight: two requests in one step");
  const bool mutating = before.op && before.op->kind != OpKind::inspect && before.op->kind != OpKind::probe;
  if (mutating && after.op && after.op->epoch == before.op->epoch)
    expect(requests == 0, "SingleFlight: a request beside a mutation in flight");
  for (const Waiter& waiter : before.waiters) {
    if (waits(after, waiter.id)) continue;
    const auto answered =
        std::count_if(step.effects.begin(), step.effects.end(), [&waiter](const Effect& effect) {
          const auto* grant = std::get_if<Grant>(&effect);
          const auto* refuse = std::get_if<Refuse>(&effect);
          return (grant && grant->lease == waiter.id) || (refuse && refuse->waiter == waiter.id);
        });
    expect(answered == 1 || after.adopting, "WaiterOnce: a waiter vanished or was answered twice");
  }
}

void World::check_single_use(const Step& step) {
  for (const Effect& effect : step.effects) {
    const auto* grant = std::get_if<Grant>(&effect);
    if (!grant) continue;
    const auto container = number(grant->incarnation.container_id);
    expect(container != served_, "SingleUse: an ephemeral container was given a second lease");
    served_ = container;
  }
}

void World::check_state() {
  const Instance& it = instance_;
  for (const Lease& lease : it.leases) {
    expect(lease.incarnation == it.leases.front().incarnation, "LeaseIncarnation: leases on two lives");
    expect(it.incarnation == lease.incarnation,
           "LeaseIncarnation: a lease on another life than the believed one");
  }
  if (!it.leases.empty())
    expect(it.phase == Phase::busy || it.phase == Phase::draining || it.phase == Phase::unknown,
           "LeaseImpliesReady: a lease is held in another phase");
  if (!it.waiters.empty() && !it.op && !it.paused)
    expect(it.phase != Phase::absent && it.phase != Phase::stopped && it.phase != Phase::ready,
           "Served: somebody waits while nothing is under way");
  expect(it.startup.has_value() || it.phase != Phase::starting, "Startup: starting without one");
  expect(it.op.has_value() || (it.phase != Phase::stopping && it.phase != Phase::removing),
         "Bounded: stopping or removing without a request");
}

/// Time is abstract here: what matters is which timers run, and that a due one may fire.
void World::forget_time() {
  Instance& it = instance_;
  if (it.op) {
    it.op->begun = present;
    if (it.op->deadline) it.op->deadline = present;
  }
  if (it.startup) {
    Startup& startup = *it.startup;
    startup.wanted_at = startup.started_at = present;
    startup.create = startup.start = {};
    startup.next_probe_at = startup.next_probe_at > present ? present + Duration{20} : present;
    startup.probe_delay = Duration{20};
    if (startup.deadline) startup.deadline = present + Duration{60'000};
    startup.used_at = {};
  }
  if (it.demanded_at) it.demanded_at = present;
  if (it.retry_at) it.retry_at = present + Duration{1000};
  if (it.next_retry_at) it.next_retry_at = Instant{Duration{1000}};
  it.retry_delay = {};
  it.fail_streak = it.crash_streak = 0;
  it.last_error.clear();
  it.last_used_at.reset();
  it.live_since.reset();
  it.ready_since = it.idle_since = present;
  it.look_at = it.look_at > present ? present + Duration{100} : present;
  it.failed_requests = std::min(it.failed_requests, 2);
  it.stop_tries = std::min(it.stop_tries, 2);
  it.decision = {};
  if (it.drain_at) it.drain_at = present + Duration{60'000};
  if (it.stop_intent) it.stop_intent->idle = {};
  for (Lease& lease : it.leases) lease.expires_at = lease.hard_cap_at = present * 100;
}

/// Epochs, containers and lives get their smallest names, so that equal situations are equal.
void World::rename() {
  Renaming epochs, containers, lives;
  if (instance_.op) epochs.mention(instance_.op->epoch);
  for (const Request& request : requests_) {
    epochs.mention(request.epoch);
    containers.mention(request.container);
  }
  for (const Reply& reply : replies_) {
    epochs.mention(reply.epoch);
    containers.mention(reply.container);
    lives.mention(reply.life);
  }
  for (const Notice& notice : notices_) {
    containers.mention(notice.container);
    lives.mention(notice.life);
  }
  const auto mention = [&](const Incarnation& who) {
    containers.mention(number(who.container_id));
    lives.mention(number(who.stamp));
  };
  if (served_ != container_ && served_ != number(instance_.container_id)) served_ = 0;  // it never comes back
  containers.mention(container_);
  lives.mention(life_);
  containers.mention(number(instance_.container_id));
  containers.mention(number(instance_.quarantined_id));
  if (instance_.incarnation) mention(*instance_.incarnation);
  if (instance_.live) mention(*instance_.live);
  if (instance_.stop_intent) mention(instance_.stop_intent->incarnation);
  for (const Lease& lease : instance_.leases) mention(lease.incarnation);

  const auto container = [&](std::string& name) {
    if (!name.empty()) name = named('c', containers.of(number(name)));
  };
  const auto incarnation = [&](Incarnation& who) {
    container(who.container_id);
    if (!who.stamp.empty()) who.stamp = named('s', lives.of(number(who.stamp)));
  };
  for (Request& request : requests_) {
    request.epoch = epochs.of(request.epoch);
    request.container = containers.of(request.container);
  }
  for (Reply& reply : replies_) {
    reply.epoch = epochs.of(reply.epoch);
    reply.container = containers.of(reply.container);
    reply.life = lives.of(reply.life);
  }
  for (Notice& notice : notices_)
    notice = {notice.what, containers.of(notice.container), lives.of(notice.life)};
  container_ = containers.of(container_);
  served_ = containers.of(served_);
  life_ = lives.of(life_);
  container(instance_.container_id);
  container(instance_.quarantined_id);
  if (instance_.incarnation) incarnation(*instance_.incarnation);
  if (instance_.live) incarnation(*instance_.live);
  if (instance_.stop_intent) incarnation(instance_.stop_intent->incarnation);
  for (Lease& lease : instance_.leases) incarnation(lease.incarnation);
  if (instance_.op) instance_.op->epoch = epochs.of(instance_.op->epoch);
  instance_.epoch = epochs.size();
}

void World::encode(std::string& out) const {
  out.clear();
  const auto put = [&out](auto value) { out.push_back(static_cast<char>(value)); };
  const auto put_incarnation = [&](const Incarnation& who) {
    put(number(who.container_id));
    put(number(who.stamp));
  };
  const auto put_optional = [&](const auto& value, const auto& with) {
    put(value.has_value());
    if (value) with(*value);
  };
  const Instance& it = instance_;
  put(it.phase);
  put(it.desired.generation);
  put(it.applied.generation);
  put(number(it.container_id));
  put(number(it.quarantined_id));
  put(it.epoch);
  put(it.failed_requests * 4 + it.stop_tries);
  put(it.adopting + 2 * it.prewarm + 4 * it.pending_stop.has_value() + 8 * it.demanded_at.has_value() +
      16 * it.retry_at.has_value() + 32 * (it.look_at > present) + 64 * it.drain_at.has_value());
  put(it.paused);
  put(it.replaced_generation);
  put(served_ * 2 + it.used);
  put_optional(it.incarnation, put_incarnation);
  put_optional(it.live, put_incarnation);
  put_optional(it.stop_intent, [&](const StopIntent& intent) {
    put_incarnation(intent.incarnation);
    put(intent.cause);
  });
  put_optional(it.op, [&](const Op& op) {
    put(op.kind);
    put(op.epoch);
  });
  put_optional(it.startup, [&](const Startup& startup) {
    put(startup.stage);
    put(startup.asked.generation);
    put(startup.adopting + 2 * startup.after_restart + 4 * startup.deadline.has_value() +
        8 * (startup.next_probe_at > present) + 16 * !startup.timeout_error.empty());
  });
  put(it.leases.size());
  for (const Lease& lease : it.leases) put(lease.id.front());
  if (!it.leases.empty()) put_incarnation(it.leases.front().incarnation);
  put(it.waiters.size());
  for (const Waiter& waiter : it.waiters) put(waiter.id.front());
  for (const auto left : {left_.acquires, left_.crashes, left_.timeouts, left_.tiers, left_.restarts,
                          left_.losses, left_.strangers, left_.freezes})
    put(left);
  put(run_);
  put(container_);
  put(generation_);
  put(life_);
  put(requests_.size());
  for (const Request& request : requests_) {
    put(static_cast<int>(request.kind) * 2 + request.begun);
    put(request.epoch);
    put(request.container);
    put(request.generation);
  }
  put(replies_.size());
  for (const Reply& reply : replies_) {
    put(static_cast<int>(reply.kind) * 8 + static_cast<int>(reply.answer));
    put(reply.epoch);
    put(reply.seen);
    put(reply.container);
    put(reply.generation);
    put(reply.life);
  }
  put(notices_.size());
  for (const Notice& notice : notices_) {
    put(notice.what);
    put(notice.container);
    put(notice.life);
  }
}

std::string World::show() const {
  static constexpr std::array runs{"none", "stopped", "running", "stopping", "paused"};
  const Instance& it = instance_;
  std::ostringstream text;
  text << to_string(it.phase) << " believes " << it.container_id << '/'
       << (it.incarnation ? it.incarnation->stamp : "-") << " leases " << it.leases.size() << " waiters "
       << it.waiters.size();
  if (it.op) text << " op " << to_string(it.op->kind) << '#' << it.op->epoch;
  if (it.paused) text << " paused";
  if (it.stop_intent) text << " intent";
  if (!it.quarantined_id.empty()) text << " quarantine " << it.quarantined_id;
  text << " | engine " << runs[static_cast<std::size_t>(run_)] << " c" << int{container_} << "/s"
       << int{life_} << " g" << int{generation_} << " requests";
  for (const Request& request : requests_)
    text << ' ' << to_string(request.kind) << '#' << int{request.epoch} << "→c" << int{request.container}
         << (request.begun ? "*" : "");
  text << ", " << replies_.size() << " replies, " << notices_.size() << " notices";
  return text.str();
}

}  // namespace model
