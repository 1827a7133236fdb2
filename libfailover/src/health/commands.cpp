// The operator, the configuration, the daemon's restart and the clock.
#include <algorithm>

#include "health/machine.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

void HealthMachine::on(const Restarted& event) {
  for (auto& [key, entry] : health_.entries)
    if (entry.state == HealthState::trial && !event.adopted.contains(entry.trial.attempt))
      make_due(key, entry);
}

void HealthMachine::on(const TryRequested& event) {
  for (auto& [key, entry] : health_.entries) {
    if (key.account != event.account || entry.state != HealthState::open) continue;
    if (event.model && !key.model.empty() && key.model != *event.model) continue;
    entry.state = HealthState::due;
    entry.until = std::min(entry.until, now_);
    entry.in_place = false;
    say(key);
  }
}

void HealthMachine::on(const AccountReset& event) {
  for (auto& [key, entry] : health_.entries)
    if (key.account == event.account && is_out(entry)) climb(key, entry);
  std::erase_if(health_.entries, [&](const auto& one) {  // nobody is to blame for what was before
    const bool past = one.first.account == event.account && one.second.state == HealthState::closed;
    if (past) say(one.first);
    return past;
  });
  for (auto& [key, memory] : health_.tiers)
    if (key.account == event.account) memory = {.last = memory.last};
}

void HealthMachine::on(const KeyMissing& event) {
  const EntryKey key = of_account(event.account);
  const Entry* known = find(key);
  if (known != nullptr && known->state == HealthState::unconfigured && known->reason == event.reason) return;
  health_.entries[key] = {.state = HealthState::unconfigured, .reason = event.reason, .since = now_};
  say(key);
}

void HealthMachine::on(const KeyChanged& event) {
  bool was_out = false;
  for (auto at = health_.entries.lower_bound(of_account(event.was));
       at != health_.entries.end() && at->first.account == event.was;) {
    was_out = was_out || at->second.state != HealthState::closed;
    say(at->first);
    at = health_.entries.erase(at);
  }
  std::erase_if(health_.tiers, [&](const auto& tier) { return tier.first.account == event.was; });
  if (!was_out) return;
  const EntryKey key = of_account(event.is);
  climb(key, health_.entries[key] = Entry{.state = HealthState::ramping, .since = now_});
}

void HealthMachine::on(const Remembered& event) {
  if (event.until <= now_) return;
  Entry& entry = health_.entries[of_tier(event.on)];
  if (event.until <= entry.until) return;
  const Kind kind = event.kind && row_of(*event.kind) != nullptr ? *event.kind : Kind::server_error;
  const Duration length = std::min(event.until - now_, max_reset_wait);
  entry = {.state = HealthState::open,
           .kind = kind,
           .reason = std::string(to_string(kind)),
           .seen_by = event.agent,
           .since = now_,
           .until = now_ + length,
           .length = length,
           .base = std::min(length, policy_.cooldown.of(kind).value_or(row_of(kind)->time))};
  say(of_tier(event.on));
}

void HealthMachine::on(const ReachChanged& event) {
  std::set<std::string, std::less<>> accounts;
  for (const TierKey& tier : event.tiers) accounts.insert(tier.account);
  const auto reached = [&](const EntryKey& key) {
    if (!accounts.contains(key.account)) return false;
    if (!key.model.empty() && !event.tiers.contains({key.account, key.model})) return false;
    return key.scope != Scope::agent || event.agents.contains(key.who);
  };
  std::erase_if(health_.entries, [&](const auto& entry) {
    if (reached(entry.first)) return false;
    say(entry.first);
    return true;
  });
  std::erase_if(health_.tiers, [&](const auto& tier) { return !event.tiers.contains(tier.first); });
  for (auto& [key, memory] : health_.tiers)
    std::erase_if(memory.own, [&](const auto& own) { return !event.agents.contains(own.first); });
  std::erase_if(health_.sent, [&](const auto& agent) { return !event.agents.contains(agent); });
}

void HealthMachine::set_clock_back(Entry& entry) {
  if (!protections_.clock_set_back) return;
  entry.since = std::min(entry.since, now_);
  entry.until = std::min(entry.until, now_ + entry.length);
  if (entry.state == HealthState::trial)
    entry.trial.until = std::min(entry.trial.until, now_ + entry.trial.grace);
  if (entry.state == HealthState::ramping) {
    entry.ramp.since = std::min(entry.ramp.since, now_);
    if (entry.ramp.next - now_ > 2 * ramp_step) entry.ramp.next = now_ + step_length();
  }
}

void HealthMachine::on(const Ticked&) {
  for (auto& [key, memory] : health_.tiers)
    for (AnswerSeen* answer : {&memory.last, &memory.other_agent, &memory.other_task})
      answer->at = std::min(answer->at, now_);
  for (auto& [key, entry] : health_.entries) {
    set_clock_back(entry);
    switch (entry.state) {
      case HealthState::open:
        if (entry.until <= now_) make_due(key, entry);
        break;
      case HealthState::trial:
        if (entry.trial.until <= now_ && protections_.grace) make_due(key, entry);
        break;
      case HealthState::ramping:
        if (entry.ramp.next <= now_) next_step(key, entry);
        break;
      case HealthState::closed:
      case HealthState::due:
      case HealthState::unconfigured: break;
    }
  }
  std::erase_if(health_.entries, [this](const auto& one) {
    const auto& [key, entry] = one;
    const bool forgotten = (entry.state == HealthState::closed && entry.until <= now_) ||
                           (entry.state == HealthState::due && entry.until + forgotten_after <= now_);
    if (forgotten) say(key);
    return forgotten;
  });
  std::erase_if(health_.tasks,
                [this](const auto& task) { return task.second.since + forgotten_after <= now_; });
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
