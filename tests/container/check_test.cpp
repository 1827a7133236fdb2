#include "understudy/check.hpp"
#include "rig.hpp"
#include "support/death.hpp"

using namespace rig;
using Catch::Matchers::Contains;

TEST_CASE("A check that does not hold aborts and says where, what, and in which state", "[check]") {
  const auto words = last_words([] { UNDERSTUDY_CHECK(2 + 2 == 5, Phase::ready, 42, "a word"); });
  CHECK_THAT(words, Contains("check_test.cpp:9: not so: 2 + 2 == 5; ready; 42; a word"));
}

TEST_CASE("A check that holds reads no state", "[check]") {
  UNDERSTUDY_CHECK(true, *static_cast<const int*>(nullptr));
}

TEST_CASE("A start without what a start remembers is a bug, not a state", "[check]") {
  Rig rig;
  rig.send(Acquire{.id = "task"});
  rig.it.startup.reset();
  CHECK_THAT(last_words([&rig] { rig.created("c1"); }),
             Contains("not so: it_.startup") && Contains("starting"));
}
