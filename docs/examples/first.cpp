// A provider refuses an agent's key: what was that, and who serves the next task?
#include <iostream>

#include "understudy/failover/failover.hpp"

namespace fo = understudy::failover;

int main() {
  const fo::Policy policy{.chain = {{"anthropic", "claude-opus-4-7"}, {"deepseek", "deepseek-v4-pro"}}};
  fo::State state;  // of one agent
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());

  const auto verdict = fo::classify({.status = 401, .body = "invalid x-api-key"}, now);
  const auto next = fo::step(policy, state, fo::OutcomeObserved{.verdict = verdict}, now);
  state = next.state;
  std::cout << to_string(verdict.kind) << ": " << state.serving.model << " serves the next task\n";
}
