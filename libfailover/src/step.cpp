#include "understudy/failover/step.hpp"

#include <algorithm>

#include "bounded_wait.hpp"
#include "understudy/check.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

/// Kinds that may be a blip: only several in a row move.
bool may_be_a_blip(Kind kind) {
  return kind == Kind::server_error || kind == Kind::network || kind == Kind::timeout;
}

std::string reason_for(Kind kind, std::optional<int> status, std::string_view evidence) {
  if (status) return std::to_string(*status) + " " + std::string(to_string(kind));
  std::string reason(to_string(kind));
  if (!evidence.empty()) reason += ": " + std::string(evidence);
  return reason;
}

class Machine {
 public:
  Machine(const Policy& policy, Step& out, Instant now)
      : policy_(policy), out_(out), state_(out.state), now_(now) {
    if (state_.serving == TierId{} && !policy_.chain.empty()) state_.serving = tier(state_.current_tier);
  }

  void operator()(const OutcomeObserved& seen) {
    const Kind kind = seen.verdict.kind;
    if (!(seen.tier == TierId{}) && seen.tier != state_.serving) {
      if (is_provider_fault(kind) && policy_.can_move() && policy_.triggers.contains(kind) &&
          in_chain(seen.tier)) {
        remember(seen.tier, out_until(seen.verdict));
        state_.retry_at = retry_time();
      }
      return;
    }
    if (kind == Kind::success) return succeed();
    if (kind == Kind::task_error) return;  // says nothing about the provider
    if (!is_provider_fault(kind) || !policy_.triggers.contains(kind)) {
      state_.streak = 0;  // the provider answered
      return;
    }
    if (!policy_.can_move()) return;
    if (may_be_a_blip(kind) && !state_.half_open && ++state_.streak < policy_.server_error_threshold) return;
    const auto status = seen.status ? seen.status : seen.verdict.status;
    fall(kind, out_until(seen.verdict), reason_for(kind, status, seen.verdict.evidence));
  }

  void operator()(const BudgetExceeded& exceeded) {
    if (!policy_.can_move() || !policy_.triggers.contains(Kind::token_budget) || !in_chain(exceeded.tier))
      return;
    const Instant until = std::max(now_ + cooldown(Kind::token_budget), exceeded.below_at.value_or(now_));
    // Without a time it is unknown when the window empties: the tier counts as over budget for the cooldown.
    state_.over_budget_until[exceeded.tier] = exceeded.below_at.value_or(until);
    if (exceeded.tier != state_.serving) {
      remember(exceeded.tier, until);
      state_.retry_at = retry_time();
      return;
    }
    fall(Kind::token_budget, until, reason_for(Kind::token_budget, std::nullopt, {}));
  }

  void operator()(const PauseRequested&) {
    if (state_.pause_reason == PauseReason::operator_) return;
    state_.pause_reason = PauseReason::operator_;
    state_.retry_at = retry_time();
    write(state_.current_tier, Change::pause, "paused by the operator");
  }

  void operator()(const UnpauseRequested&) {
    if (!state_.paused()) return;
    state_.pause_reason.reset();
    state_.retry_at = retry_time();
    write(state_.current_tier, Change::unpause, "resumed by the operator");
  }

  void operator()(const ResetRequested&) {
    const int from = state_.current_tier;
    const bool shows = from != 1 || state_.paused();
    state_ = State{};
    if (!policy_.chain.empty()) state_.serving = tier(1);
    out_.moved = from != 1;
    if (shows) out_.ledger.push_back({from, 1, Change::manual_reset, "reset by the operator"});
  }

  void operator()(const ChainChanged&) {
    const int from = state_.current_tier;
    const TierId was = state_.serving;
    const auto place = std::find(policy_.chain.begin(), policy_.chain.end(), was);
    const bool gone = place == policy_.chain.end();
    state_.current_tier =
        gone || !policy_.can_move() ? 1 : static_cast<int>(place - policy_.chain.begin()) + 1;
    state_.serving = tier(state_.current_tier);
    std::erase_if(state_.not_before, [&](const auto& entry) { return !in_chain(entry.first); });
    std::erase_if(state_.over_budget_until, [&](const auto& entry) { return !in_chain(entry.first); });
    if (state_.serving != was) state_.streak = 0;
    const bool was_exhausted = state_.pause_reason == PauseReason::exhausted;
    if (!policy_.can_move()) forget_trouble();
    state_.retry_at = retry_time();
    out_.moved = state_.serving != was;
    if (from != state_.current_tier || out_.moved)
      write(from, Change::config_changed, "the provider chain was edited");
    if (was_exhausted && !state_.paused())
      write(state_.current_tier, Change::auto_resume, "the provider chain was edited");
  }

  void operator()(const Ticked&) {
    const auto due = next_deadline(policy_, state_);
    if (!due || now_ < *due) return;
    for (int t = 1; t <= length(); ++t) {
      if (!is_due(t)) continue;
      state_.pause_reason.reset();
      state_.half_open = true;
      state_.wrapped = false;
      move_to(t, Change::auto_resume, "a tier is due again");
      return;
    }
    state_.retry_at = retry_time();
  }

 private:
  [[nodiscard]] int length() const { return static_cast<int>(policy_.chain.size()); }
  [[nodiscard]] TierId tier(int number) const {
    return number >= 1 && number <= length() ? policy_.chain[static_cast<std::size_t>(number) - 1] : TierId{};
  }
  [[nodiscard]] bool in_chain(const TierId& id) const {
    return std::find(policy_.chain.begin(), policy_.chain.end(), id) != policy_.chain.end();
  }

  [[nodiscard]] bool within_budget(int number) const {
    const auto until = state_.over_budget_until.find(tier(number));
    return until == state_.over_budget_until.end() || until->second <= now_;
  }
  [[nodiscard]] std::optional<Instant> ready_at(int number) const {
    std::optional<Instant> at;
    for (const auto* times : {&state_.not_before, &state_.over_budget_until})
      if (const auto known = times->find(tier(number)); known != times->end())
        at = std::max(at.value_or(known->second), known->second);
    return at;
  }
  [[nodiscard]] bool is_due(int number) const {
    const auto at = ready_at(number);
    return !at || *at <= now_;
  }

  [[nodiscard]] Duration cooldown(Kind kind) const {
    return policy_.cooldown.of(kind).value_or(Cooldown::usual) * state_.multiplier;
  }

  /// Only the time that the provider named is capped.
  [[nodiscard]] Instant out_until(const Verdict& verdict) const {
    Instant until = now_ + cooldown(verdict.kind);
    std::optional<Instant> reset = verdict.reset_at;
    if (verdict.retry_after_s) {
      const Instant at = now_ + bounded_wait(*verdict.retry_after_s);
      reset = std::max(reset.value_or(at), at);
    }
    if (reset) until = std::max(until, std::min(*reset, now_ + max_reset_wait));
    return until;
  }

  void remember(const TierId& id, Instant until) {
    auto& known = state_.not_before[id];
    known = std::max(known, until);
  }

  [[nodiscard]] std::optional<Instant> retry_time() const {
    if (state_.pause_reason == PauseReason::exhausted) {
      std::optional<Instant> first;
      for (int t = 1; t <= length(); ++t) {
        const Instant at = ready_at(t).value_or(now_);
        first = std::min(first.value_or(at), at);
      }
      return first;
    }
    return state_.current_tier > 1 ? ready_at(1) : std::nullopt;
  }

  void forget_trouble() {
    state_.streak = 0;
    state_.half_open = false;
    state_.multiplier = 1;
    state_.wrapped = false;
    state_.not_before.clear();
    state_.over_budget_until.clear();
    if (state_.pause_reason == PauseReason::exhausted) state_.pause_reason.reset();
  }

  void succeed() {
    state_.streak = 0;
    state_.half_open = false;
    state_.wrapped = false;
    if (state_.current_tier == 1) state_.multiplier = 1;
    state_.not_before.erase(state_.serving);
    if (state_.pause_reason == PauseReason::exhausted) {  // only the timer or the operator resumes
      state_.retry_at = retry_time();
      return;
    }
    if (state_.current_tier == 1 || !policy_.can_move() || !is_due(1)) return;
    state_.last_failure_kind.reset();
    state_.half_open = true;
    move_to(1, Change::cooldown_reset, "cooldown over");
  }

  /// The current tier is out: moves to the next lower tier that is due, else to the first upper one, else the
  /// chain is exhausted.
  void fall(Kind kind, Instant until, std::string reason) {
    UNDERSTUDY_CHECK(policy_.can_move(), kind, reason);
    if (state_.half_open) {
      state_.multiplier = std::min(state_.multiplier * 2, max_cooldown_multiplier);
      until = std::max(until, now_ + cooldown(kind));
    }
    remember(state_.serving, until);
    state_.last_failure_kind = kind;
    state_.half_open = false;
    if (state_.pause_reason == PauseReason::exhausted) {  // the task was already under way
      state_.streak = 0;
      state_.retry_at = retry_time();
      return;
    }
    for (int t = std::max(state_.current_tier, 0) + 1; t <= length(); ++t)
      if (state_.wrapped ? within_budget(t) : is_due(t)) return descend(t, kind, std::move(reason));
    for (int t = 1; t < state_.current_tier && t <= length(); ++t)
      if (is_due(t)) {
        state_.half_open = true;
        return descend(t, kind, std::move(reason));
      }
    if (policy_.on_exhausted == OnExhausted::wrap && !state_.wrapped)
      for (int t = 1; t <= length(); ++t)
        if (t != state_.current_tier && within_budget(t)) {
          state_.wrapped = true;
          return descend(t, kind, std::move(reason));
        }
    exhaust(std::move(reason));
  }

  void descend(int to, Kind kind, std::string reason) {
    state_.last_failover_at = now_;
    move_to(to, kind, std::move(reason));
  }

  void exhaust(std::string reason) {
    state_.streak = 0;
    if (state_.pause_reason) return;  // the operator's pause takes precedence
    state_.pause_reason = PauseReason::exhausted;
    state_.retry_at = retry_time();
    write(state_.current_tier, Change::exhausted, std::move(reason));
  }

  void move_to(int to, LedgerKind kind, std::string reason) {
    UNDERSTUDY_CHECK(to >= 1 && to <= length(), to, length(), reason);
    const int from = state_.current_tier;
    state_.current_tier = to;
    state_.serving = tier(to);
    state_.streak = 0;
    state_.retry_at = retry_time();
    out_.moved = out_.moved || from != to;
    write(from, kind, std::move(reason));
  }

  void write(int from, LedgerKind kind, std::string reason) {
    out_.ledger.push_back({from, state_.current_tier, kind, std::move(reason)});
  }

  const Policy& policy_;
  Step& out_;
  State& state_;
  Instant now_;
};

}  // namespace

Step step(const Policy& policy, State state, const Event& event, Instant now) {
  Step out{.state = std::move(state)};
  Machine machine(policy, out, now);
  std::visit(machine, event);
  return out;
}

std::optional<Instant> next_deadline(const Policy& policy, const State& state) {
  if (state.pause_reason != PauseReason::exhausted || !policy.resume_when_possible) return std::nullopt;
  return state.retry_at;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
