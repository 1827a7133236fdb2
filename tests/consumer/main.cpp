// The example of failover.hpp as a program: an agent's key was refused, so the next task goes to tier 2.
#include <cstdio>

#include "understudy/failover/failover.hpp"

using namespace understudy::failover;

int main() {
  const char* output =
      R"({"type":"result","subtype":"success","is_error":true,"api_error_status":401,"result":"Invalid API key"})";
  const Instant now{std::chrono::hours{500'000}};

  Policy policy{.chain = {{"anthropic", "opus"}, {"deepseek", "pro"}}};
  State state;
  auto reader = make_agent_reader("claude-code", "anthropic");
  reader->read_output(output);
  Verdict verdict = classify(reader->finish({.exit_code = 1}).outcome, now);
  Step next = step(policy, state, OutcomeObserved{.verdict = verdict}, now);
  state = next.state;

  std::printf("tier %d, %s: %s\n", state.current_tier, state.serving.model.c_str(),
              next.ledger.at(0).reason.c_str());
  return state.serving == policy.chain[1] ? 0 : 1;
}
