#include <algorithm>
#include <utility>

#include "bounded_wait.hpp"
#include "health/machine.hpp"
#include "understudy/failover/health_tiers.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

class SeatMachine {
 public:
  SeatMachine(const Policy& policy, const Seat& seat, SeatStep& out, Instant now, double chance)
      : policy_(policy), seat_(seat), out_(out), state_(out.state), now_(now), chance_(chance) {
    if (state_.serving == TierId{} && !policy_.chain.empty()) state_.serving = tier(state_.current_tier);
  }

  void operator()(const Ended& ended) {
    tell(ended);
    if (seat_.external) out_.health.sent.erase(seat_.agent);  // it begins nothing: this was its next attempt
    if (!stands_on(ended.attempt.on)) return;
    const Kind kind = ended.verdict.kind;
    if (kind == Kind::success) return succeed();
    if (!is_provider_fault(kind)) return;
    const bool was_paused = state_.paused();
    leave();
    if (state_.paused() && !was_paused) state_.last_failure_kind = kind;
  }

  void operator()(const TaskWaits& task) {
    out_.choice = choose(policy_, seat_, out_.health, state_, task, now_);
    Choice& choice = out_.choice;
    const bool stays_paused =
        state_.pause_reason == PauseReason::operator_ || (state_.paused() && !policy_.resume_when_possible);
    if (stays_paused) {
      choice.what = Decision::hold;
      return;
    }
    wait_for_places(task, choice);
    if (choice.what == Decision::hold) return exhaust(choice);
    if (choice.what != Decision::begin) return;
    if (choice.early) state_.wrapped = true;
    if (choice.own_tier)
      resume(state_.current_tier, "a tier may serve this task");
    else
      go_to(choice);
    const Health& health = out_.health;
    if (choice.tier == 1 && health.entries.empty() && health.sent.empty()) return;  // nothing to reserve
    tell(Begins{attempt_on(choice.tier, task), task.may_start_for, choice.early});
  }

  void operator()(const HealthChanged&) {
    if (!seat_.external || state_.pause_reason == PauseReason::operator_) return;
    const Choice choice = choose(policy_, seat_, out_.health, state_, {}, now_);
    if (choice.what == Decision::hold) return exhaust(choice);
    if (choice.what != Decision::begin || choice.early) return;
    const bool comes = choice.tier != state_.current_tier || state_.paused();
    if (choice.pass == Pass::trial && !seat_.alone && comes) return;
    go_to(choice);
  }

  void operator()(const BudgetExceeded& exceeded) {
    if (exceeded.tier == state_.serving) leave();
  }

  void operator()(const PauseRequested&) {
    if (state_.pause_reason == PauseReason::operator_) return;
    state_.pause_reason = PauseReason::operator_;
    write(state_.current_tier, Change::pause, "paused by the operator");
  }

  void operator()(const UnpauseRequested&) {
    if (!state_.paused()) return;
    if (state_.pause_reason == PauseReason::exhausted) tell(AgentSent{seat_.agent});
    state_.pause_reason.reset();
    write(state_.current_tier, Change::unpause, "resumed by the operator");
  }

  void operator()(const ResetRequested&) {
    const int from = state_.current_tier;
    const bool shows = from != 1 || state_.paused();
    state_ = State{.serving = tier(1)};
    out_.moved = from != 1;
    tell(AgentSent{seat_.agent});
    if (shows) write(from, Change::manual_reset, "reset by the operator");
  }

  void operator()(const ChainChanged&) {
    const int from = state_.current_tier;
    const TierId was = state_.serving;
    const auto place = std::ranges::find(policy_.chain, was);
    const bool gone = place == policy_.chain.end() || !policy_.can_move();
    state_.current_tier = gone ? 1 : static_cast<int>(place - policy_.chain.begin()) + 1;
    state_.serving = tier(state_.current_tier);
    state_.wrapped = false;
    out_.moved = state_.serving != was;
    if (from != state_.current_tier || out_.moved)
      write(from, Change::config_changed, "the provider chain was edited");
  }

 private:
  [[nodiscard]] TierId tier(int number) const {
    const auto index = static_cast<std::size_t>(number) - 1;
    return number >= 1 && index < policy_.chain.size() ? policy_.chain[index] : TierId{};
  }
  [[nodiscard]] TierKey on(int number) const {
    const auto index = static_cast<std::size_t>(number) - 1;
    if (number < 1 || index >= seat_.chain.size()) return {};
    return {seat_.chain[index].account, tier(number).model};
  }
  [[nodiscard]] bool stands_on(const TierKey& key) const {
    const auto index = static_cast<std::size_t>(state_.current_tier) - 1;
    return index < std::min(seat_.chain.size(), policy_.chain.size()) &&
           seat_.chain[index].account == key.account && policy_.chain[index].model == key.model;
  }
  [[nodiscard]] Attempt attempt_on(int number, const TaskWaits& task) const {
    return {.id = task.attempt,
            .agent = seat_.agent,
            .task = task.task,
            .on = on(number),
            .host = seat_.chain[static_cast<std::size_t>(number) - 1].host,
            .down = number > 1,
            .began = now_};
  }

  void tell(const auto& event) {
    static constexpr Protections all{};
    HealthMachine(all, policy_, out_.health, out_.changed, out_.fate, now_, chance_).on(event);
  }

  /// A better tier that climbs has one more who waits for it.
  void wait_for_places(const TaskWaits& task, const Choice& choice) {
    if (out_.health.entries.empty()) return;
    const bool begins = choice.what == Decision::begin;
    const int last = begins ? choice.tier - 1 : static_cast<int>(seat_.chain.size());
    for (int number = 1; number <= last; ++number) tell(Waits{attempt_on(number, task)});
  }

  void succeed() {
    state_.wrapped = false;
    if (state_.paused() || state_.current_tier == 1 || !policy_.can_move()) return;
    const Choice up = choose(policy_, seat_, out_.health, State{}, {}, now_);  // as if it stood on tier 1
    if (up.what == Decision::begin && up.tier == 1 && !up.early) go_to(up);
  }
  /// What it met itself moves it at once, if anything does. To begin early, with every tier out, takes a
  /// task.
  void leave() {
    if (!policy_.can_move() || state_.paused()) return;
    Choice next = choose(policy_, seat_, out_.health, state_, {}, now_);
    if (next.early) return;
    if (next.what == Decision::hold) return exhaust(next);
    if (next.what == Decision::begin && next.kind) go_to(next);
  }

  void resume(int from, std::string reason) {
    if (!state_.paused()) return;
    state_.pause_reason.reset();
    write(from, Change::auto_resume, std::move(reason));
  }

  void go_to(const Choice& choice) {
    const int from = state_.current_tier;
    const bool was_paused = std::exchange(state_.pause_reason, std::nullopt).has_value();
    state_.current_tier = choice.tier;
    state_.serving = tier(choice.tier);
    out_.moved = out_.moved || choice.tier != from;
    if (was_paused) return write(from, Change::auto_resume, way_back(choice));
    if (choice.tier == from) return;
    if (choice.tier < from && !choice.early) {
      if (choice.tier == 1) state_.last_failure_kind.reset();
      return write(from, Change::cooldown_reset, way_back(choice));
    }
    const Kind kind = choice.kind.value_or(Kind::server_error);
    state_.last_failover_at = now_;
    state_.last_failure_kind = kind;
    write(from, kind, choice.reason);
  }
  [[nodiscard]] std::string way_back(const Choice& choice) const {
    if (choice.early) return "every tier is out: tier 1 is tried before its time";
    if (choice.pass == Pass::trial) return "cooldown over, on trial";
    const auto known = out_.health.tiers.find(on(choice.tier));
    const bool by_another = known != out_.health.tiers.end() && !known->second.last.agent.empty() &&
                            known->second.last.agent != seat_.agent;
    return by_another ? "seen well by " + known->second.last.agent : "cooldown over";
  }

  void exhaust(const Choice& choice) {
    if (state_.paused()) return;
    state_.pause_reason = PauseReason::exhausted;
    write(state_.current_tier, Change::exhausted, choice.reason);
  }
  void write(int from, LedgerKind kind, std::string reason) {
    out_.ledger.push_back({from, state_.current_tier, kind, std::move(reason)});
  }

  const Policy& policy_;
  const Seat& seat_;
  SeatStep& out_;
  State& state_;
  Instant now_;
  double chance_;
};

}  // namespace

SeatStep step(const Policy& policy, const Seat& seat, Health health, State state, const SeatEvent& event,
              Instant now, double chance) {
  SeatStep out{.state = std::move(state), .health = std::move(health)};
  SeatMachine machine(policy, seat, out, now, chance);
  std::visit(machine, event);
  return out;
}

std::optional<Instant> retry_at(const Policy& policy, const Seat& seat, const Health& health,
                                const State& state, Instant now) {
  const auto of_tier = [&](std::size_t index) -> std::optional<Instant> {
    const Place& place = seat.chain[index];
    const Access known = access(health,
                                {.agent = seat.agent,
                                 .on = {place.account, policy.chain[index].model},
                                 .host = place.host,
                                 .down = index > 0},
                                now);
    std::optional<Instant> at = known.until;
    if (known.pass == Pass::blocked && !at) return std::nullopt;
    if (known.pass == Pass::trial) at = std::min(known.by->until, now);
    if (place.over_budget_until && *place.over_budget_until > now)
      at = std::max(at.value_or(now), *place.over_budget_until);
    return at.value_or(now);
  };
  const std::size_t length = std::min(policy.chain.size(), seat.chain.size());
  if (state.pause_reason != PauseReason::exhausted)
    return state.current_tier > 1 && length > 0 ? of_tier(0) : std::nullopt;
  std::optional<Instant> first;
  for (std::size_t index = 0; index < length; ++index)
    if (const auto at = of_tier(index)) first = std::min(first.value_or(*at), *at);
  return first;
}

Retry decide_retry(const Policy& policy, const Seat& seat, const Health& health, const State& after,
                   RetryState before, const Verdict& verdict, const TierId& tier, Instant now) {
  Retry retry{.state = std::move(before)};
  if (!is_provider_fault(verdict.kind)) return retry;
  retry.kind = RetryKind::now;
  const int tries = ++retry.state.tries[tier];
  if (after.paused()) {
    retry.kind = RetryKind::wait;
    return retry;
  }
  const auto place = std::ranges::find(policy.chain, tier);
  const auto index = static_cast<std::size_t>(place - policy.chain.begin());
  if (index >= seat.chain.size() || place == policy.chain.end()) return retry;
  const Attempt again{
      .agent = seat.agent, .on = {seat.chain[index].account, tier.model}, .host = seat.chain[index].host};
  if (access(health, again, now).pass == Pass::blocked) return retry;
  retry.kind = RetryKind::later;
  retry.delay = delay_for(verdict, tries);
  return retry;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
