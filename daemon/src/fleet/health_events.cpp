// The end of a turn: what changed about providers is stored and announced.
#include <fmt/format.h>

#include <set>

#include "fleet/handle.hpp"
#include "fleet/health.hpp"
#include "fleet/health_json.hpp"
#include "wire/health_json.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::fleet {

using failover::Entry;
using failover::EntryKey;

namespace {

/// The providers of an account; an instance's own account has its provider's.
std::vector<std::string> providers_of(const Turn& turn, std::string_view account) {
  std::vector<std::string> names;
  for (const auto& [name, known] : turn.accounts().by_provider) {
    const bool own =
        account.size() > known.id.size() && account.starts_with(known.id) && account[known.id.size()] == ':';
    if (account == known.id || own) names.push_back(name);
  }
  return names;
}

/// Whether people see a difference: places of a ramp come and go unseen.
bool looks_different(const Entry& one, const Entry& other) {
  return one.state != other.state || one.kind != other.kind || one.until != other.until ||
         one.seen_by != other.seen_by || one.trial.attempt != other.trial.attempt ||
         one.ramp.step != other.ramp.step;
}

void announce_entry(Turn& turn, const EntryKey& key, const Entry& entry) {
  auto for_all = entry;  // events are read by everybody, and a reason may quote the provider
  if (entry.state == failover::HealthState::unconfigured) for_all.kind = failover::Kind::auth_error;
  for_all.reason = for_all.kind ? failover::to_string(*for_all.kind) : "";
  for (const auto& provider : providers_of(turn, key.account)) {
    const auto what = key.model.empty() ? provider : provider + "/" + key.model;
    const auto who = key.who.empty() ? "" : " for " + key.who;
    wire::ObjectText detail;
    detail.text("provider", provider).text("account", key.account);
    if (!key.model.empty()) detail.text("model", key.model);
    detail.raw("health", wire::health_json(key.scope, for_all, turn.now().wall));
    turn.announce(
        "provider.health", "",
        fmt::format("{}{}: {}", what, who, turn.tools().redact(failover::in_words(for_all, turn.now().wall))),
        std::move(detail).done());
  }
}

void save_entries(Turn& turn) {
  for (const auto& key : turn.changed()) {
    const auto now = turn.health().entries.find(key);
    const auto* before = turn.before(key);
    if (now == turn.health().entries.end()) {
      if (!before) continue;
      turn.tx().erase_provider_health(key.account, std::string(to_string(key.scope)), key.model, key.who);
      if (before->state != failover::HealthState::closed)
        announce_entry(turn, key, {.state = failover::HealthState::closed});
      continue;
    }
    if (before && *before == now->second) continue;
    turn.tx().put_provider_health(health_row(key, now->second));
    if (!before || looks_different(*before, now->second)) announce_entry(turn, key, now->second);
  }
}

/// Who waits for an account, and for what.
struct Waiting {
  std::set<std::string> agents{};
  std::set<std::string> types{};
  Held first{};  ///< the one that ends first
};

std::map<std::string, Waiting> waiting_by_account(const Turn& turn, bool before) {
  std::map<std::string, Waiting> accounts;
  for (const auto& name : turn.names()) {
    const auto* agent = before ? turn.before(name) : turn.find(name);
    if (!agent || !agent->held) continue;
    auto& waiting = accounts[agent->held->account];
    const auto& first = waiting.first;
    if (waiting.agents.empty() ||
        (agent->held->until && (!first.until || *agent->held->until < *first.until)))
      waiting.first = *agent->held;
    waiting.agents.insert(name);
    waiting.types.insert(agent->type);
  }
  return accounts;
}

bool held_changed(const Turn& turn) {
  for (const auto& [name, agent] : turn.touched()) {
    const auto* before = turn.before(name);
    if ((before ? before->held : std::nullopt) != (agent ? agent->held : std::nullopt)) return true;
  }
  return false;
}

void announce_held(Turn& turn, std::string_view type, const std::string& account, const Waiting& waiting) {
  std::int64_t tasks = 0;
  for (const auto& queue : turn.tx().queue_counts())
    if (queue.agent ? waiting.agents.contains(*queue.agent)
                    : queue.agent_type && waiting.types.contains(*queue.agent_type))
      tasks += queue.count;
  const auto& held = waiting.first;
  wire::ObjectText detail;
  detail.text("account", account);
  if (held.kind) detail.text("kind", failover::to_string(*held.kind));
  if (held.until) detail.integer("until", held.until->time_since_epoch().count());
  detail.integer("agents", static_cast<std::int64_t>(waiting.agents.size())).integer("tasks", tasks);
  const bool holds = type == "provider.held";
  turn.announce(
      std::string(type), "",
      fmt::format("{} {} {} for {}", waiting.agents.size(), waiting.agents.size() == 1 ? "agent" : "agents",
                  holds ? "waits" : "no longer waits", held.on.provider),
      std::move(detail).done());
}

void announce_waiting(Turn& turn) {
  if (!held_changed(turn)) return;
  const auto before = waiting_by_account(turn, true);
  const auto now = waiting_by_account(turn, false);
  for (const auto& [account, waiting] : now) {
    const auto was = before.find(account);
    const bool is_news = was == before.end() || was->second.agents.size() < waiting.agents.size() ||
                         was->second.first.until != waiting.first.until ||
                         was->second.first.kind != waiting.first.kind;
    if (is_news) announce_held(turn, "provider.held", account, waiting);
  }
  for (const auto& [account, waiting] : before)
    if (!now.contains(account)) announce_held(turn, "provider.released", account, waiting);
}

}  // namespace

void save_health(Turn& turn) {
  save_entries(turn);
  announce_waiting(turn);
}

}  // namespace understudy::daemon::fleet
