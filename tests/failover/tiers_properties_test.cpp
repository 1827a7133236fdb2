// Random lives of one instance under random policies, on a clock that also goes backwards. What must hold
// after every step, whatever came before; the seed is printed on failure.
#include <algorithm>

#include "support/random.hpp"
#include "tiers_rig.hpp"
#include "understudy/failover/json.hpp"

using namespace tiers;

namespace {

const std::vector<TierId> pool{opus, pro, coder, {"openrouter", "mix"}, {"bedrock", "opus"}};

bool is_failure(const LedgerKind& kind) {
  const auto* failure = std::get_if<Kind>(&kind);
  return failure != nullptr && is_provider_fault(*failure);
}

class Life {
 public:
  explicit Life(unsigned seed) : random_{seed} {
    policy_ = some_policy();
    now_ = Instant{std::chrono::days{19'000}};
    tell(ChainChanged{});
  }

  void live_on() {
    pass_time();
    const int what = random_.pick(100);
    if (what < 60) return tell(some_outcome());
    if (what < 68) return tell(some_budget());
    if (what < 74) return tell(PauseRequested{});
    if (what < 82) return tell(UnpauseRequested{});
    if (what < 85) return tell(ResetRequested{});
    if (what < 89) {
      policy_ = some_policy();
      return tell(ChainChanged{});
    }
    tell(Ticked{});
  }

 private:
  Policy some_policy() {
    Policy policy{.chain = pool, .enabled = !random_.chance(10)};
    std::shuffle(policy.chain.begin(), policy.chain.end(), random_);
    policy.chain.resize(static_cast<std::size_t>(1 + random_.pick(3)));
    policy.cooldown = random_.chance(10) ? 0ms : Duration{1 + random_.pick(7'200'000)};
    policy.on_exhausted = random_.chance(50) ? OnExhausted::wrap : OnExhausted::pause;
    policy.resume_when_possible = random_.chance(80);
    policy.server_error_threshold = 1 + random_.pick(4);
    for (const Kind kind :
         {Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error, Kind::token_budget})
      if (random_.chance(15)) policy.triggers.erase(kind);
    return policy;
  }
  TierId some_tier() {
    if (random_.chance(70)) return {};
    return pool[static_cast<std::size_t>(random_.pick(static_cast<int>(pool.size())))];
  }
  OutcomeObserved some_outcome() {
    const Kind kind = random_.chance(30)
                          ? Kind::success
                          : all_kinds[static_cast<std::size_t>(random_.pick(all_kinds.size()))];
    OutcomeObserved seen{verdict(kind), some_tier()};
    if (random_.chance(15)) seen.verdict.retry_after_s = random_.pick(2'000'000);
    if (random_.chance(15)) seen.verdict.reset_at = now_ + std::chrono::minutes{random_.pick(30'000) - 5'000};
    if (random_.chance(50)) seen.status = 400 + random_.pick(130);
    return seen;
  }
  BudgetExceeded some_budget() {
    BudgetExceeded exceeded{random_.chance(60) ? state_.serving : some_tier()};
    if (random_.chance(80)) exceeded.below_at = now_ + std::chrono::minutes{random_.pick(600)};
    return exceeded;
  }
  void pass_time() {
    if (random_.chance(3)) now_ -= Duration{random_.pick(3'600'000)};
    const auto due = next_deadline(policy_, state_);
    if (due && random_.chance(30)) now_ = std::max(now_, *due - Duration{random_.pick(2)});
    if (state_.retry_at && random_.chance(20))
      now_ = std::max(now_, *state_.retry_at - Duration{random_.pick(2)});
    if (random_.chance(60)) now_ += Duration{random_.pick(1'800'000)};
  }

  void tell(const Event& event) {
    const State before = state_;
    const auto [state, ledger, moved] = step(policy_, before, event, now_);
    const Step again = step(policy_, before, event, now_);
    REQUIRE(again.state == state);
    REQUIRE(again.ledger == ledger);
    state_ = state;
    it_stands_somewhere();
    times_agree();
    the_ledger_tells(event, before, ledger, moved);
    std::visit([&](const auto& seen) { after(seen, before, ledger); }, event);
  }

  void it_stands_somewhere() const {
    const int length = static_cast<int>(policy_.chain.size());
    REQUIRE(state_.current_tier >= 1);
    REQUIRE(state_.current_tier <= length);
    REQUIRE(state_.serving == policy_.chain[static_cast<std::size_t>(state_.current_tier - 1)]);
    REQUIRE((state_.multiplier == 1 || state_.multiplier == 2 || state_.multiplier == 4 ||
             state_.multiplier == 8));
    REQUIRE(state_.streak >= 0);
    if (state_.last_failure_kind) REQUIRE(is_provider_fault(*state_.last_failure_kind));
    if (now_.time_since_epoch().count() % 8 == 0) {  // it comes back from the disk as it was
      REQUIRE(from_json<State>(to_json(state_)).value == state_);
      REQUIRE(from_json<Policy>(to_json(policy_)).value == policy_);
    }
    for (const auto& [tier, until] : state_.not_before) REQUIRE(std::ranges::count(policy_.chain, tier) == 1);
    for (const auto& [tier, until] : state_.over_budget_until)
      REQUIRE(std::ranges::count(policy_.chain, tier) == 1);
    if (policy_.can_move()) return;
    REQUIRE(state_.current_tier == 1);
    REQUIRE(state_.pause_reason != PauseReason::exhausted);
    REQUIRE(state_.not_before.empty());
  }

  [[nodiscard]] std::optional<Instant> ready_at(const TierId& tier) const {
    std::optional<Instant> at;
    for (const auto* times : {&state_.not_before, &state_.over_budget_until})
      if (const auto known = times->find(tier); known != times->end())
        at = std::max(at.value_or(known->second), known->second);
    return at;
  }

  /// retry_at is tier 1's time while degraded, the earliest of all tiers while exhausted, and otherwise
  /// absent.
  void times_agree() const {
    const auto due = next_deadline(policy_, state_);
    if (state_.pause_reason != PauseReason::exhausted) {
      REQUIRE_FALSE(due);
      REQUIRE(state_.retry_at == (state_.current_tier > 1 ? ready_at(policy_.chain.front()) : std::nullopt));
      return;
    }
    REQUIRE(due.has_value() == policy_.resume_when_possible);
    REQUIRE(state_.retry_at);
    bool all_known = true;
    Instant first = Instant::max();
    for (const TierId& tier : policy_.chain) {
      const auto at = ready_at(tier);
      all_known = all_known && at;
      first = std::min(first, at.value_or(first));
    }
    if (all_known)
      REQUIRE(*state_.retry_at == first);
    else
      REQUIRE(*state_.retry_at <= std::max(now_, first));
  }

  void the_ledger_tells(const Event& event, const State& before, const std::vector<LedgerEntry>& ledger,
                        bool moved) const {
    const bool edited = std::holds_alternative<ChainChanged>(event);
    REQUIRE(ledger.size() <= (edited ? 2 : 1));
    const bool first_event = before.serving == TierId{};
    if (!first_event) REQUIRE(moved == (before.serving != state_.serving));
    if (moved || before.current_tier != state_.current_tier) REQUIRE_FALSE(ledger.empty());
    if (ledger.empty()) REQUIRE(before.pause_reason == state_.pause_reason);
    if (ledger.empty()) return;
    REQUIRE(ledger.front().from_tier == before.current_tier);
    REQUIRE(ledger.back().to_tier == state_.current_tier);
    REQUIRE_FALSE(ledger.back().reason.empty());
    const LedgerKind kind = ledger.back().kind;
    if (state_.paused() && before.pause_reason != state_.pause_reason)
      REQUIRE(kind == (state_.pause_reason == PauseReason::exhausted ? LedgerKind{Change::exhausted}
                                                                     : LedgerKind{Change::pause}));
    if (before.paused() && !state_.paused())
      REQUIRE((kind == LedgerKind{Change::unpause} || kind == LedgerKind{Change::auto_resume} ||
               kind == LedgerKind{Change::manual_reset}));
    if (is_failure(kind)) {
      REQUIRE(moved);
      REQUIRE(state_.last_failover_at == now_);
      REQUIRE(state_.streak == 0);
      REQUIRE(kind == LedgerKind{*state_.last_failure_kind});
    } else if (kind != LedgerKind{Change::manual_reset}) {
      REQUIRE(state_.last_failover_at == before.last_failover_at);
    }
  }

  void no_tier_back_early(const State& before) const {
    for (const auto& [tier, until] : before.not_before) {
      REQUIRE(state_.not_before.contains(tier));
      REQUIRE(state_.not_before.at(tier) >= until);
    }
  }
  void pause_stays_the_operators(const State& before) const {
    if (before.pause_reason == PauseReason::operator_) REQUIRE(state_.pause_reason == PauseReason::operator_);
  }

  void after(const OutcomeObserved& seen, const State& before, const std::vector<LedgerEntry>& ledger) const {
    const Kind kind = seen.verdict.kind;
    const bool elsewhere = seen.tier != TierId{} && seen.tier != before.serving;
    pause_stays_the_operators(before);
    if (before.paused()) REQUIRE(state_.paused());
    if (kind != Kind::success) no_tier_back_early(before);
    State expected = before;
    if (elsewhere) {  // its own time, and what follows from it
      expected.not_before = state_.not_before;
      expected.retry_at = state_.retry_at;
      REQUIRE(state_ == expected);
      REQUIRE(ledger.empty());
      return;
    }
    if (kind == Kind::task_error) REQUIRE(state_ == before);
    if (kind == Kind::success) {
      REQUIRE(state_.streak == 0);
      REQUIRE_FALSE(state_.wrapped);
      REQUIRE((!state_.half_open || ledger.size() == 1));
    } else if (!is_provider_fault(kind) || !policy_.triggers.contains(kind) || !policy_.can_move()) {
      if (kind != Kind::task_error && policy_.can_move()) expected.streak = 0;
      expected.streak = std::min(expected.streak, state_.streak);
      REQUIRE(state_ == expected);
    }
    if (kind != Kind::success && before.half_open && ledger.empty() && !before.paused())
      REQUIRE(state_.half_open);  // an instance that does not step down stays on probation
  }
  void after(const BudgetExceeded&, const State& before, const std::vector<LedgerEntry>&) const {
    pause_stays_the_operators(before);
    no_tier_back_early(before);
  }
  void after(const PauseRequested&, const State& before, const std::vector<LedgerEntry>& ledger) const {
    REQUIRE(state_.pause_reason == PauseReason::operator_);
    REQUIRE(state_.current_tier == before.current_tier);
    REQUIRE(ledger.size() == (before.pause_reason == PauseReason::operator_ ? 0 : 1));
    no_tier_back_early(before);
  }
  void after(const UnpauseRequested&, const State& before, const std::vector<LedgerEntry>& ledger) const {
    REQUIRE_FALSE(state_.paused());
    REQUIRE(state_.current_tier == before.current_tier);
    REQUIRE(ledger.size() == (before.paused() ? 1 : 0));
    no_tier_back_early(before);
  }
  void after(const ResetRequested&, const State&, const std::vector<LedgerEntry>&) const {
    REQUIRE(at_rest(state_));
  }
  void after(const ChainChanged&, const State& before, const std::vector<LedgerEntry>&) const {
    pause_stays_the_operators(before);
  }
  void after(const Ticked&, const State& before, const std::vector<LedgerEntry>&) const {
    pause_stays_the_operators(before);
    no_tier_back_early(before);
    const auto due = next_deadline(policy_, state_);
    if (due) REQUIRE(*due > now_);  // a timer that fired is never set to the same moment
  }

  understudy::support::Random random_;
  Policy policy_;
  State state_;
  Instant now_;
};

}  // namespace

TEST_CASE("whatever happens, the tier machine keeps its promises") {
  for (unsigned seed = 1; seed <= 400; ++seed) {
    INFO("seed " << seed);
    Life life{seed};
    for (int event = 0; event < 250; ++event) {
      INFO("event " << event);
      life.live_on();
    }
  }
}

TEST_CASE("late faults of two other tiers may come in any order") {
  for (const Kind first : all_kinds)
    for (const Kind second : all_kinds) {
      Rig one, other;
      one.fail_on(pro, first);
      one.fail_on(coder, second);
      other.fail_on(coder, second);
      other.fail_on(pro, first);
      CHECK(one.it == other.it);
    }
}
