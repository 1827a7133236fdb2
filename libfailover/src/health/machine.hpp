#pragma once
#include <array>
#include <utility>

#include "health/protections.hpp"
#include "health/table.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

inline EntryKey of_account(const std::string& account) {
  return {.account = account};
}
inline EntryKey of_tier(const TierKey& on) {
  return {.account = on.account, .scope = Scope::tier, .model = on.model};
}
inline EntryKey of_agent(const TierKey& on, const std::string& agent) {
  return {.account = on.account, .scope = Scope::agent, .model = on.model, .who = agent};
}
inline EntryKey of_host(const std::string& account, const std::string& host) {
  return {.account = account, .scope = Scope::host, .who = host};
}

/// The entries that an attempt passes by.
inline std::array<EntryRef, 4> entries_of(const Attempt& attempt) {
  const TierKey& on = attempt.on;
  return {EntryRef{on.account, Scope::account, {}, {}}, EntryRef{on.account, Scope::tier, on.model, {}},
          EntryRef{on.account, Scope::agent, on.model, attempt.agent},
          EntryRef{on.account, Scope::host, {}, attempt.host}};
}

/// Whether it keeps everybody but a trial away.
inline bool is_out(const Entry& entry) {
  return entry.state == HealthState::open || entry.state == HealthState::due ||
         entry.state == HealthState::trial;
}
/// Whether its time is over: due, or a trial of which nothing was heard.
[[nodiscard]] bool is_due(const Entry& entry, Instant now);
[[nodiscard]] Instant last_answer_of_others(const TierMemory& memory, const Attempt& attempt, bool same_task);
[[nodiscard]] bool is_cold(const Health& health, const TierKey& on, Instant now);

/// How long a fault closes what it is about.
struct Length {
  Duration first{};                  ///< of a first opening
  Duration base{};                   ///< eight times this is the longest
  std::optional<Duration> stated{};  ///< by the provider
  bool configured{false};
};
[[nodiscard]] Length length_of(const Policy& policy, const KindRow& row, const Verdict& verdict, Instant now);
/// After a lost trial.
[[nodiscard]] Duration doubled(const Entry& entry, const Length& length, bool same_kind);
[[nodiscard]] EntryKey what_it_is_about(const KindRow& row, const Verdict& verdict, std::optional<int> status,
                                        const Attempt& attempt);

class HealthMachine {
 public:
  HealthMachine(const Protections& protections, const Policy& policy, Health& health,
                std::vector<EntryKey>& changed, TaskFate& fate, Instant now, double chance)
      : protections_(protections),
        policy_(policy),
        health_(health),
        changed_(changed),
        fate_(fate),
        now_(now),
        chance_(chance) {}

  void on(const Begins& event);
  void on(const Waits& event);
  void on(const Running& event);
  void on(const Answered& event) { answer(event.attempt); }
  void on(const Ended& event);
  void on(const Released& event) {
    if (protections_.trial_ends) release(event.attempt);
  }
  void on(const Restarted& event);
  void on(const TryRequested& event);
  void on(const AccountReset& event);
  void on(const KeyMissing& event);
  void on(const KeyChanged& event);
  void on(const Remembered& event);
  void on(const ReachChanged& event);
  void on(const AgentSent& event) { health_.sent.insert(event.agent); }
  void on(const Ticked&);

 private:
  using Place = std::map<EntryKey, Entry, EntryLess>::iterator;

  template <class Do>
  void each_entry_of(const Attempt& attempt, Do&& act) {
    if (health_.entries.empty()) return;
    for (const EntryRef& ref : entries_of(attempt))
      if (const Place at = health_.entries.find(ref); at != health_.entries.end()) act(at->first, at->second);
  }
  void say(const EntryKey& key) { changed_.push_back(key); }
  [[nodiscard]] Entry* find(const EntryKey& key) {
    const Place at = health_.entries.find(key);
    return at == health_.entries.end() ? nullptr : &at->second;
  }
  [[nodiscard]] bool holds_trial(const Entry& entry, const Attempt& attempt) const {
    return entry.state == HealthState::trial && !attempt.id.empty() && entry.trial.attempt == attempt.id;
  }
  [[nodiscard]] bool is_late(const Entry& entry, const Attempt& attempt) const {
    return attempt.began <= entry.since;
  }

  // ---- answers.cpp
  void answer(const Attempt& attempt);
  void remember_answer(const Attempt& attempt);
  void free_own(const Attempt& attempt);
  void release(const std::string& attempt);
  void make_due(const EntryKey& key, Entry& entry);
  void climb(const EntryKey& key, Entry& entry, bool cold = false);
  void next_step(const EntryKey& key, Entry& entry);
  void close(const EntryKey& key, Entry& entry);
  [[nodiscard]] Duration step_length() const;

  // ---- faults.cpp
  struct Fault {
    const Ended& what;
    const KindRow& row;
    Length length;
  };
  void fault(const Ended& ended);
  [[nodiscard]] EntryKey target_of(const Fault& fault);
  [[nodiscard]] bool in_a_row(const Fault& fault, TierMemory& memory, bool& alone);
  [[nodiscard]] bool waits_in_place(const Fault& fault, TierMemory& memory);
  [[nodiscard]] bool is_to_blame(const Entry& entry, const Fault& fault);
  void open(const EntryKey& key, const Fault& fault, Duration length, bool in_place = false);
  void open_again(const EntryKey& key, Entry& entry, const Fault& fault);
  void open_for_the_account(const Fault& fault);
  void count_broken_off(const Ended& ended);

  // ---- commands.cpp
  void set_clock_back(Entry& entry);

  const Protections& protections_;
  const Policy& policy_;
  Health& health_;
  std::vector<EntryKey>& changed_;
  TaskFate& fate_;
  Instant now_;
  double chance_;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
