#include "api/why_health.hpp"

#include <fmt/format.h>

#include "api/held.hpp"
#include "fleet/handle.hpp"
#include "understudy/failover/explain.hpp"

namespace understudy::daemon::api {

namespace {

using failover::Entry;
using failover::EntryRef;
using failover::GuardName;
using failover::HealthState;
using failover::Scope;

std::optional<std::int64_t> ms(std::optional<failover::Instant> at) {
  return at ? std::optional(at->time_since_epoch().count()) : std::nullopt;
}

class TierReport {
 public:
  TierReport(const fleet::State& state, const fleet::Agent& agent, const config::AgentType& type,
             failover::Instant now, bool sees_agent_text)
      : state_(state), agent_(agent), type_(type), now_(now), sees_agent_text_(sees_agent_text) {}

  std::vector<Guard> guards() && {
    add_own();
    add_row();
    if (const auto at = fleet::retry_at(agent_, type_, *state_.accounts, state_.health, now_)) {
      const auto left = std::chrono::ceil<std::chrono::minutes>(*at - now_).count();
      guard({.code = "retry", .until = ms(at)}, "retry", left > 0 ? fmt::format("in {} min", left) : "due");
    }
    if (agent_.held) {
      const auto words = in_words(*agent_.held, now_, sees_agent_text_);
      guard({.code = "held", .until = ms(agent_.held->until)}, "held", words, false);
    }
    for (int tier = 1; tier <= length(); ++tier) add_health_of(tier);
    return std::move(guards_);
  }

 private:
  [[nodiscard]] int length() const { return static_cast<int>(type_.failover.chain.size()); }

  void guard(const Facts& facts, std::string name, std::string value, std::optional<bool> holds = {}) {
    guards_.push_back({facts, std::move(name), std::move(value), holds});
  }

  /// Without what health keeps in its place.
  void add_own() {
    for (auto& seen : failover::explain(type_.failover, agent_.tiers, now_)) {
      const bool is_its_own = seen.name == GuardName::tier || seen.name == GuardName::failover ||
                              seen.name == GuardName::paused || seen.name == GuardName::tier_over_budget;
      if (!is_its_own) continue;
      guard({.code = failover::to_string(seen.name),
             .tier = seen.tier,
             .actual = seen.actual,
             .needed = seen.needed,
             .until = ms(seen.until)},
            std::move(seen.title), std::move(seen.value));
    }
  }

  /// Faults in a row that move it, on the tier where it stands.
  void add_row() {
    const int tier = std::clamp(agent_.tiers.current_tier, 1, std::max(1, length()));
    int row = 0;
    if (length() > 0) {
      const auto known = state_.health.tiers.find(
          {fleet::account_of(*state_.accounts, type_, agent_.name, tier), model(tier)});
      if (known != state_.health.tiers.end())
        if (const auto own = known->second.own.find(agent_.name); own != known->second.own.end())
          row = own->second;
    }
    const int needed = type_.failover.server_error_threshold;
    guard({.code = "streak", .actual = row, .needed = needed}, "streak",
          fmt::format("{} of {}", row, needed));
  }

  [[nodiscard]] const std::string& model(int tier) const {
    return type_.failover.chain[static_cast<std::size_t>(tier) - 1].model;
  }

  /// Every entry that this agent meets on a tier: the account's, the model's, its own.
  void add_health_of(int tier) {
    const auto account = fleet::account_of(*state_.accounts, type_, agent_.name, tier);
    for (const EntryRef& ref :
         {EntryRef{.account = account},
          EntryRef{.account = account, .scope = Scope::tier, .model = model(tier)},
          EntryRef{.account = account, .scope = Scope::agent, .model = model(tier), .who = agent_.name}}) {
      const auto known = state_.health.entries.find(ref);
      if (known == state_.health.entries.end() || known->second.state == HealthState::closed) continue;
      add_entry(tier, known->second);
    }
  }

  void add_entry(int tier, Entry entry) {
    const bool lacks_key = entry.state == HealthState::unconfigured;
    if (!sees_agent_text_)
      entry.reason = entry.kind || lacks_key ? to_string(entry.kind.value_or(failover::Kind::auth_error)) : "";
    const auto words = failover::in_words(entry, now_);
    if (entry.state == HealthState::trial)
      return guard({.code = "tier_trial", .tier = tier}, fmt::format("tier {} trial", tier), words, false);
    if (entry.state == HealthState::ramping)
      return guard({.code = "tier_ramp", .tier = tier, .actual = entry.ramp.places},
                   fmt::format("tier {} ramp", tier), words);
    std::optional<failover::Instant> until;
    if (entry.state == HealthState::open) until = entry.until;
    guard({.code = "tier_health", .tier = tier, .until = ms(until)}, fmt::format("tier {} health", tier),
          words, entry.state == HealthState::due);
  }

  const fleet::State& state_;
  const fleet::Agent& agent_;
  const config::AgentType& type_;
  failover::Instant now_;
  bool sees_agent_text_;
  std::vector<Guard> guards_{};
};

}  // namespace

void Facts::write(wire::ObjectText& json) const {
  json.text("code", code);
  for (const auto& [key, number] :
       {std::pair{"tier", tier}, {"actual", actual}, {"needed", needed}, {"until", until}})
    if (number) json.integer(key, *number);
  if (part) json.text("part", *part);
  if (kept) json.flag("kept", *kept);
}

std::vector<Guard> tier_guards(const fleet::State& state, const fleet::Agent& agent,
                               const config::AgentType& type, failover::Instant now, bool sees_agent_text) {
  return TierReport(state, agent, type, now, sees_agent_text).guards();
}

std::optional<Timer> tier_timer(const fleet::State& state, const fleet::Agent& agent,
                                const config::AgentType& type, failover::Instant now) {
  const auto timer = [](failover::Instant at, Facts facts, std::string what) {
    return Timer{at, std::move(what), facts};
  };
  const auto at = fleet::retry_at(agent, type, *state.accounts, state.health, now);
  const auto& policy = type.failover;
  if (agent.tiers.pause_reason == failover::PauseReason::exhausted) {
    if (!at || !policy.resume_when_possible) return std::nullopt;
    return timer(*at, {.code = "resume"}, "a tier may serve again and the instance resumes");
  }
  if (agent.tiers.paused()) return std::nullopt;
  if (agent.held && agent.held->until && *agent.held->until > now)
    return timer(*agent.held->until, {.code = "held"}, "the next of its tasks may begin");
  if (!at || !policy.can_move()) return std::nullopt;
  return timer(*at, {.code = "return"},
               policy.return_policy == failover::ReturnPolicy::when_due
                   ? "from then on its next task may begin on tier 1"
                   : "from then on a success brings it back to tier 1");
}

}  // namespace understudy::daemon::api
