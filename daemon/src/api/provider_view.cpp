#include "api/provider_view.hpp"

#include "wire/health_json.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

using failover::Entry;
using failover::EntryKey;
using failover::Health;
using failover::HealthState;
using failover::Scope;

/// The worst is the highest.
int rank(const Entry* entry) {
  if (entry == nullptr) return 0;
  switch (entry->state) {
    case HealthState::closed: return 0;
    case HealthState::ramping: return 1;
    case HealthState::trial: return 2;
    case HealthState::due: return 3;
    case HealthState::open: return 4;
    case HealthState::unconfigured: return 5;
  }
  return 0;
}

std::string health_text(const Known& known, failover::Instant now, const Reasons& reasons) {
  if (known.is_well()) return wire::closed_health_json(known.key.scope);
  auto entry = *known.entry;
  if (entry.state == HealthState::unconfigured && !entry.kind) entry.kind = failover::Kind::auth_error;
  if (entry.kind) entry.reason = reasons.show(entry.reason, *entry.kind);
  return wire::health_json(known.key.scope, entry, now);
}

const config::AgentType* type_of(const fleet::State& state, const fleet::Agent& agent) {
  const auto known = state.config->agent_types.find(agent.type);
  return known == state.config->agent_types.end() ? nullptr : &known->second;
}

std::string accounts_json(const Health& health, const Reach::Provider& reached, failover::Instant now,
                          const Reasons& reasons) {
  wire::ArrayText list;
  for (const auto& [id, account] : reached.accounts) {
    wire::ObjectText json;
    json.text("id", id);
    if (!account.instances.empty()) {
      wire::ArrayText instances;
      for (const auto& instance : account.instances) instances.text(instance);
      json.raw("instances", instances.done());
    }
    list.raw(json.raw("health", health_text(health_of_account(health, id), now, reasons)).done());
  }
  return list.done();
}

/// It says what the provider wrote; the kind is always the same.
std::string faults_json(const fleet::TierFault* fault, const Reasons& reasons) {
  wire::ArrayText list;
  if (fault != nullptr)
    list.raw(wire::ObjectText{}
                 .text("reason", reasons.show(fault->reason, failover::Kind::invalid_request))
                 .integer("tasks", static_cast<std::int64_t>(fault->tasks.size()))
                 .integer("since", fault->since.time_since_epoch().count())
                 .done());
  return list.done();
}

std::string models_json(const fleet::State& state, const std::string& provider,
                        const Reach::Provider& reached, failover::Instant now, const Reasons& reasons) {
  wire::ArrayText list;
  for (const auto& [name, model] : reached.models) {
    wire::ArrayText agents;
    for (const auto& agent : model.agents) agents.text(agent);
    const auto known = health_of_model(state.health, name, model.accounts);
    list.raw(wire::ObjectText{}
                 .text("model", name)
                 .raw("health", health_text(known, now, reasons))
                 .raw("agents", agents.done())
                 .raw("faults", faults_json(state.faults.find({provider, name}), reasons))
                 .done());
  }
  return list.done();
}

}  // namespace

Reach::Reach(const fleet::State& state) {
  for (const auto& [name, agent] : state.agents) {
    const auto* type = type_of(state, agent);
    if (type == nullptr) continue;
    const auto& chain = type->failover.chain;
    for (int tier = 1; tier <= static_cast<int>(chain.size()); ++tier) {
      const auto& [provider, model] = chain[static_cast<std::size_t>(tier) - 1];
      auto& reached = providers_[provider];
      const auto account = fleet::account_of(*state.accounts, *type, name, tier);
      const auto shared = state.accounts->by_provider.find(provider);
      auto& whose = reached.accounts[account].instances;
      if (shared == state.accounts->by_provider.end() || shared->second.id != account) whose.insert(name);
      auto& on = reached.models[model];
      on.accounts.insert(account);
      if (tier == agent.tiers.current_tier) on.agents.push_back(name);
    }
  }
}

const Reach::Provider& Reach::of(std::string_view provider) const {
  static const Provider nothing;
  const auto known = providers_.find(provider);
  return known == providers_.end() ? nothing : known->second;
}

Known health_of_account(const Health& health, const std::string& account) {
  Known known{.key = {.account = account, .scope = Scope::account}};
  if (const auto at = health.entries.find(known.key); at != health.entries.end()) known.entry = &at->second;
  return known;
}

Known health_of_model(const Health& health, const std::string& model, const std::set<std::string>& accounts) {
  Known worst{.key = {.scope = Scope::tier, .model = model}};
  for (const auto scope : {Scope::tier, Scope::agent, Scope::host}) {
    if (rank(worst.entry) > 0) break;
    for (const auto& account : accounts) {
      // In the order of EntryLess: all of an account and scope stand together.
      auto at = health.entries.lower_bound(failover::EntryRef{.account = account, .scope = scope});
      for (; at != health.entries.end() && at->first.account == account && at->first.scope == scope; ++at) {
        const bool is_about_it = at->first.model.empty() || at->first.model == model;
        if (is_about_it && rank(&at->second) > rank(worst.entry)) worst = {at->first, &at->second};
      }
    }
  }
  return worst;
}

std::string provider_json(const fleet::State& state, const std::string& name, const Reach& reach,
                          Tokens in_window, failover::Instant now, const Reasons& reasons) {
  const auto& reached = reach.of(name);
  const auto calls = state.calls.last_hour(name, now);
  wire::ObjectText errors;
  for (const auto& [kind, count] : calls.errors) errors.integer(to_string(kind), count);
  return wire::ObjectText{}
      .text("name", name)
      .text("dialect", "anthropic")
      .raw("accounts", accounts_json(state.health, reached, now, reasons))
      .raw("models", models_json(state, name, reached, now, reasons))
      .integer("calls_1h", calls.calls)
      .raw("errors_1h", errors.done())
      .raw("tokens_window",
           wire::ObjectText{}.integer("input", in_window.input).integer("output", in_window.output).done())
      .done();
}

}  // namespace understudy::daemon::api
