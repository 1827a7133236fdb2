// What a provider's fault opens, for whom and for how long.
#include <algorithm>

#include "health/machine.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

namespace {

std::string reason_of(const Ended& ended) {
  const auto status = ended.status ? ended.status : ended.verdict.status;
  const std::string kind(to_string(ended.verdict.kind));
  if (status) return std::to_string(*status) + " " + kind;
  return ended.verdict.evidence.empty() ? kind : kind + ": " + ended.verdict.evidence;
}

}  // namespace

Instant last_answer_of_others(const TierMemory& memory, const Attempt& attempt, bool same_task) {
  if (same_task) return memory.last.task != attempt.task ? memory.last.at : memory.other_task.at;
  return memory.last.agent != attempt.agent ? memory.last.at : memory.other_agent.at;
}

void HealthMachine::fault(const Ended& ended) {
  const Attempt& attempt = ended.attempt;
  const KindRow* row = row_of(ended.verdict.kind);
  if (row == nullptr) return release(attempt.id);
  count_broken_off(ended);
  TierMemory& memory = health_.tiers[attempt.on];
  if (ended.answered && memory.last.at < attempt.began) remember_answer(attempt);
  if (ended.answered) memory.own.erase(attempt.agent);

  const Fault fault{ended, *row, length_of(policy_, *row, ended.verdict, now_)};
  const EntryKey target = target_of(fault);
  bool probation = false;
  each_entry_of(attempt, [&](const EntryKey& key, Entry& entry) {
    const bool tries = holds_trial(entry, attempt);
    const bool climbs = entry.state == HealthState::ramping && !entry.ramp.cold && !is_late(entry, attempt);
    probation = probation || tries || climbs;
    // The fault says nothing of this one: the next attempt tries it.
    if (tries && key != target && protections_.trial_ends) make_due(key, entry);
  });

  Entry* known = find(target);
  if (known != nullptr && known->state == HealthState::ramping && !known->ramp.cold) {
    if (!is_late(*known, attempt)) open_again(target, *known, fault);
    return;
  }
  if (known != nullptr && is_out(*known)) {
    if (holds_trial(*known, attempt) || (!protections_.late_fault && is_late(*known, attempt)))
      return open_again(target, *known, fault);
    // From before the opening, or sent by the operator: the end may be later, never twice as long.
    known->freed.erase(attempt.agent);
    known->until = std::max(known->until, now_ + fault.length.first);
    known->length = std::max(known->length, known->until - now_);
    known->in_place = known->in_place && known->length <= policy_.wait_in_place;
    if (known->state == HealthState::due) known->state = HealthState::open;
    return say(target);
  }

  if (waits_in_place(fault, memory))
    return open(target, fault, std::max(*fault.length.stated, shortest_wait), true);
  bool alone = false;
  if (row->needs_a_row && ended.verdict.rule != "provider-silent" && !probation &&
      !in_a_row(fault, memory, alone))
    return;
  if (known != nullptr && is_to_blame(*known, fault)) alone = true;
  open(alone ? of_agent(attempt.on, attempt.agent) : target, fault, fault.length.first);
  if (!alone) open_for_the_account(fault);
}

/// Who is out alone stays alone, as long as that is remembered.
EntryKey HealthMachine::target_of(const Fault& fault) {
  const Attempt& attempt = fault.what.attempt;
  EntryKey alone = of_agent(attempt.on, attempt.agent);
  if (!health_.entries.empty() && health_.entries.contains(alone)) return alone;
  return what_it_is_about(fault.row, fault.what.verdict,
                          fault.what.status ? fault.what.status : fault.what.verdict.status, attempt);
}

/// The row of all agents, or the agent's own; `alone`: that one is longer, so somebody else was answered
/// since it began.
bool HealthMachine::in_a_row(const Fault& fault, TierMemory& memory, bool& alone) {
  const int own = ++memory.own[fault.what.attempt.agent];
  if (++memory.row >= policy_.server_error_threshold) return true;
  const bool enough = own >= policy_.server_error_threshold;
  alone = enough && protections_.narrowing;
  return enough;
}

bool HealthMachine::waits_in_place(const Fault& fault, TierMemory& memory) {
  const Length& length = fault.length;
  if (!fault.row.short_wait || length.configured || !length.stated || policy_.wait_in_place <= Duration{0} ||
      *length.stated > policy_.wait_in_place)
    return false;
  return ++memory.waits < short_waits_in_a_row;
}

/// It opened this before, others were answered since, and not long ago.
bool HealthMachine::is_to_blame(const Entry& entry, const Fault& fault) {
  const Attempt& attempt = fault.what.attempt;
  const bool same_task = !attempt.task.empty() && entry.task == attempt.task;
  if (!protections_.narrowing || entry.in_place || (!same_task && entry.seen_by != attempt.agent))
    return false;
  const auto answered_meanwhile = [&](bool by_another_task) {
    for (auto at = health_.tiers.lower_bound({attempt.on.account, {}});
         at != health_.tiers.end() && at->first.account == attempt.on.account; ++at) {
      const Instant other = last_answer_of_others(at->second, attempt, by_another_task);
      if (other > entry.since && now_ - other <= entry.length) return true;
    }
    return false;
  };
  if (same_task && answered_meanwhile(true)) {
    TaskMemory& memory = health_.tasks[attempt.task];
    if (memory.blamed++ == 0 && memory.broke_off == 0) memory.since = now_;
    if (memory.blamed >= blamed_to_fail) fate_ = TaskFate::fails;
    return true;
  }
  return entry.seen_by == attempt.agent && answered_meanwhile(false);
}

void HealthMachine::open(const EntryKey& key, const Fault& fault, Duration length, bool in_place) {
  const Attempt& attempt = fault.what.attempt;
  Entry& entry = health_.entries[key];
  entry = {.state = HealthState::open,
           .kind = fault.row.kind,
           .reason = reason_of(fault.what),
           .seen_by = attempt.agent,
           .task = attempt.task,
           .since = now_,
           .until = now_ + length,
           .length = length,
           .base = fault.length.base,
           .in_place = in_place};
  TierMemory& memory = health_.tiers[attempt.on];
  memory.own.erase(attempt.agent);
  if (key.scope != Scope::agent) memory.row = 0;
  if (key.scope == Scope::tier && !in_place) {
    memory.opened = now_;
    memory.opened_by = fault.row.kind;
  }
  say(key);
}

/// A lost trial, or a fault on the ramp.
void HealthMachine::open_again(const EntryKey& key, Entry& entry, const Fault& fault) {
  const Attempt& attempt = fault.what.attempt;
  if (waits_in_place(fault, health_.tiers[attempt.on]))
    return open(key, fault, std::max(*fault.length.stated, shortest_wait), true);
  if (is_to_blame(entry, fault) && key.scope != Scope::agent) {
    if (holds_trial(entry, attempt)) make_due(key, entry);
    return open(of_agent(attempt.on, attempt.agent), fault, fault.length.first);
  }
  const bool same_kind = entry.kind == fault.row.kind && !entry.in_place;
  const Duration base = same_kind ? entry.base : fault.length.base;
  open(key, fault, entry.in_place ? fault.length.first : doubled(entry, fault.length, same_kind));
  health_.entries[key].base = base;
  open_for_the_account(fault);
}

/// Two of its tiers within two minutes: it is the account.
void HealthMachine::open_for_the_account(const Fault& fault) {
  const bool counts = fault.row.about == About::account_if_it_names_the_key ||
                      fault.row.about == About::tier_or_two_of_the_account;
  const TierKey& on = fault.what.attempt.on;
  if (!counts) return;
  const auto same = [&](Kind kind) {
    const KindRow* row = row_of(kind);
    return row != nullptr && row->about == fault.row.about;
  };
  const EntryKey account = of_account(on.account);
  if (const Entry* known = find(account); known != nullptr && is_out(*known)) return;
  for (auto at = health_.tiers.lower_bound({on.account, {}});
       at != health_.tiers.end() && at->first.account == on.account; ++at) {
    const TierMemory& other = at->second;
    if (at->first != on && other.opened && now_ - *other.opened <= two_tiers_within && same(*other.opened_by))
      return open(account, fault, fault.length.first);
  }
}

/// Nobody else's task shows whether it is the provider.
void HealthMachine::count_broken_off(const Ended& ended) {
  const Attempt& attempt = ended.attempt;
  if (!ended.answered || attempt.task.empty()) return;
  TaskMemory& memory = health_.tasks[attempt.task];
  if (memory.broke_off++ == 0) memory.since = now_;
  if (memory.broke_off < broken_off_to_set_aside) return;
  const auto known = health_.tiers.find(attempt.on);
  const bool others =
      known != health_.tiers.end() && last_answer_of_others(known->second, attempt, true) > memory.since;
  if (!others) fate_ = TaskFate::set_aside;
  memory.broke_off = 0;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
