// The engine's side: what Docker and podman do with a request, and what they answer.
#include <algorithm>

#include "model_world.hpp"

namespace model {

Sighting World::sighting(Run run, std::uint8_t container, std::uint8_t generation, std::uint8_t life,
                         bool docker) const {
  Sighting seen;
  seen.found = run != Run::none;
  if (!seen.found) return seen;
  seen.container_id = named('c', container);
  seen.spec = spec(generation);
  seen.paused = run == Run::paused;
  seen.running = run == Run::running || seen.paused ||
                 (docker && run == Run::stopping);  // Docker does not show a stop in progress
  seen.stopping = !docker && run == Run::stopping;
  seen.stamp = named('s', life);
  return seen;
}

bool World::engine_works(const Setup& setup, std::size_t index) {
  if (index >= requests_.size() || !roomy()) return false;
  const Request request = requests_[index];
  const bool hit = run_ != Run::none && (request.container == 0 || request.container == container_);
  if (!is_query(request.kind)) {
    engine_mutates(setup, index);
    return true;
  }
  requests_.erase(index);
  Reply reply{request.kind, request.epoch, Answer::ok, hit ? run_ : Run::none,
              container_,   generation_,   life_};
  if (request.kind == OpKind::probe && !(hit && run_ == Run::running)) reply.answer = Answer::refused;
  replies_.push(reply);
  return true;
}

void World::engine_mutates(const Setup& setup, std::size_t index) {
  const Request request = requests_[index];
  const bool hit = run_ != Run::none && (request.container == 0 || request.container == container_);
  const auto answer = [&](Answer with) {
    requests_.erase(index);
    replies_.push({request.kind, request.epoch, with, run_, container_, generation_, life_});
  };
  const auto spare_the_leased = [&] {
    expect(instance_.leases.empty(), "NoSelfInflictedKill: a request of ours ended a life that has a lease");
  };
  if (request.kind == OpKind::create) {
    if (run_ != Run::none) return answer(Answer::conflict);
    std::uint8_t newest = std::max(container_, number(instance_.container_id));
    for (const Request& other : requests_) newest = std::max(newest, other.container);
    for (const Notice& notice : notices_) newest = std::max(newest, notice.container);
    newest = std::max(newest, number(instance_.quarantined_id));
    container_ = static_cast<std::uint8_t>(newest + 1);
    generation_ = request.generation;
    run_ = Run::stopped;
    return answer(Answer::ok);
  }
  if (!hit) return answer(Answer::not_found);
  switch (request.kind) {
    case OpKind::start:
      if (run_ == Run::stopping) return answer(setup.docker ? Answer::already_done : Answer::conflict);
      if (run_ == Run::running) return answer(Answer::already_done);
      if (run_ == Run::paused) return answer(Answer::conflict);
      run_ = Run::running;
      ++life_;
      notices_.push({Notice::What::started, container_, life_});
      return answer(Answer::ok);
    case OpKind::stop:
      if (!request.begun) {
        if (run_ == Run::stopped) return answer(Answer::already_done);
        spare_the_leased();
        run_ = Run::stopping;
        requests_[index].begun = true;
        return;
      }
      if (run_ == Run::stopping) {
        run_ = Run::stopped;
        notices_.push({Notice::What::died, container_, life_});
      }
      return answer(Answer::ok);
    case OpKind::kill:
      if (run_ == Run::stopped) return answer(Answer::already_done);
      spare_the_leased();
      run_ = Run::stopped;
      notices_.push({Notice::What::died, container_, life_});
      return answer(Answer::ok);
    case OpKind::remove:
      if (run_ != Run::stopped) return answer(Answer::conflict);
      run_ = Run::none;
      return answer(Answer::ok);
    case OpKind::create:
    case OpKind::inspect:
    case OpKind::probe: return;
  }
}

}  // namespace model
