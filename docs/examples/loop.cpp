// One agent's requests over your own HTTP client: where a provider fails, the next one serves. What was
// learnt of them is kept in agent.json.
#include <fstream>
#include <iostream>
#include <iterator>
#include <thread>

#include "understudy/failover/failover.hpp"

namespace fo = understudy::failover;

// Yours: what was answered, or how the exchange broke off. This one plays two providers: the first has used
// up its quota, the second refuses the first connection.
fo::Outcome post(const fo::TierId& tier, const std::string& /*prompt*/) {
  static int connections = 0;
  if (tier.provider == "anthropic") return {.status = 429, .headers = {{"retry-after", "3600"}}};
  if (++connections == 1) return {.transport = fo::Transport::refused};
  return {.status = 200, .body = R"({"content": "done"})"};
}

fo::Instant now() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

int main() {
  const fo::Policy policy{.chain = {{"anthropic", "claude-opus-4-7"}, {"deepseek", "deepseek-v4-pro"}}};
  for (const auto& problem : fo::validate(policy)) std::cerr << problem << '\n';
  fo::State state;
  if (std::ifstream file("agent.json"); file) {
    const auto kept = fo::from_json<fo::State>(std::string(std::istreambuf_iterator<char>(file), {}));
    if (!kept) return std::cerr << "agent.json: " << kept.error << '\n', 1;
    state = *kept;
  }
  const auto handle = [&](const fo::Event& event) {
    const fo::Step next = fo::step(policy, state, event, now());
    state = next.state;
    std::ofstream("agent.json") << fo::to_json(state);
    for (const auto& entry : next.ledger)
      std::cout << "tier " << entry.from_tier << " -> " << entry.to_tier << ": " << entry.reason << '\n';
  };
  handle(fo::ChainChanged{});  // the policy may have been edited since
  handle(fo::Ticked{});        // a pause may be over

  fo::RetryState tries;  // of this task
  for (bool goes_on = !state.paused(); goes_on;) {
    const fo::TierId tier = state.serving;
    const fo::Verdict verdict = fo::classify(post(tier, "Review the diff."), now());
    std::cout << tier.model << ": " << to_string(verdict.kind) << '\n';
    handle(fo::OutcomeObserved{.verdict = verdict, .tier = tier});
    const fo::Retry retry = fo::decide_retry(policy, state, tries, verdict, tier);
    tries = retry.state;
    goes_on = retry.kind == fo::RetryKind::now || retry.kind == fo::RetryKind::later;
    if (goes_on) std::this_thread::sleep_for(retry.delay);
  }
}
