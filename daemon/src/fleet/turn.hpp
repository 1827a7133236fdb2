#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/effect.hpp"
#include "fleet/message.hpp"
#include "fleet/ports.hpp"
#include "fleet/state.hpp"
#include "ports/clock.hpp"
#include "understudy/failover/classify.hpp"
#include "understudy/failover/step.hpp"
#include "understudy/store/store.hpp"
#include "wire/envelope.hpp"

namespace understudy::daemon::fleet {

/// A turn's tools. None of them does I/O.
struct Tools {
  const Place& place;
  const Keys& keys;
  const failover::ZoneLookup* zones;
  const std::function<std::string(std::string_view)>& redact;  ///< masks secrets in a text
};

/// One turn of the fleet: a working copy of the agents it touches, an open transaction, and the events and
/// effects that follow its commit.
class Turn {
 public:
  Turn(const State& base, const Tools& tools, store::Transaction& transaction, container::Now now)
      : base_(base), tools_(tools), tx_(transaction), now_(now), config_(base.config) {}

  [[nodiscard]] const Tools& tools() const { return tools_; }
  [[nodiscard]] store::Transaction& tx() { return tx_; }
  [[nodiscard]] container::Now now() const { return now_; }
  void set_now(container::Now now) { now_ = now; }
  [[nodiscard]] std::int64_t now_ms() const { return now_.wall.time_since_epoch().count(); }
  [[nodiscard]] double now_s() const { return static_cast<double>(now_ms()) / 1000.0; }

  [[nodiscard]] const config::Config& config() const { return *config_; }
  [[nodiscard]] bool config_changed() const { return config_ != base_.config; }
  void replace_config(std::shared_ptr<const config::Config> config) { config_ = std::move(config); }

  /// For reading; nullptr when there is none.
  [[nodiscard]] const Agent* find(std::string_view name) const;
  /// The working copy; the agent must exist.
  Agent& touch(std::string_view name);
  Agent& add(Agent agent);
  void erase(const std::string& name);
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] const std::map<std::string, std::optional<Agent>, std::less<>>& touched() const {
    return touched_;
  }
  [[nodiscard]] const Agent* before(std::string_view name) const;
  /// Instances that the last turn left unsettled.
  [[nodiscard]] const std::set<std::string>& unsettled() const { return base_.unsettled; }

  // ---- providers

  [[nodiscard]] const failover::Health& health() const { return health_ ? *health_ : base_.health; }
  /// The working copy. What a step of it changed is given to note_changed().
  failover::Health& touch_health();
  void note_changed(const std::vector<failover::EntryKey>& keys);
  /// Entries that changed in this turn, each once.
  [[nodiscard]] const std::set<failover::EntryKey>& changed() const { return changed_; }
  /// Whether the operator had sent this agent, before this turn.
  [[nodiscard]] bool was_sent(const std::string& agent) const { return base_.health.sent.contains(agent); }
  /// What an entry was before this turn; nullptr: there was none.
  [[nodiscard]] const failover::Entry* before(const failover::EntryKey& key) const;
  [[nodiscard]] const Accounts& accounts() const { return accounts_ ? *accounts_ : *base_.accounts; }
  void set_accounts(Accounts accounts);
  /// When the type's tokens on this tier, within the window, fall below its threshold; nullopt: they are.
  [[nodiscard]] std::optional<failover::Instant> over_budget_until(const std::string& type_name,
                                                                   const config::AgentType& type,
                                                                   const failover::TierId& tier);
  void forget_budgets() { budgets_.clear(); }  ///< tokens were counted
  [[nodiscard]] TierFaults& faults();
  [[nodiscard]] CallCounts& calls();

  /// Writes an event to the log and, after the commit, to the stream. Returns its id.
  std::int64_t announce(std::string type, const std::string& instance, std::string summary,
                        std::string detail);
  void want(Effect effect) { effects_.push_back(std::move(effect)); }

  /// The pool of this type has work: settle() finds an instance.
  void offer(const std::string& type) { offered_.insert(type); }
  [[nodiscard]] const std::set<std::string>& offered() const { return offered_; }

  /// The next turn goes on with this instance.
  void mark_unsettled(const std::string& name) { unsettled_.insert(name); }

  /// Delayed retries up to this time have been offered.
  [[nodiscard]] std::int64_t retries_offered_ms() const {
    return retries_offered_ms_.value_or(base_.retries_offered_ms);
  }
  void set_retries_offered_ms(std::int64_t ms) { retries_offered_ms_ = ms; }

  [[nodiscard]] bool reachable(const std::string& engine) const;
  void set_reachable(const std::string& engine, bool reachable);
  [[nodiscard]] container::Orphans& orphans(const std::string& engine);
  [[nodiscard]] const std::map<std::string, Warmth, std::less<>>& warmth() const {
    return warmth_ ? *warmth_ : base_.warmth;
  }
  void set_warmth(std::map<std::string, Warmth, std::less<>> warmth) { warmth_ = std::move(warmth); }
  [[nodiscard]] bool closing() const { return closing_.value_or(base_.closing); }
  void close() { closing_ = true; }

  /// Makes the turn's state the current one, after the commit. Consumes the turn.
  void swap_into(State& state);
  [[nodiscard]] const std::vector<wire::Envelope>& events() const { return events_; }
  [[nodiscard]] std::vector<Effect>& effects() { return effects_; }

 private:
  const State& base_;
  const Tools& tools_;
  store::Transaction& tx_;
  container::Now now_;
  std::shared_ptr<const config::Config> config_;
  std::map<std::string, std::optional<Agent>, std::less<>> touched_;  // nullopt: erased
  std::set<std::string, std::less<>> erased_;  // from the base; the name may have been added again since
  std::optional<std::set<std::string>> unreachable_;
  std::map<std::string, container::Orphans> orphans_;
  std::optional<std::map<std::string, Warmth, std::less<>>> warmth_;
  std::optional<failover::Health> health_;
  std::set<failover::EntryKey> changed_;
  std::shared_ptr<const Accounts> accounts_;
  std::map<std::pair<std::string, failover::TierId>, std::optional<failover::Instant>> budgets_;
  std::optional<TierFaults> faults_;
  std::optional<CallCounts> calls_;
  std::optional<bool> closing_;
  std::optional<std::int64_t> retries_offered_ms_;
  std::set<std::string> offered_;
  std::set<std::string> unsettled_;
  std::vector<wire::Envelope> events_;
  std::vector<Effect> effects_;
};

}  // namespace understudy::daemon::fleet
