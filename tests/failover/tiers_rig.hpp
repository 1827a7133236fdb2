#pragma once
// One instance's tiers under test, with the words to play its tasks and its operator.
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "understudy/failover/step.hpp"

namespace tiers {

using namespace understudy::failover;
using namespace std::chrono_literals;

inline const TierId opus{"anthropic", "opus"};
inline const TierId pro{"deepseek", "pro"};
inline const TierId coder{"ollama", "coder"};

inline Policy chain_of(std::vector<TierId> chain) {
  return {.chain = std::move(chain), .enabled = true};
}
inline Policy two_tiers() {
  return chain_of({opus, pro});
}
inline Policy three_tiers() {
  return chain_of({opus, pro, coder});
}
inline Policy wrapping(Policy policy) {
  policy.on_exhausted = OnExhausted::wrap;
  return policy;
}

inline Verdict verdict(Kind kind, std::optional<double> retry_after_s = {},
                       std::optional<Instant> reset_at = {}) {
  Verdict made;
  made.kind = kind;
  made.failover = is_provider_fault(kind);
  made.retry_after_s = retry_after_s;
  made.reset_at = reset_at;
  return made;
}

struct Rig {
  Policy policy;
  State it;
  Instant now{1'700'000'000'000ms};
  std::vector<LedgerEntry> ledger;  ///< of all events
  std::size_t rows{0};              ///< of the last event
  bool moved{false};                ///< by the last event

  explicit Rig(Policy with = three_tiers()) : policy{std::move(with)} {}

  void send(const Event& event) {
    auto [state, written, changed] = step(policy, std::move(it), event, now);
    it = std::move(state);
    rows = written.size();
    moved = changed;
    ledger.insert(ledger.end(), written.begin(), written.end());
  }
  void pass(Duration duration) { now += duration; }
  void tick_after(Duration duration) {
    pass(duration);
    send(Ticked{});
  }
  [[nodiscard]] std::optional<Instant> deadline() const { return next_deadline(policy, it); }

  // ---- tasks that ended on the current tier

  void succeed() { succeed_on({}); }
  void fail(Kind kind) { fail_on({}, kind); }
  void fail_until(Kind kind, Instant reset) { send(OutcomeObserved{verdict(kind, {}, reset)}); }
  void fail_for(Kind kind, double seconds) { send(OutcomeObserved{verdict(kind, seconds)}); }

  // ---- and on a named one

  void fail_on(const TierId& tier, Kind kind) { send(OutcomeObserved{verdict(kind), tier}); }
  void succeed_on(const TierId& tier) { send(OutcomeObserved{verdict(Kind::success), tier}); }

  [[nodiscard]] const LedgerEntry& row() const {
    REQUIRE_FALSE(ledger.empty());
    return ledger.back();
  }
};

/// A rig whose tiers all failed, the last one just now: paused.
inline Rig exhausted(Policy policy = two_tiers()) {
  Rig rig{std::move(policy)};
  for (std::size_t i = 0; i < rig.policy.chain.size(); ++i) rig.fail(Kind::auth_error);
  REQUIRE(rig.it.pause_reason == PauseReason::exhausted);
  return rig;
}

/// Every fact of a tier that no event may leave behind.
inline bool at_rest(const State& state) {
  return state.current_tier == 1 && !state.paused() && !state.retry_at && state.streak == 0 &&
         !state.half_open && state.multiplier == 1 && !state.wrapped && state.not_before.empty() &&
         state.over_budget_until.empty() && !state.last_failure_kind;
}

}  // namespace tiers
