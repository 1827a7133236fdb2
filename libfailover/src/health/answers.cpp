// What an answer, or the end of an attempt without one, does to trials and ramps.
#include <algorithm>

#include "health/machine.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

int places_of(const Ramp& ramp) {
  return first_places << ramp.step;
}

Duration HealthMachine::step_length() const {
  const double spread = 1 - ramp_jitter + 2 * ramp_jitter * std::clamp(chance_, 0.0, 1.0);
  return Duration{static_cast<Duration::rep>(static_cast<double>(ramp_step.count()) * spread)};
}

void HealthMachine::on(const Begins& event) {
  const Attempt& attempt = event.attempt;
  if (health_.sent.erase(attempt.agent) > 0) return;  // beside whatever is known, and nobody else's trial
  if (attempt.down && is_cold(health_, attempt.on, now_)) {
    const EntryKey key = of_tier(attempt.on);
    if (const Entry* known = find(key); known == nullptr || known->state == HealthState::closed) {
      Entry& fresh = health_.entries[key] = Entry{.state = HealthState::ramping, .since = now_};
      climb(key, fresh, true);
    }
  }
  each_entry_of(attempt, [&](const EntryKey& key, Entry& entry) {
    if (entry.freed.contains(attempt.agent)) return;
    if (is_due(entry, now_) || (event.early && entry.state == HealthState::open)) {
      entry.state = HealthState::trial;
      entry.trial = {attempt.id, attempt.agent, now_ + event.may_start_for, event.may_start_for};
      return say(key);
    }
    if (entry.state == HealthState::ramping && entry.ramp.next <= now_) next_step(key, entry);
    if (entry.state != HealthState::ramping || (entry.ramp.cold && !attempt.down)) return;
    entry.ramp.places = std::max(0, entry.ramp.places - 1);
    entry.ramp.admitted.insert(attempt.agent);
    entry.ramp.waiting.erase(attempt.agent);
    say(key);
  });
}

void HealthMachine::on(const Waits& event) {
  each_entry_of(event.attempt, [&](const EntryKey&, Entry& entry) {
    if (entry.state == HealthState::ramping) entry.ramp.waiting.insert(event.attempt.agent);
  });
}

void HealthMachine::on(const Running& event) {
  for (auto& [key, entry] : health_.entries)
    if (entry.state == HealthState::trial && entry.trial.attempt == event.attempt) {
      entry.trial.until = now_ + (entry.trial.grace = trial_grace);
      say(key);
    }
}

void HealthMachine::on(const Ended& ended) {
  const Kind kind = ended.verdict.kind;
  // A refusal of the request is an answer: the provider is there and knows the key.
  const bool refused =
      kind == Kind::invalid_request || kind == Kind::context_length || kind == Kind::content_policy;
  if (is_provider_fault(kind)) return fault(ended);
  if (kind == Kind::success && !ended.attempt.task.empty()) health_.tasks.erase(ended.attempt.task);
  if (ended.answered || refused) return answer(ended.attempt);
  if (kind == Kind::success) free_own(ended.attempt);
  if (protections_.trial_ends) release(ended.attempt.id);
}

/// An answer to an attempt from before an opening says nothing of the time since.
void HealthMachine::remember_answer(const Attempt& attempt) {
  bool late = false;
  each_entry_of(attempt, [&](const EntryKey&, const Entry& entry) {
    late = late || (is_out(entry) && is_late(entry, attempt) && !holds_trial(entry, attempt));
  });
  if (late) return;
  TierMemory& memory = health_.tiers[attempt.on];
  AnswerSeen& last = memory.last;
  if (last.agent != attempt.agent) memory.other_agent = last;
  if (last.task != attempt.task) memory.other_task = last;
  last.at = now_;
  last.agent = attempt.agent;
  last.task = attempt.task;
  memory.row = 0;
  memory.waits = 0;
  memory.own.erase(attempt.agent);
}

/// Wins a trial. An attempt that began while the entry was open knows as much: the operator sent it, or its
/// trial had run out.
void HealthMachine::answer(const Attempt& attempt) {
  remember_answer(attempt);
  each_entry_of(attempt, [&](const EntryKey& key, Entry& entry) {
    if (is_out(entry) &&
        (holds_trial(entry, attempt) || !is_late(entry, attempt) || !protections_.late_success))
      climb(key, entry);
  });
}

/// It worked, but nobody saw the provider answer: true of this agent only.
void HealthMachine::free_own(const Attempt& attempt) {
  if (const auto known = health_.tiers.find(attempt.on); known != health_.tiers.end())
    known->second.own.erase(attempt.agent);
  each_entry_of(attempt, [&](const EntryKey& key, Entry& entry) {
    if (entry.state == HealthState::closed || entry.state == HealthState::unconfigured) return;
    if (!holds_trial(entry, attempt) && is_late(entry, attempt)) return;
    if (key.scope == Scope::agent) return close(key, entry);
    if (entry.state == HealthState::ramping) return;
    entry.freed.insert(attempt.agent);
    say(key);
  });
}

void HealthMachine::release(const std::string& attempt) {
  if (attempt.empty()) return;
  for (auto& [key, entry] : health_.entries)
    if (entry.state == HealthState::trial && entry.trial.attempt == attempt) make_due(key, entry);
}

void HealthMachine::make_due(const EntryKey& key, Entry& entry) {
  entry.state = entry.until <= now_ ? HealthState::due : HealthState::open;
  entry.trial = {};
  say(key);
}

/// The first places. An entry of one agent has no herd to hold back.
void HealthMachine::climb(const EntryKey& key, Entry& entry, bool cold) {
  if (key.scope == Scope::agent) return close(key, entry);
  entry.state = HealthState::ramping;
  entry.trial = {};
  entry.ramp = {.places = first_places, .since = now_, .next = now_ + step_length(), .cold = cold};
  say(key);
}

void HealthMachine::next_step(const EntryKey& key, Entry& entry) {
  Ramp& ramp = entry.ramp;
  if (ramp.waiting.empty() || now_ - ramp.since >= longest_ramp) return close(key, entry);
  ++ramp.step;
  ramp.places = places_of(ramp);
  ramp.waiting.clear();
  ramp.next = now_ + step_length();
  say(key);
}

/// Remembered for its length: who opens it again meanwhile may be the one to blame.
void HealthMachine::close(const EntryKey& key, Entry& entry) {
  entry.state = HealthState::closed;
  entry.until = now_ + std::min(entry.length, forgotten_after);
  entry.trial = {};
  entry.ramp = {};
  entry.freed.clear();
  say(key);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
