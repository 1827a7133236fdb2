#pragma once
// What a fleet knows about its providers, with words for what its attempts meet.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "tiers_rig.hpp"
#include "understudy/failover/health.hpp"

namespace fleet {

using namespace understudy::failover;
using namespace std::chrono_literals;

inline const TierKey opus{"key-1", "opus"};
inline const TierKey sonnet{"key-1", "sonnet"};
inline const TierKey pro{"key-2", "pro"};

inline EntryKey of(const TierKey& tier) {
  return {.account = tier.account, .scope = Scope::tier, .model = tier.model};
}
inline EntryKey of_account(const std::string& account) {
  return {.account = account};
}
inline EntryKey of(const std::string& agent, const TierKey& tier) {
  return {.account = tier.account, .scope = Scope::agent, .model = tier.model, .who = agent};
}

inline Verdict refusal(int status, Kind kind, std::string evidence = {}) {
  Verdict made = tiers::verdict(kind);
  made.status = status;
  made.evidence = std::move(evidence);
  return made;
}

struct Fleet {
  Policy policy{.enabled = true};
  Health health{};
  Instant now{1'700'000'000'000ms};
  double chance{0.5};
  std::vector<EntryKey> changed{};  ///< by the last event
  TaskFate fate{TaskFate::usual};

  void send(const HealthEvent& event) {
    HealthStep next = step(policy, std::move(health), event, now, chance);
    health = std::move(next.health);
    changed = std::move(next.changed);
    fate = next.fate;
  }
  void pass(Duration time) {
    now += time;
    send(Ticked{});
  }

  Attempt attempt(const std::string& agent, const TierKey& on = opus, const std::string& task = {}) {
    return {.id = "at-" + std::to_string(++attempts),
            .agent = agent,
            .task = task.empty() ? "of-" + agent : task,
            .on = on,
            .began = now};
  }
  [[nodiscard]] Pass may(const std::string& agent, const TierKey& on = opus) const {
    return access(health, {.agent = agent, .on = on}, now).pass;
  }
  Attempt begin(const std::string& agent, const TierKey& on = opus, const std::string& task = {}) {
    Attempt made = attempt(agent, on, task);
    REQUIRE(access(health, made, now).pass != Pass::blocked);
    send(Begins{made});
    send(Running{made.id});
    now += 1ms;  // what comes later is later
    return made;
  }
  void answer(const Attempt& attempt) { send(Answered{attempt}); }
  void end(const Attempt& attempt, const Verdict& verdict, bool answered = false) {
    send(Ended{attempt, verdict, answered});
  }
  void end(const Attempt& attempt, Kind kind, bool answered = false) {
    end(attempt, tiers::verdict(kind), answered);
  }
  /// An attempt that meets this at once.
  void meet(const std::string& agent, const Verdict& verdict, const TierKey& on = opus,
            const std::string& task = {}) {
    end(begin(agent, on, task), verdict);
  }
  void meet(const std::string& agent, Kind kind, const TierKey& on = opus) {
    meet(agent, tiers::verdict(kind), on);
  }
  void is_answered(const std::string& agent, const TierKey& on = opus) {
    const Attempt made = begin(agent, on);
    answer(made);
    end(made, Kind::success, true);
  }

  [[nodiscard]] const Entry* entry(const EntryKey& key) const {
    const auto at = health.entries.find(key);
    return at == health.entries.end() ? nullptr : &at->second;
  }
  [[nodiscard]] HealthState state(const EntryKey& key) const {
    const Entry* known = entry(key);
    if (known == nullptr) return HealthState::closed;
    return known->state == HealthState::open && known->until <= now ? HealthState::due : known->state;
  }
  [[nodiscard]] Duration left(const EntryKey& key) const {
    const Entry* known = entry(key);
    REQUIRE(known != nullptr);
    return known->until - known->since;
  }
  void until_due(const EntryKey& key) {
    REQUIRE(entry(key) != nullptr);
    now = std::max(now, entry(key)->until);
    send(Ticked{});
  }

  int attempts{0};
};

/// Refused with a 401 just now, by one agent.
inline Fleet after_a_401() {
  Fleet fleet;
  fleet.meet("ann", refusal(401, Kind::auth_error));
  return fleet;
}

}  // namespace fleet
