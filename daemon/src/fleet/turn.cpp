#include "fleet/turn.hpp"

namespace understudy::daemon::fleet {

const Agent* Turn::before(std::string_view name) const {
  if (erased_.contains(name)) return nullptr;
  const auto known = base_.agents.find(name);
  return known == base_.agents.end() ? nullptr : &known->second;
}

const Agent* Turn::find(std::string_view name) const {
  const auto copy = touched_.find(name);
  if (copy != touched_.end()) return copy->second ? &*copy->second : nullptr;
  return before(name);
}

Agent& Turn::touch(std::string_view name) {
  const auto copy = touched_.find(name);
  if (copy != touched_.end()) return copy->second.value();
  return touched_.emplace(name, base_.agents.find(name)->second).first->second.value();
}

Agent& Turn::add(Agent agent) {
  auto name = agent.name;
  return touched_.insert_or_assign(std::move(name), std::move(agent)).first->second.value();
}

void Turn::erase(const std::string& name) {
  touched_.insert_or_assign(name, std::nullopt);
  erased_.insert(name);
}

std::vector<std::string> Turn::names() const {
  std::vector<std::string> names;
  for (const auto& [name, agent] : base_.agents)
    if (!touched_.contains(name)) names.push_back(name);
  for (const auto& [name, agent] : touched_)
    if (agent) names.push_back(name);
  return names;
}

failover::Health& Turn::touch_health() {
  if (!health_) health_ = base_.health;
  return *health_;
}

void Turn::note_changed(const std::vector<failover::EntryKey>& keys) {
  changed_.insert(keys.begin(), keys.end());
}

const failover::Entry* Turn::before(const failover::EntryKey& key) const {
  const auto known = base_.health.entries.find(key);
  return known == base_.health.entries.end() ? nullptr : &known->second;
}

void Turn::set_accounts(Accounts accounts) {
  accounts_ = std::make_shared<const Accounts>(std::move(accounts));
}

std::optional<failover::Instant> Turn::over_budget_until(const std::string& type_name,
                                                         const config::AgentType& type,
                                                         const failover::TierId& tier) {
  const auto window = config::to_duration(config().service.usage_window);
  if (!type.usage_threshold_tokens || !window) return std::nullopt;
  const auto [known, is_new] = budgets_.try_emplace({type_name, tier});
  if (!is_new) return known->second;
  const auto threshold = *type.usage_threshold_tokens;
  const auto used = tx_.tokens_since(type_name, tier.provider, tier.model, now_ms() - window->count());
  if (used < threshold) return std::nullopt;
  const auto below =
      tx_.tokens_below_at(type_name, tier.provider, tier.model, window->count(), threshold, now_ms());
  if (below) known->second = failover::Instant{std::chrono::milliseconds{*below}};
  return known->second;
}

TierFaults& Turn::faults() {
  if (!faults_) faults_ = base_.faults;
  return *faults_;
}

CallCounts& Turn::calls() {
  if (!calls_) calls_ = base_.calls;
  return *calls_;
}

std::int64_t Turn::announce(std::string type, const std::string& instance, std::string summary,
                            std::string detail) {
  wire::Envelope event{
      .type = std::move(type), .ts = now_ms(), .summary = std::move(summary), .detail = std::move(detail)};
  if (!instance.empty()) event.instance = instance;
  event.id = tx_.append_event({.ts_ms = event.ts,
                               .type = event.type,
                               .instance = event.instance,
                               .summary = event.summary,
                               .detail = event.detail});
  events_.push_back(std::move(event));
  return events_.back().id;
}

bool Turn::reachable(const std::string& engine) const {
  return !(unreachable_ ? *unreachable_ : base_.unreachable).contains(engine);
}

void Turn::set_reachable(const std::string& engine, bool reachable) {
  if (!unreachable_) unreachable_ = base_.unreachable;
  if (reachable)
    unreachable_->erase(engine);
  else
    unreachable_->insert(engine);
}

container::Orphans& Turn::orphans(const std::string& engine) {
  const auto known = base_.orphans.find(engine);
  return orphans_.try_emplace(engine, known == base_.orphans.end() ? container::Orphans{} : known->second)
      .first->second;
}

void Turn::swap_into(State& state) {
  for (auto& [name, agent] : touched_) {
    if (agent)
      state.agents.insert_or_assign(name, std::move(*agent));
    else
      state.agents.erase(name);
  }
  for (auto& [engine, orphans] : orphans_) state.orphans[engine] = std::move(orphans);
  if (unreachable_) state.unreachable = std::move(*unreachable_);
  if (warmth_) state.warmth = std::move(*warmth_);
  if (health_) state.health = std::move(*health_);
  if (accounts_) state.accounts = std::move(accounts_);
  if (faults_) state.faults = std::move(*faults_);
  if (calls_) state.calls = std::move(*calls_);
  state.closing = closing();
  state.unsettled = std::move(unsettled_);
  state.retries_offered_ms = retries_offered_ms();
  state.config = std::move(config_);
  if (!events_.empty()) state.last_event_id = events_.back().id;
}

}  // namespace understudy::daemon::fleet
