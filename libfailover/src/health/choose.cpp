// Where a task may begin.
#include <algorithm>
#include <array>

#include "health/machine.hpp"
#include "understudy/failover/health_tiers.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

/// One tier of the chain, as it is for this agent now.
struct Look {
  Pass pass{Pass::free};
  const Entry* by{nullptr};
  std::optional<Instant> until{};
  bool over_budget{false};

  [[nodiscard]] bool serves() const { return pass != Pass::blocked; }
  [[nodiscard]] bool is(HealthState state) const { return by != nullptr && by->state == state; }
  /// It will be over soon, and is no reason to move or to pause.
  [[nodiscard]] bool is_brief() const {
    return by != nullptr && !over_budget && (by->in_place || by->state == HealthState::ramping);
  }
  [[nodiscard]] std::optional<Kind> kind() const {
    if (over_budget) return Kind::token_budget;
    if (is(HealthState::unconfigured)) return Kind::auth_error;
    return by != nullptr ? by->kind : std::nullopt;
  }
};

class Chooser {
 public:
  Chooser(const Policy& policy, const Seat& seat, const Health& health, const State& state,
          const TaskWaits& task, Instant now)
      : policy_(policy), seat_(seat), health_(health), state_(state), task_(task), now_(now) {
    for (int tier = 1; tier <= length(); ++tier) looks_[index(tier)] = look_at(tier);
  }

  [[nodiscard]] Choice choose() const {
    const int here = std::clamp(state_.current_tier, 1, std::max(length(), 1));
    if (length() == 0) return {};
    const bool was_sent = health_.sent.contains(seat_.agent);
    if (was_sent && !look(here).is(HealthState::unconfigured)) return begin(here, here);
    const Choice usual = usual_choice(here);
    if (task_.refused.empty()) return usual;
    if (usual.what == Decision::begin && !refused(usual.tier)) return usual;
    return elsewhere(here);
  }

 private:
  static std::size_t index(int tier) { return static_cast<std::size_t>(tier) - 1; }
  [[nodiscard]] int length() const {
    return static_cast<int>(std::min({policy_.chain.size(), seat_.chain.size(), looks_.size()}));
  }
  [[nodiscard]] const Look& look(int tier) const { return looks_[index(tier)]; }
  [[nodiscard]] bool refused(int tier) const {
    return std::ranges::find(task_.refused, policy_.chain[index(tier)]) != task_.refused.end();
  }

  [[nodiscard]] Look look_at(int tier) const {
    const Place& place = seat_.chain[index(tier)];
    Look seen;
    if (!health_.entries.empty()) {
      const Access known = access(health_,
                                  {.agent = seat_.agent,
                                   .on = {place.account, policy_.chain[index(tier)].model},
                                   .host = place.host,
                                   .down = tier > 1},
                                  now_);
      seen = {known.pass, known.by, known.until, false};
    }
    const auto& over = place.over_budget_until;
    if (over && *over > now_ && policy_.triggers.contains(Kind::token_budget) && policy_.can_move()) {
      const bool longer = seen.serves() || (seen.until && *seen.until < *over);
      if (longer) seen = {Pass::blocked, nullptr, over, true};
    }
    return seen;
  }

  [[nodiscard]] Choice begin(int tier, int here) const {
    Choice choice{.what = Decision::begin};
    if (!look(here).serves()) choice = stay(Decision::begin, here);
    choice.tier = tier;
    choice.pass = look(tier).pass;
    choice.until.reset();
    return choice;
  }
  [[nodiscard]] Choice stay(Decision what, int tier) const {
    const Look& seen = look(tier);
    Choice choice{
        .what = what, .tier = tier, .pass = Pass::blocked, .until = seen.until, .kind = seen.kind()};
    if (seen.by != nullptr) choice.reason = seen.by->reason;
    if (seen.over_budget) choice.reason = to_string(Kind::token_budget);
    if (seen.by != nullptr && !seen.over_budget && !seen.by->seen_by.empty() &&
        seen.by->seen_by != seat_.agent)
      choice.reason += ", seen by " + seen.by->seen_by;
    return choice;
  }

  [[nodiscard]] Choice usual_choice(int here) const {
    if (!policy_.can_move())
      return look(here).serves() ? begin(here, here)
                                 : stay(look(here).is_brief() ? Decision::wait : Decision::hold, here);
    if (policy_.return_policy == ReturnPolicy::when_due)
      for (int tier = 1; tier < here; ++tier)
        if (look(tier).serves()) return begin(tier, here);
    if (look(here).serves()) return begin(here, here);
    const auto kind = look(here).kind();
    if (look(here).is_brief() && (look(here).by->in_place || !kind)) return stay(Decision::wait, here);
    if (kind && !policy_.triggers.contains(*kind)) return stay(Decision::hold, here);
    for (int tier = here + 1; tier <= length(); ++tier)
      if (look(tier).serves()) return begin(tier, here);
    for (int tier = 1; tier < here; ++tier)
      if (look(tier).serves()) return begin(tier, here);
    return with_every_tier_out(here);
  }

  [[nodiscard]] Choice with_every_tier_out(int here) const {
    int first = 1;
    bool brief = false;  // a place will be free soon
    for (int tier = 1; tier <= length(); ++tier) {
      brief = brief || look(tier).is_brief();
      const auto &at = look(tier).until, &known = look(first).until;
      if (at && (!known || *at < *known)) first = tier;
    }
    const bool may_try = look(1).is(HealthState::open) && !look(1).over_budget && !brief;
    if (policy_.on_exhausted == OnExhausted::wrap && !state_.wrapped && may_try) {
      Choice choice = begin(1, here);
      choice.early = true;
      return choice;
    }
    return stay(brief ? Decision::wait : Decision::hold, first);
  }

  /// For this request: the tiers that have not refused it, once each.
  [[nodiscard]] Choice elsewhere(int here) const {
    int first = 0;
    for (int tier = 1; tier <= length(); ++tier) {
      if (refused(tier)) continue;
      if (look(tier).serves() && (policy_.can_move() || tier == state_.current_tier)) {
        Choice choice = begin(tier, here);
        choice.own_tier = true;
        return choice;
      }
      const auto& at = look(tier).until;
      if (first == 0 || (at && (!look(first).until || *at < *look(first).until))) first = tier;
    }
    return first == 0 ? Choice{.what = Decision::go_past} : stay(Decision::go_past, first);
  }

  const Policy& policy_;
  const Seat& seat_;
  const Health& health_;
  const State& state_;
  const TaskWaits& task_;
  Instant now_;
  std::array<Look, 3> looks_{};
};

}  // namespace

Choice choose(const Policy& policy, const Seat& seat, const Health& health, const State& state,
              const TaskWaits& task, Instant now) {
  // Nobody has met anything, and this one is on top: most of the time.
  if (health.entries.empty() && health.sent.empty() && state.current_tier == 1 && task.refused.empty() &&
      !seat.chain.empty() && !seat.chain.front().over_budget_until)
    return {};
  return Chooser(policy, seat, health, state, task, now).choose();
}

bool opened_it(const Health& health, const Attempt& attempt, Instant now) {
  if (health.entries.empty()) return false;
  return std::ranges::any_of(entries_of(attempt), [&](const EntryRef& ref) {
    const auto at = health.entries.find(ref);
    if (at == health.entries.end() || !is_due(at->second, now)) return false;
    const bool same_task = !attempt.task.empty() && at->second.task == attempt.task;
    return same_task || at->second.seen_by == attempt.agent;
  });
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
