// The end of a task as an intent: for every order of answers, failures and restarts it is asked for again
// until it has come, and never twice at once.
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
  EndingWish wish{EndingWish::nothing};

  explicit Rig(EndingPolicy with = {}) : policy(with) { send(EndingWanted{}); }

  void send(const EndingEvent& event) {
    auto next = step(policy, it, event, now);
    it = next.state;
    wish = next.wish;
  }
  void answer(Answer with, std::string trouble = {}) {
    send(EndingAnswered{it.ask, with, std::move(trouble)});
  }
  void when_due() {
    now = std::max(now, it.due);
    send(EndingTicked{});
  }
};

/// Whatever is asked is answered so, for that long.
std::vector<std::pair<Means, EndingWish>> asked_while(Answer answer, understudy::container::Duration time,
                                                      EndingPolicy policy = {}) {
  Rig rig(policy);
  std::vector<std::pair<Means, EndingWish>> asked{{rig.it.means, rig.wish}};
  for (const auto until = rig.now + time; rig.now < until;) {
    if (rig.it.asking) rig.answer(answer, "so it says");
    rig.when_due();
    if (rig.wish != EndingWish::nothing) asked.emplace_back(rig.it.means, rig.wish);
  }
  return asked;
}

}  // namespace

TEST_CASE("a task is asked with TERM, then with KILL, then its container is stopped", "[ending]") {
  Rig rig;
  CHECK(rig.wish == EndingWish::signal);
  CHECK(rig.it.means == Means::terminate);
  rig.answer(Answer::heard);
  CHECK(rig.it.due == rig.now + rig.policy.grace);
  rig.when_due();
  CHECK(rig.wish == EndingWish::signal);
  CHECK(rig.it.means == Means::kill);
  rig.answer(Answer::heard);
  rig.when_due();
  CHECK(rig.wish == EndingWish::stop_container);
  rig.when_due();
  CHECK(rig.wish == EndingWish::stop_container);  // for as long as it takes
}

TEST_CASE("on the host there is no container to stop: KILL is all there is", "[ending]") {
  for (const auto& [means, wish] : asked_while(Answer::heard, 10min, {.has_container = false}))
    CHECK(wish == EndingWish::signal);
}

TEST_CASE("what fails is asked for again, ever more firmly", "[ending]") {
  const auto asked = asked_while(Answer::failed, 1min);
  REQUIRE(asked.size() >= 5);
  CHECK(asked[0].first == Means::terminate);
  CHECK(asked[1].first == Means::terminate);
  CHECK(asked[2].first == Means::kill);
  CHECK(asked[3].first == Means::kill);
  CHECK(asked[4].second == EndingWish::stop_container);
}

TEST_CASE("means that are forbidden are not tried again", "[ending]") {
  const auto asked = asked_while(Answer::forbidden, 1min);
  CHECK(asked[0].second == EndingWish::signal);
  CHECK(asked[1].second == EndingWish::stop_container);
}

TEST_CASE("an engine that is not there earns no firmer means, and is asked as soon as it is back",
          "[ending]") {
  Rig rig;
  for (int i = 0; i < 20; ++i) {
    if (rig.it.asking) rig.answer(Answer::unreachable, "no engine answers");
    rig.when_due();
  }
  if (rig.it.asking) rig.answer(Answer::unreachable, "no engine answers");
  CHECK(rig.it.means == Means::terminate);
  CHECK(rig.it.due - rig.now <= rig.policy.backoff_max);
  CHECK(rig.it.trouble == "no engine answers");
  rig.send(EngineBack{});
  CHECK(rig.wish == EndingWish::signal);
}

TEST_CASE("an ask that is never answered is given up on", "[ending]") {
  Rig rig;
  rig.when_due();
  CHECK(rig.wish == EndingWish::nothing);
  const auto late = rig.it.ask;
  rig.when_due();
  CHECK(rig.wish == EndingWish::signal);
  rig.send(EndingAnswered{late, Answer::heard});
  CHECK(rig.it.asking);  // that was the answer to another one
}

TEST_CASE("after a restart it goes on with the means it had come to", "[ending]") {
  Rig rig;
  rig.answer(Answer::heard);
  rig.when_due();
  Ending kept{.why = rig.it.why, .means = rig.it.means, .asked = rig.it.asked};
  rig.it = kept;
  rig.send(EndingWanted{});
  CHECK(rig.wish == EndingWish::signal);
  CHECK(rig.it.means == Means::kill);
  CHECK(rig.it.asked == 3);
}

TEST_CASE("once its container is gone nobody is asked any more, and the spool has the last word for a moment",
          "[ending]") {
  Rig rig;
  rig.send(ContainerGone{});
  CHECK_FALSE(rig.it.asking);
  rig.send(EngineBack{});
  CHECK(rig.wish == EndingWish::nothing);
  CHECK(rig.it.due == rig.now + rig.policy.last_words);
  rig.when_due();
  CHECK(rig.wish == EndingWish::is_over);
}

TEST_CASE("a task that may outlive its container is not taken for ended with it", "[ending]") {
  Rig rig({.dies_with_container = false});
  rig.send(ContainerGone{});
  CHECK_FALSE(rig.it.gone);
  CHECK(rig.it.asking);
}

TEST_CASE("for every order of events: one ask at a time, and always another one to come", "[ending]") {
  const EndingPolicy policy{.has_container = GENERATE(true, false)};
  struct World {
    Ending it;
    understudy::container::Steady now{1h};
  };
  const std::vector<EndingEvent> events{EndingAnswered{0, Answer::heard},
                                        EndingAnswered{0, Answer::failed},
                                        EndingAnswered{0, Answer::forbidden},
                                        EndingAnswered{0, Answer::unreachable},
                                        EndingTicked{},
                                        EngineBack{},
                                        EndingWanted{},
                                        ContainerGone{}};
  using Seen = std::tuple<Means, int, bool, bool, bool, std::int64_t>;
  std::set<Seen> seen;
  std::vector<World> todo{World{step(policy, {}, EndingWanted{}, 1h).state}};
  while (!todo.empty()) {
    const auto world = todo.back();
    todo.pop_back();
    const auto& it = world.it;
    if (!seen.insert({it.means, std::min(it.failed, 5), it.asking, it.heard, it.gone,
                      (it.due - world.now).count()})
             .second)
      continue;
    REQUIRE(it.due >= world.now);                       // a tick is always to come
    REQUIRE(it.due - world.now <= policy.ask_timeout);  // and soon
    REQUIRE((policy.has_container || it.means != Means::container));
    for (auto event : events) {
      World next = world;
      if (auto* answered = std::get_if<EndingAnswered>(&event)) answered->ask = it.ask;
      if (std::holds_alternative<EndingTicked>(event)) next.now = std::max(next.now, it.due);
      const bool restarted = std::holds_alternative<EndingWanted>(event);
      if (restarted) next.it = Ending{.why = it.why, .means = it.means, .asked = it.asked};
      const auto stepped = step(policy, next.it, event, next.now);
      if (stepped.wish == EndingWish::signal) REQUIRE((restarted || !it.asking));
      if (stepped.wish == EndingWish::is_over) REQUIRE(it.gone);
      REQUIRE(stepped.state.means >= it.means);  // never gentler
      if (stepped.wish == EndingWish::is_over) continue;
      next.it = stepped.state;
      next.it.asked = std::min(next.it.asked, 20);
      todo.push_back(next);
    }
  }
  CHECK(seen.size() > 20);
}
