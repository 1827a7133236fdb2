#pragma once
// One instance under test, with the words to play its engine.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "understudy/container/step.hpp"

namespace rig {

using namespace understudy::container;
using namespace std::chrono_literals;

/// "s" and 3 give "s3". (Literal + string trips a false warning of this compiler when optimised.)
inline std::string named(std::string_view kind, std::int64_t number) {
  return std::string{kind}.append(std::to_string(number));
}

struct Rig {
  Policy policy;
  Instance it;
  Now now{Instant{1'700'000'000'000ms}, 5'000'000ms, 0.5};
  std::vector<Fact> facts;      ///< of the last event
  std::vector<Effect> effects;  ///< of the last event

  explicit Rig(Policy with = {}) : policy{std::move(with)} {
    it.desired = {1, "hash-1"};
    send(Restarted{});
    send(Snapshot{});
  }

  void send(const Event& event) {
    auto [state, told, wanted] = step(policy, std::move(it), event, now);
    it = std::move(state);
    facts = std::move(told);
    effects = std::move(wanted);
  }
  void pass(Duration duration) {
    now.steady += duration;
    now.wall += duration;
  }
  void tick_after(Duration duration) {
    pass(duration);
    send(Ticked{});
  }

  template <class T>
  [[nodiscard]] const T* find() const {
    for (const Effect& effect : effects)
      if (const T* found = std::get_if<T>(&effect)) return found;
    return nullptr;
  }
  template <class T>
  [[nodiscard]] int count() const {
    int found = 0;
    for (const Effect& effect : effects) found += std::holds_alternative<T>(effect);
    return found;
  }
  [[nodiscard]] const Fact* fact(FactType type) const {
    for (const Fact& one : facts)
      if (one.type == type) return &one;
    return nullptr;
  }

  // ---- the engine's side

  [[nodiscard]] Sighting running(const std::string& stamp) const {
    return {
        .found = true, .container_id = it.container_id, .spec = it.applied, .running = true, .stamp = stamp};
  }
  [[nodiscard]] Sighting exited(int code) const {
    return {.found = true, .container_id = it.container_id, .spec = it.applied, .exit_code = code};
  }
  void answer(Answer with, std::string error = {}, FailureKind failure = FailureKind::engine) {
    REQUIRE(it.op);
    send(OpResult{.epoch = it.op->epoch,
                  .kind = it.op->kind,
                  .answer = with,
                  .error = std::move(error),
                  .failure = failure});
  }
  void created(std::string id) {
    REQUIRE(it.op);
    REQUIRE(it.op->kind == OpKind::create);
    send(OpResult{.epoch = it.op->epoch, .kind = OpKind::create, .container_id = std::move(id)});
  }
  void inspected(const Sighting& seen) {
    REQUIRE(it.op);
    REQUIRE(it.op->kind == OpKind::inspect);
    send(Inspected{it.op->epoch, seen});
  }
  void probed(bool passed, std::string detail = {}) {
    REQUIRE(it.op);
    REQUIRE(it.op->kind == OpKind::probe);
    send(Probed{it.op->epoch, passed, std::move(detail)});
  }
  /// From an answered start to the confirming look.
  void pass_probe(const std::string& stamp) {
    inspected(running(stamp));
    probed(true);
    inspected(running(stamp));
  }
  /// From the create or start that was just sent to ready or busy.
  void come_up(const std::string& id, const std::string& stamp) {
    if (it.op && it.op->kind == OpKind::create) created(id);
    answer(Answer::ok);
    pass_probe(stamp);
  }
};

/// A rig whose instance runs as c1/s1 and is being probed; "a" waits for it.
inline Rig probing(Policy policy = {}) {
  Rig rig{std::move(policy)};
  rig.send(Acquire{.id = "a"});
  rig.created("c1");
  rig.answer(Answer::ok);
  rig.inspected(rig.running("s1"));
  REQUIRE(rig.find<Probe>());
  return rig;
}

/// A rig whose instance runs as c1/s1 with the lease "task".
inline Rig busy(Policy policy = {}) {
  Rig rig{std::move(policy)};
  rig.send(Acquire{.id = "task"});
  rig.come_up("c1", "s1");
  REQUIRE(rig.it.phase == Phase::busy);
  return rig;
}

/// A rig whose instance runs as c1/s1, idle since just now.
inline Rig ready(Policy policy = {}) {
  Rig rig = busy(std::move(policy));
  rig.send(Release{"task"});
  REQUIRE(rig.it.phase == Phase::ready);
  return rig;
}

}  // namespace rig
