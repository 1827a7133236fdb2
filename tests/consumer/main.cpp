// The smallest embedder: feeds what its provider answered, and asks where to send the next task.
#include <cstdio>

#include "understudy/failover/classify.hpp"
#include "understudy/failover/step.hpp"

using namespace understudy::failover;

int main() {
  const Policy policy{.chain = {{"anthropic", "opus"}, {"deepseek", "pro"}}, .enabled = true};
  const Instant now{std::chrono::hours{500'000}};

  Outcome refused;
  refused.status = 401;
  refused.body = R"({"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}})";

  const Step next = step(policy, {}, OutcomeObserved{classify(refused, now), {}, refused.status}, now);
  const LedgerEntry row = next.ledger.empty() ? LedgerEntry{} : next.ledger.front();
  std::printf("tier %d, %s: %s\n", next.state.current_tier, next.state.serving.model.c_str(),
              row.reason.c_str());
  return next.state.serving == policy.chain[1] ? 0 : 1;
}
