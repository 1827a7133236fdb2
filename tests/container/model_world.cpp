#include "model_world.hpp"

#include <algorithm>

namespace model {
namespace {

using std::chrono::hours;

const Policy& policy(bool ephemeral) {
  static const auto patient = [](bool for_one) {
    Policy it;
    it.ephemeral = for_one;
    it.min_up = Duration{0};
    it.lease_ttl = it.lease_cap = hours{100'000};
    it.drain_deadline = hours{100'000};
    it.circuit_threshold = it.crash_loop = 1'000'000;
    return it;
  };
  static const Policy reused = patient(false), single = patient(true);
  return ephemeral ? single : reused;
}

enum : std::uint8_t {
  deliver_reply,
  deliver_notice,
  lose_notice,
  reconcile,
  release,
  acquire,
  idle_over,
  crash,
  client_timeout,
  tier_change,
  daemon_restart,
  timer_due,
  start_timeout,
  stranger_stops,
  pause,
  unpause,
  engine_first,  // one for each request
  engine_last = engine_first + 7,
  dies_before_effects,  // + one of the first dies_span actions
  dies_span = start_timeout + 1,
};
static_assert(dies_before_effects + dies_span <= World::action_count);

}  // namespace

World::World(const Setup& setup) : left_{setup.budget} {
  instance_.desired = spec(1);
  tell(setup, Restarted{}, present);
  tell(setup, Snapshot{}, present);
  forget_time();
}

bool World::fair(std::uint8_t action) {
  switch (action) {
    case deliver_reply:
    case deliver_notice:
    case reconcile:
    case release:
    case idle_over:
    case unpause:
    case timer_due: return true;
    default: return action >= engine_first && action <= engine_last;
  }
}

std::optional<World> World::after(const Setup& setup, std::uint8_t action) const {
  if (action >= dies_before_effects) {
    if (left_.restarts == 0 || action - dies_before_effects >= dies_span) return std::nullopt;
    if (!plausible(static_cast<std::uint8_t>(action - dies_before_effects))) return std::nullopt;
    World next = *this;
    --next.left_.restarts;
    next.dying_ = true;
    if (!next.act(setup, static_cast<std::uint8_t>(action - dies_before_effects)) || !next.effects_lost_)
      return std::nullopt;  // losing nothing is a plain restart
    next.restart(setup);
    next.check_state();
    next.forget_time();
    next.rename();
    return next;
  }
  if (!plausible(action)) return std::nullopt;
  World next = *this;
  if (!next.act(setup, action)) return std::nullopt;
  next.check_state();
  next.forget_time();
  next.rename();
  return next;
}

bool World::plausible(std::uint8_t action) const {
  switch (action) {
    case deliver_reply: return !replies_.empty();
    case deliver_notice: return !notices_.empty();
    case lose_notice:
      return !notices_.empty() && notices_[0].what != Notice::What::changed && left_.losses > 0;
    case reconcile: return quiet();
    case release: return !instance_.leases.empty();
    case acquire: return left_.acquires > 0;
    case idle_over:
      return !instance_.op && (instance_.phase == Phase::ready || instance_.phase == Phase::busy);
    case crash: return left_.crashes > 0 && run_ == Run::running;
    case client_timeout:
    case start_timeout: return left_.timeouts > 0;
    case tier_change: return left_.tiers > 0;
    case daemon_restart: return left_.restarts > 0;
    case timer_due: return !instance_.op;
    case stranger_stops: return left_.strangers > 0 && run_ == Run::running;
    case pause: return left_.freezes > 0 && run_ == Run::running;
    case unpause: return run_ == Run::paused;
    default: return action >= engine_first && action - engine_first < static_cast<int>(requests_.size());
  }
}

bool World::act(const Setup& setup, std::uint8_t action) {
  switch (action) {
    case deliver_reply: {
      if (replies_.empty()) return false;
      const Reply reply = replies_[0];
      replies_.erase(0);
      deliver(setup, reply);
      return true;
    }
    case deliver_notice: {
      if (notices_.empty()) return false;
      const Notice notice = notices_[0];
      notices_.erase(0);
      const Incarnation who{named('c', notice.container), setup.stamped ? named('s', notice.life) : ""};
      switch (notice.what) {
        case Notice::What::died: tell(setup, EngineDied{.incarnation = who}, present); break;
        case Notice::What::started: tell(setup, EngineStarted{.incarnation = who}, present); break;
        case Notice::What::changed: tell(setup, EngineChanged{.incarnation = who}, present); break;
      }
      return true;
    }
    case reconcile:
      if (!quiet()) return false;
      tell(setup, Snapshot{sighting(run_, container_, generation_, life_, setup.docker)}, present);
      return true;
    case release:
      if (instance_.leases.empty()) return false;
      tell(setup, Release{instance_.leases.front().id}, present);
      return true;
    case acquire: {
      if (left_.acquires-- == 0) return false;
      tell(setup, Acquire{.id = std::string(1, static_cast<char>('a' + left_.acquires))}, present);
      return true;
    }
    case idle_over:
      if (instance_.op || (instance_.phase != Phase::ready && setup.protections.commit_recheck)) return false;
      if (instance_.phase != Phase::ready && instance_.phase != Phase::busy) return false;
      tell(setup, Ticked{}, instance_.idle_since + policy(setup.ephemeral).idle_window);
      return true;
    case timer_due: {
      const auto due = next_deadline(policy(setup.ephemeral), instance_);
      const bool waits = instance_.phase == Phase::unknown || instance_.phase == Phase::starting ||
                         instance_.phase == Phase::backoff;
      if (instance_.op || !waits || !due) return false;
      tell(setup, Ticked{}, std::max(*due, present));
      return true;
    }
    default:
      if (action >= engine_first && action <= engine_last) return engine_works(setup, action - engine_first);
      return mishap(setup, action);
  }
}

bool World::mishap(const Setup& setup, std::uint8_t action) {
  const auto spend = [](std::uint8_t& budget) { return budget > 0 && (--budget, true); };
  const bool awaited = instance_.op && !is_query(instance_.op->kind);
  switch (action) {
    case lose_notice:
      if (notices_.empty() || !spend(left_.losses)) return false;
      notices_.erase(0);
      return true;
    case crash:
      if (run_ != Run::running || !roomy() || !spend(left_.crashes)) return false;
      run_ = Run::stopped;
      notices_.push({Notice::What::died, container_, life_});
      return true;
    case client_timeout: {
      const auto pending = [this](const Request& request) { return request.epoch == instance_.op->epoch; };
      if (!awaited || !std::any_of(requests_.begin(), requests_.end(), pending)) return false;
      if (!roomy() || !spend(left_.timeouts)) return false;
      replies_.push({instance_.op->kind, static_cast<std::uint8_t>(instance_.op->epoch), Answer::unresolved});
      return true;
    }
    case tier_change:
      if (!spend(left_.tiers)) return false;
      tell(setup, SpecChanged{spec(static_cast<std::uint8_t>(instance_.desired.generation + 1))}, present);
      return true;
    case daemon_restart:
      if (!spend(left_.restarts)) return false;
      restart(setup);
      return true;
    case start_timeout:
      if (instance_.phase != Phase::starting || !instance_.startup->deadline || awaited) return false;
      if (!spend(left_.timeouts)) return false;
      tell(setup, Ticked{}, *instance_.startup->deadline);
      return true;
    case stranger_stops:  // somebody's own `docker stop`
      if (run_ != Run::running || !roomy() || !spend(left_.strangers)) return false;
      run_ = Run::stopping;
      requests_.push({OpKind::stop, 0, container_, 0, true});
      return true;
    case pause:
      if (run_ != Run::running || !roomy() || !spend(left_.freezes)) return false;
      run_ = Run::paused;
      notices_.push({Notice::What::changed, container_, life_});
      return true;
    case unpause:
      if (run_ != Run::paused || !roomy()) return false;
      run_ = Run::running;
      notices_.push({Notice::What::changed, container_, life_});
      return true;
    default: return false;
  }
}

void World::deliver(const Setup& setup, const Reply& reply) {
  const Instance before = instance_;
  const bool stale = !before.op || before.op->epoch != reply.epoch;
  if (reply.kind == OpKind::probe) {
    tell(setup, Probed{reply.epoch, reply.answer == Answer::ok, {}}, present);
  } else if (reply.kind == OpKind::inspect) {
    tell(setup,
         Inspected{reply.epoch,
                   sighting(reply.seen, reply.container, reply.generation, reply.life, setup.docker)},
         present);
  } else {
    OpResult result;
    result.epoch = reply.epoch;
    result.kind = reply.kind;
    result.answer = reply.answer;
    result.container_id = named('c', reply.container);
    if (reply.kind == OpKind::create) result.applied = spec(reply.generation);
    tell(setup, result, present);
  }
  if (stale) expect(instance_ == before, "StaleIsNoop: an answer with an old epoch changed something");
}

void World::restart(const Setup& setup) {
  Instance revived;
  static_cast<Persisted&>(revived) = instance_;
  revived.epoch = instance_.epoch;  // answers of the old process never arrive
  instance_ = std::move(revived);
  replies_.clear();
  notices_.clear();
  for (std::size_t i = requests_.size(); i > 0; --i)
    if (is_query(requests_[i - 1].kind)) requests_.erase(i - 1);  // nobody is left to hear the answer
  dying_ = effects_lost_ = false;
  tell(setup, Restarted{}, present);
}

void World::tell(const Setup& setup, const Event& event, Steady at) {
  const Instance before = instance_;
  Step step = step_with(setup.protections, policy(setup.ephemeral), std::move(instance_), event, Now{{}, at});
  check_step(before, step);
  if (setup.ephemeral) check_single_use(step);
  if (dying_)
    effects_lost_ |= !step.effects.empty();
  else
    for (const Effect& effect : step.effects) take(effect);
  instance_ = std::move(step.state);
}

void World::take(const Effect& effect) {
  const auto request = [this](OpKind kind, std::uint64_t epoch, const std::string& container,
                              std::int64_t generation) {
    if (requests_.size() == 8) return expect(false, "Bounded: requests pile up");
    requests_.push(
        {kind, static_cast<std::uint8_t>(epoch), number(container), static_cast<std::uint8_t>(generation)});
  };
  if (const auto* create = std::get_if<Create>(&effect))
    request(OpKind::create, create->epoch, {}, create->spec.generation);
  if (const auto* start = std::get_if<Start>(&effect))
    request(OpKind::start, start->epoch, start->container_id, 0);
  if (const auto* stop = std::get_if<Stop>(&effect))
    request(OpKind::stop, stop->epoch, stop->container_id, 0);
  if (const auto* kill = std::get_if<Kill>(&effect))
    request(OpKind::kill, kill->epoch, kill->container_id, 0);
  if (const auto* remove = std::get_if<Remove>(&effect))
    request(OpKind::remove, remove->epoch, remove->container_id, 0);
  if (const auto* look = std::get_if<Inspect>(&effect))
    request(OpKind::inspect, look->epoch, look->container_id, 0);
  if (const auto* probe = std::get_if<Probe>(&effect))
    request(OpKind::probe, probe->epoch, probe->container_id, 0);
}

bool World::at_rest() const {
  return !instance_.op && quiet() && requests_.empty() && instance_.leases.empty() &&
         instance_.waiters.empty() &&
         (instance_.phase == Phase::absent || instance_.phase == Phase::stopped) &&
         (run_ == Run::none || run_ == Run::stopped);
}

std::string World::describe(std::uint8_t action) const {
  static constexpr std::array names{"answer arrives",
                                    "notice arrives",
                                    "notice lost",
                                    "reconcile tick",
                                    "release",
                                    "acquire",
                                    "idle window over",
                                    "crash",
                                    "client gives up",
                                    "tier change",
                                    "daemon restart",
                                    "timer",
                                    "start timeout",
                                    "a stranger stops it",
                                    "somebody pauses it",
                                    "somebody unpauses it"};
  if (action >= dies_before_effects)
    return describe(static_cast<std::uint8_t>(action - dies_before_effects))
        .append(", then the daemon dies before its effects");
  if (action < names.size()) return names[action];
  const std::size_t index = action - engine_first;
  std::string text{"engine: "};
  if (index < requests_.size()) text += to_string(requests_[index].kind);
  return text;
}

}  // namespace model
