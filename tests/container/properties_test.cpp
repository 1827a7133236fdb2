// Long random lives of one instance against a moody engine, on a clock that moves. The seed is printed on
// failure.
#include <algorithm>
#include <map>
#include <set>

#include "rig.hpp"
#include "support/random.hpp"
#include "understudy/container/metrics.hpp"

using namespace rig;

namespace {

struct Pending {
  OpKind kind{OpKind::inspect};
  std::uint64_t epoch{0};
  std::string container;
  Spec spec{};
};

class Life {
 public:
  explicit Life(std::uint32_t seed) : random_{seed} {
    policy_.pinned = random_.chance(20);
    policy_.ephemeral = random_.chance(20);
    policy_.drain_policy = random_.chance(50) ? DrainPolicy::force : DrainPolicy::wait;
    policy_.lease_ttl = 5min;
    if (random_.chance(50)) policy_.circuit_threshold = 2;
    it_.desired = {1, "h1"};
    tell(Restarted{});
  }

  void live_on() {
    now_.chance = std::uniform_real_distribution<double>{0, 1}(random_);
    const int what = random_.pick(100);
    if (what < 45) return engine_works();
    if (what < 65) return time_passes();
    if (what < 76) return acquire();
    if (what < 84) return release();
    somebody_acts(random_.pick(13));
  }

  [[nodiscard]] const std::map<FactType, int>& told() const { return told_; }

  /// No more mishaps: the engine answers, time passes, and everything must come to rest.
  void calm_down() {
    for (int i = 0; i < 400; ++i) {
      while (!it_.leases.empty()) tell(Release{it_.leases.front().id});
      if (!reachable_) {
        reachable_ = true;
        tell(EngineRecovered{});
      }
      calm_ = true;
      if (!pending_.empty())
        engine_works();
      else if (const auto due = next_deadline(policy_, it_))
        tick_at(*due);
      else
        tell(Snapshot{seen()});
    }
    INFO("phase " << to_string(it_.phase));
    const bool rest = it_.phase == Phase::absent || it_.phase == Phase::stopped ||
                      (policy_.pinned && it_.phase == Phase::ready);
    CHECK((rest || it_.phase == Phase::failed));
    CHECK(it_.waiters.empty());
    CHECK(running_ == (it_.phase == Phase::ready));
    CHECK(it_.live.has_value() == running_);
  }

 private:
  Sighting seen() {
    if (container_.empty()) return {};
    return {.found = true, .container_id = container_, .spec = spec_, .running = running_, .stamp = stamp()};
  }
  std::string stamp() const { return named("s", life_); }

  void engine_works() {
    if (pending_.empty() || !reachable_) return;
    const std::size_t index = static_cast<std::size_t>(random_.pick(static_cast<int>(pending_.size())));
    const Pending request = pending_[index];
    if (it_.op && it_.op->epoch == request.epoch && !it_.op->deadline) {
      tell(Admitted{request.epoch});
      pass(Duration{random_.pick(300)});
    }
    pending_.erase(pending_.begin() + static_cast<std::ptrdiff_t>(index));
    const bool hit = !container_.empty() && (request.container.empty() || request.container == container_);
    if (request.kind == OpKind::inspect) return tell(Inspected{request.epoch, hit ? seen() : Sighting{}});
    if (request.kind == OpKind::probe)
      return tell(Probed{request.epoch, hit && running_ && (calm_ || random_.chance(70)), "refused"});
    if (!calm_ && random_.chance(4)) return answer(request, Answer::refused);
    if (!calm_ && random_.chance(4)) {
      pending_.push_back(request);  // the client gives up; the engine does it later all the same
      return answer(request, Answer::unresolved);
    }
    answer(request, mutate(request, hit));
  }

  Answer mutate(const Pending& request, bool hit) {
    switch (request.kind) {
      case OpKind::create:
        if (!container_.empty()) return Answer::conflict;
        container_ = named("c", ++containers_);
        spec_ = request.spec;
        return Answer::ok;
      case OpKind::start:
        if (!hit) return Answer::not_found;
        if (running_) return Answer::already_done;
        running_ = true;
        ++life_;
        return Answer::ok;
      case OpKind::stop:
      case OpKind::kill:
        if (!hit) return Answer::not_found;
        if (!running_) return Answer::already_done;
        CHECK(it_.leases.empty());
        running_ = false;
        return Answer::ok;
      case OpKind::remove:
        if (!hit) return Answer::not_found;
        if (running_) return Answer::conflict;
        container_.clear();
        return Answer::ok;
      case OpKind::inspect:
      case OpKind::probe: break;
    }
    return Answer::ok;
  }

  void answer(const Pending& request, Answer with) {
    OpResult result{.epoch = request.epoch, .kind = request.kind, .answer = with, .error = "engine says no"};
    if (request.kind == OpKind::create) {
      result.container_id = container_;
      result.applied = spec_;
    }
    tell(result);
  }

  void time_passes() {
    const auto due = next_deadline(policy_, it_);
    if (due && random_.chance(60)) return tick_at(*due);
    pass(Duration{random_.pick(5000)});
    if (random_.chance(50)) tell(Ticked{});
  }

  void tick_at(Steady due) {
    if (due > now_.steady) pass(due - now_.steady);
    tell(Ticked{});
    const auto next = next_deadline(policy_, it_);
    CHECK((!next || *next > now_.steady));  // a tick serves what was due
  }

  void acquire() {
    const std::string id = named("task-", ++tasks_);
    open_.insert(id);
    Acquire event{.id = id};
    if (random_.chance(50)) event.deadline = now_.steady + Duration{1000 + random_.pick(60'000)};
    tell(event);
  }

  void release() {
    if (!it_.leases.empty())
      tell(Release{
          it_.leases[static_cast<std::size_t>(random_.pick(static_cast<int>(it_.leases.size())))].id});
  }

  void somebody_acts(int what) {
    const Incarnation current{container_, random_.chance(70) ? stamp() : ""};
    switch (what) {
      case 0:
      case 1:
        if (!running_) return;
        running_ = false;
        if (random_.chance(70))
          tell(EngineDied{.incarnation = current, .exit_code = 1, .external = random_.chance(30)});
        return;
      case 2: return tell(EngineDied{.incarnation = {container_, "s0"}});
      case 3:
        if (running_ || container_.empty()) return;
        running_ = true;
        ++life_;
        return tell(EngineStarted{{container_, stamp()}});
      case 4: return tell(SpecChanged{{it_.desired.generation + 1, named("h", it_.desired.generation + 1)}});
      case 5: return restart();
      case 6:
        reachable_ = !reachable_;
        return reachable_ ? tell(EngineRecovered{}) : tell(EngineUnreachable{});
      case 7: return tell(StartRequested{});
      case 8: return tell(StopRequested{.force = random_.chance(20)});
      case 9:
        if (it_.waiters.empty()) return;
        open_.erase(it_.waiters.front().id);
        return tell(CancelWait{it_.waiters.front().id});
      case 10:
        for (const Lease& lease : std::vector<Lease>{it_.leases}) tell(Heartbeat{lease.id});
        return;
      default: return snapshot_twice();
    }
  }

  void snapshot_twice() {
    const Sighting listed = seen();
    tell(Snapshot{listed});
    const Instance once = it_;
    tell(Snapshot{listed});
    CHECK(it_ == once);
  }

  void restart() {
    for (const Waiter& waiter : it_.waiters) open_.erase(waiter.id);
    const Persisted kept = it_;
    const auto epoch = it_.epoch;
    it_ = Instance{kept};
    it_.epoch = epoch;  // the requests of the old process are still known to this engine
    std::erase_if(pending_, [](const Pending& request) {
      return request.kind == OpKind::inspect || request.kind == OpKind::probe;
    });
    reachable_ = true;
    tell(Restarted{});
  }

  void pass(Duration duration) {
    now_.steady += duration;
    now_.wall += duration;
  }

  void tell(const Event& event) {
    const Instance before = it_;
    auto [state, facts, effects] = step(policy_, std::move(it_), event, now_);
    it_ = std::move(state);
    if (const auto* result = std::get_if<OpResult>(&event))
      if (!before.op || before.op->epoch != result->epoch) CHECK(it_ == before);
    for (const Fact& fact : facts) check(fact);
    for (const Effect& effect : effects) take(effect, before);
    check_state();
  }

  void check_state() {
    for (const Lease& lease : it_.leases) {
      CHECK(it_.incarnation == lease.incarnation);
      CHECK(open_.contains(lease.id));
    }
    if (!it_.leases.empty())
      CHECK((it_.phase == Phase::busy || it_.phase == Phase::draining || it_.phase == Phase::unknown));
    CHECK((it_.phase != Phase::starting || it_.startup));
    if (it_.op && it_.op->kind != OpKind::create && it_.op->kind != OpKind::start) CHECK(it_.op->deadline);
  }

  void take(const Effect& effect, const Instance& before) {
    if (const auto* it = std::get_if<Create>(&effect))
      start_sent(before), request(OpKind::create, it->epoch, {}, it->spec);
    if (const auto* it = std::get_if<Start>(&effect))
      start_sent(before), request(OpKind::start, it->epoch, it->container_id);
    if (const auto* it = std::get_if<Stop>(&effect)) {
      CHECK(it_.stop_intent);
      request(OpKind::stop, it->epoch, it->container_id);
    }
    if (const auto* it = std::get_if<Kill>(&effect)) request(OpKind::kill, it->epoch, it->container_id);
    if (const auto* it = std::get_if<Remove>(&effect)) request(OpKind::remove, it->epoch, it->container_id);
    if (const auto* it = std::get_if<Inspect>(&effect)) request(OpKind::inspect, it->epoch, it->container_id);
    if (const auto* it = std::get_if<Probe>(&effect)) request(OpKind::probe, it->epoch, it->container_id);
    if (const auto* it = std::get_if<Grant>(&effect)) {
      if (policy_.ephemeral) REQUIRE(served_.insert(it->incarnation.container_id).second);
      CHECK(open_.contains(it->lease));
      CHECK(it_.applied == it_.desired);
      CHECK_FALSE(it_.stop_intent);
    }
    if (const auto* it = std::get_if<Refuse>(&effect)) CHECK(open_.erase(it->waiter) == 1);
  }

  /// No start before the time of the next try.
  void start_sent(const Instance& before) {
    if (it_.retry_at && before.fail_streak == it_.fail_streak) CHECK(now_.steady >= *it_.retry_at);
  }

  void request(OpKind kind, std::uint64_t epoch, const std::string& container, const Spec& spec = {}) {
    if (kind != OpKind::create && kind != OpKind::inspect) CHECK_FALSE(container.empty());
    pending_.push_back({kind, epoch, container, spec});
  }

  /// For each life: announced once, ended once, and never again.
  void check(const Fact& fact) {
    fold(metrics_, fact);
    ++told_[fact.type];
    const std::string life = fact.incarnation.container_id + "/" + fact.incarnation.stamp;
    const auto lazy = to_string(fact.type).find("lazy_") != std::string_view::npos;
    CHECK_FALSE((lazy && policy_.pinned));
    if (fact.type == FactType::lazy_started) {
      CHECK(lives_.emplace(life, true).second);
      REQUIRE(fact.latency);
      const Latency& it = *fact.latency;
      CHECK(it.total == it.queued + it.create + it.start + it.probe);
      for (const Duration part : {it.queued, it.create, it.start, it.probe}) CHECK(part >= 0ms);
    }
    if (fact.type == FactType::adopted) lives_.emplace(life, true);
    if (fact.type == FactType::lazy_stopped || (fact.type == FactType::crashed && !policy_.pinned)) {
      CHECK(lives_.contains(life));
      CHECK(lives_[life]);
      lives_[life] = false;
    }
    if (fact.type == FactType::lazy_stopped && fact.reason == FactReason{StopCause::idle})
      CHECK(*fact.idle >= policy_.idle_window);
    if (fact.type == FactType::lazy_start_failed) CHECK_FALSE(fact.error.empty());
  }

  understudy::support::Random random_;
  Policy policy_;
  Instance it_;
  Now now_{Instant{1'700'000'000'000ms}, 1'000'000ms};
  std::string container_;
  Spec spec_;
  bool running_{false}, reachable_{true}, calm_{false};
  int containers_{0}, life_{0}, tasks_{0};
  std::vector<Pending> pending_;
  std::set<std::string> open_;
  std::set<std::string> served_;  ///< containers that had a lease
  std::map<std::string, bool> lives_;
  Metrics metrics_;
  std::map<FactType, int> told_;
};

}  // namespace

TEST_CASE("random lives keep every promise and come to rest", "[container][property]") {
  std::map<FactType, int> told;
  for (std::uint32_t seed = 1; seed <= 100; ++seed) {
    CAPTURE(seed);
    Life life{seed};
    for (int i = 0; i < 1000; ++i) life.live_on();
    life.calm_down();
    for (const auto& [type, times] : life.told()) told[type] += times;
  }
  // Lives in which nothing happens prove nothing.
  for (const FactType type : {FactType::lazy_started, FactType::lazy_stopped, FactType::lazy_start_failed,
                              FactType::lazy_stop_failed, FactType::start_failed, FactType::crashed,
                              FactType::adopted, FactType::draining, FactType::recreated,
                              FactType::lease_revoked, FactType::circuit_open, FactType::circuit_half_open}) {
    CAPTURE(to_string(type));
    CHECK(told[type] >= 20);
  }
}
