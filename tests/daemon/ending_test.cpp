// Ending a task: in every order of answers, failures and restarts it is signalled until it has ended, one
// signal at a time.
#include "fleet/ending.hpp"

#include <catch2/catch.hpp>
#include <set>
#include <tuple>
#include <vector>

using namespace understudy::daemon::fleet;
using namespace std::chrono_literals;

namespace {

using Answer = EndingAnswered::Answer;
using Means = Ending::Means;

struct Rig {
  EndingPolicy policy{};
  Ending it{};
  understudy::container::Steady now{1h};
  EndingAction action{EndingAction::nothing};

  explicit Rig(EndingPolicy with = {}) : policy(with) { send(EndingRequested{}); }

  void send(const EndingEvent& event) {
    auto next = step(policy, it, event, now);
    it = next.state;
    action = next.action;
  }
  void answer(Answer with, std::string trouble = {}) {
    send(EndingAnswered{it.signal_id, with, std::move(trouble)});
  }
  void when_due() {
    now = std::max(now, it.due);
    send(EndingTicked{});
  }
};

/// Gives every signal the same answer for some time; returns what was requested.
std::vector<std::pair<Means, EndingAction>> requests_during(Answer answer,
                                                            understudy::container::Duration time,
                                                            EndingPolicy policy = {}) {
  Rig rig(policy);
  std::vector<std::pair<Means, EndingAction>> requests{{rig.it.means, rig.action}};
  for (const auto until = rig.now + time; rig.now < until;) {
    if (rig.it.pending) rig.answer(answer, "so it says");
    rig.when_due();
    if (rig.action != EndingAction::nothing) requests.emplace_back(rig.it.means, rig.action);
  }
  return requests;
}

}  // namespace

TEST_CASE("a task gets TERM, then KILL, then its container is stopped", "[ending]") {
  Rig rig;
  CHECK(rig.action == EndingAction::signal);
  CHECK(rig.it.means == Means::terminate);
  rig.answer(Answer::delivered);
  CHECK(rig.it.due == rig.now + rig.policy.grace);
  rig.when_due();
  CHECK(rig.action == EndingAction::signal);
  CHECK(rig.it.means == Means::kill);
  rig.answer(Answer::delivered);
  rig.when_due();
  CHECK(rig.action == EndingAction::stop_container);
  rig.when_due();
  CHECK(rig.action == EndingAction::stop_container);  // repeated until it has ended
}

TEST_CASE("on the host, without a container to stop, KILL is the firmest means", "[ending]") {
  for (const auto& [means, action] : requests_during(Answer::delivered, 10min, {.has_container = false}))
    CHECK(action == EndingAction::signal);
}

TEST_CASE("a failed signal is repeated, ever more firmly", "[ending]") {
  const auto requests = requests_during(Answer::failed, 1min);
  REQUIRE(requests.size() >= 5);
  CHECK(requests[0].first == Means::terminate);
  CHECK(requests[1].first == Means::terminate);
  CHECK(requests[2].first == Means::kill);
  CHECK(requests[3].first == Means::kill);
  CHECK(requests[4].second == EndingAction::stop_container);
}

TEST_CASE("forbidden means are not tried again", "[ending]") {
  const auto requests = requests_during(Answer::forbidden, 1min);
  CHECK(requests[0].second == EndingAction::signal);
  CHECK(requests[1].second == EndingAction::stop_container);
}

TEST_CASE("an unreachable engine does not lead to firmer means, and is called again once it is back",
          "[ending]") {
  Rig rig;
  for (int i = 0; i < 20; ++i) {
    if (rig.it.pending) rig.answer(Answer::unreachable, "no engine answers");
    rig.when_due();
  }
  if (rig.it.pending) rig.answer(Answer::unreachable, "no engine answers");
  CHECK(rig.it.means == Means::terminate);
  CHECK(rig.it.due - rig.now <= rig.policy.backoff_max);
  CHECK(rig.it.trouble == "no engine answers");
  rig.send(EngineBack{});
  CHECK(rig.action == EndingAction::signal);
}

TEST_CASE("a signal without an answer times out", "[ending]") {
  Rig rig;
  rig.when_due();
  CHECK(rig.action == EndingAction::nothing);
  const auto late = rig.it.signal_id;
  rig.when_due();
  CHECK(rig.action == EndingAction::signal);
  rig.send(EndingAnswered{late, Answer::delivered});
  CHECK(rig.it.pending);  // that was the answer to an earlier one
}

TEST_CASE("after a restart it goes on with the means it had reached", "[ending]") {
  Rig rig;
  rig.answer(Answer::delivered);
  rig.when_due();
  Ending kept{.why = rig.it.why, .means = rig.it.means, .requests = rig.it.requests};
  rig.it = kept;
  rig.send(EndingRequested{});
  CHECK(rig.action == EndingAction::signal);
  CHECK(rig.it.means == Means::kill);
  CHECK(rig.it.requests == 3);
}

TEST_CASE("once its container is gone, no more signals, and a short wait for the spool", "[ending]") {
  Rig rig;
  rig.send(ContainerGone{});
  CHECK_FALSE(rig.it.pending);
  rig.send(EngineBack{});
  CHECK(rig.action == EndingAction::nothing);
  CHECK(rig.it.due == rig.now + rig.policy.spool_wait);
  rig.when_due();
  CHECK(rig.action == EndingAction::is_over);
}

TEST_CASE("a task that may outlive its container does not count as ended with it", "[ending]") {
  Rig rig({.dies_with_container = false});
  rig.send(ContainerGone{});
  CHECK_FALSE(rig.it.gone);
  CHECK(rig.it.pending);
}

TEST_CASE("for every order of events: one signal at a time, and always another one due", "[ending]") {
  const EndingPolicy policy{.has_container = GENERATE(true, false)};
  struct World {
    Ending it;
    understudy::container::Steady now{1h};
  };
  const std::vector<EndingEvent> events{EndingAnswered{0, Answer::delivered},
                                        EndingAnswered{0, Answer::failed},
                                        EndingAnswered{0, Answer::forbidden},
                                        EndingAnswered{0, Answer::unreachable},
                                        EndingTicked{},
                                        EngineBack{},
                                        EndingRequested{},
                                        ContainerGone{}};
  using Seen = std::tuple<Means, int, bool, bool, bool, std::int64_t>;
  std::set<Seen> seen;
  std::vector<World> todo{World{step(policy, {}, EndingRequested{}, 1h).state}};
  while (!todo.empty()) {
    const auto world = todo.back();
    todo.pop_back();
    const auto& it = world.it;
    if (!seen.insert({it.means, std::min(it.failed, 5), it.pending, it.delivered, it.gone,
                      (it.due - world.now).count()})
             .second)
      continue;
    REQUIRE(it.due >= world.now);                          // a tick is always due
    REQUIRE(it.due - world.now <= policy.signal_timeout);  // and soon
    REQUIRE((policy.has_container || it.means != Means::container));
    for (auto event : events) {
      World next = world;
      if (auto* answered = std::get_if<EndingAnswered>(&event)) answered->signal_id = it.signal_id;
      if (std::holds_alternative<EndingTicked>(event)) next.now = std::max(next.now, it.due);
      const bool restarted = std::holds_alternative<EndingRequested>(event);
      if (restarted) next.it = Ending{.why = it.why, .means = it.means, .requests = it.requests};
      const auto stepped = step(policy, next.it, event, next.now);
      if (stepped.action == EndingAction::signal) REQUIRE((restarted || !it.pending));
      if (stepped.action == EndingAction::is_over) REQUIRE(it.gone);
      REQUIRE(stepped.state.means >= it.means);  // never less firm
      if (stepped.action == EndingAction::is_over) continue;
      next.it = stepped.state;
      next.it.requests = std::min(next.it.requests, 20);
      todo.push_back(next);
    }
  }
  CHECK(seen.size() > 20);
}
