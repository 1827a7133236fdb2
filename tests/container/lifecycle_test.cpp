#include <catch2/catch.hpp>

#include "understudy/container/step.hpp"

using namespace understudy::container;

TEST_CASE("a daemon that starts looks at the engine before it believes anything", "[container]") {
  const auto [state, facts, effects] = step(Policy{}, Instance{}, Restarted{}, Now{});
  CHECK(state.phase == Phase::unknown);
  CHECK(effects.empty());
}
