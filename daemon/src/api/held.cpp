#include "api/held.hpp"

#include <fmt/chrono.h>

#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>
#include <set>

#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

using failover::Kind;

/// Without a kind nothing failed. What then waits for no time waits for a key.
std::optional<Kind> kind_of(const fleet::Held& held) {
  if (!held.kind && !held.until) return Kind::auth_error;
  return held.kind;
}

std::string reason_of(const fleet::Held& held, bool sees_agent_text) {
  if (sees_agent_text) return held.reason;
  const auto kind = kind_of(held);
  return kind ? std::string(to_string(*kind)) : std::string();
}

bool is_operators(const fleet::Agent& agent) {
  return agent.tiers.pause_reason == failover::PauseReason::operator_;
}

/// Whether a type's pool may count on this instance.
bool takes_tasks(const fleet::Agent& agent) {
  return !agent.leaving && !is_operators(agent);
}

bool is_over_before(const fleet::Held& one, const fleet::Held& other) {
  return one.until && (!other.until || *one.until < *other.until);
}

}  // namespace

std::string held_json(const fleet::Held& held, std::int64_t tasks, bool sees_agent_text) {
  wire::ObjectText json;
  json.text("provider", held.on.provider).text("model", held.on.model);
  if (const auto kind = kind_of(held)) json.text("kind", to_string(*kind));
  json.text("reason", reason_of(held, sees_agent_text));
  if (held.until) json.integer("until", held.until->time_since_epoch().count());
  return json.integer("tasks", tasks).done();
}

std::string held_json(std::string_view stored, bool sees_agent_text) {
  boost::system::error_code error;
  const auto value = boost::json::parse(stored, error);
  const auto text = [&](std::string_view name) {
    const auto* member = value.is_object() ? value.get_object().if_contains(name) : nullptr;
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
  };
  fleet::Held held{.on = {text("provider"), text("model")},
                   .kind = failover::parse_kind(text("kind")),
                   .reason = text("reason")};
  const auto* until = value.is_object() ? value.get_object().if_contains("until") : nullptr;
  if (until != nullptr && until->is_int64())
    held.until = failover::Instant{std::chrono::milliseconds{until->get_int64()}};
  return held_json(held, 1, sees_agent_text);
}

std::string in_words(const fleet::Held& held, failover::Instant now, bool sees_agent_text) {
  const auto kind = kind_of(held);
  const std::string_view why = kind ? to_string(*kind) : "a few at a time";
  if (!held.until)
    return fmt::format("waits for {} ({})", held.on.provider, reason_of(held, sees_agent_text));
  if (*held.until <= now) return fmt::format("waits for its turn at {} ({})", held.on.provider, why);
  const auto until = std::chrono::floor<std::chrono::seconds>(*held.until);
  const bool is_soon = *held.until - now < std::chrono::hours{20};
  return fmt::format("waits for {} until {} UTC ({})", held.on.provider,
                     is_soon ? fmt::format("{:%H:%M}", until) : fmt::format("{:%Y-%m-%d %H:%M}", until), why);
}

HeldQueues::HeldQueues(const fleet::State& state) {
  std::set<std::string_view> serving;  // types with an instance whose queue moves
  for (const auto& [name, agent] : state.agents) {
    if (agent.held && !is_operators(agent))
      agents_.emplace(name, *agent.held);
    else if (takes_tasks(agent))
      serving.insert(agent.type);
  }
  if (agents_.empty()) return;
  for (const auto& [name, agent] : state.agents) {
    if (!agents_.contains(name) || agent.leaving || serving.contains(agent.type)) continue;
    auto& pool = pools_.try_emplace(agent.type, Pool{name, *agent.held}).first->second;
    if (is_over_before(*agent.held, pool.held)) pool.held = *agent.held;
  }
}

const fleet::Held* HeldQueues::of_agent(std::string_view name) const {
  const auto known = agents_.find(name);
  return known == agents_.end() ? nullptr : &known->second;
}

const fleet::Held* HeldQueues::of_pool(std::string_view type) const {
  const auto known = pools_.find(type);
  return known == pools_.end() ? nullptr : &known->second.held;
}

std::int64_t HeldQueues::tasks_of(std::string_view name, const QueueDepths& queues) const {
  if (!agents_.contains(name)) return 0;
  auto tasks = queues.depth_of(queues.by_agent(), name);
  for (const auto& [type, pool] : pools_)
    if (pool.counted_with == name) tasks += queues.depth_of(queues.by_type(), type);
  return tasks;
}

std::int64_t HeldQueues::tasks(const QueueDepths& queues) const {
  std::int64_t all = 0;
  for (const auto& [name, queue] : queues.by_agent())
    all += agents_.contains(name) ? queue.depth : queue.held;
  for (const auto& [type, queue] : queues.by_type()) all += pools_.contains(type) ? queue.depth : queue.held;
  return all;
}

std::string HeldQueues::fingerprint() const {
  std::string text;
  for (const auto& [name, held] : agents_) text += name + held_json(held, 0, true);
  for (const auto& [type, pool] : pools_) text += type + held_json(pool.held, 0, true);
  return text.empty() ? text : std::to_string(std::hash<std::string>{}(text));
}

}  // namespace understudy::daemon::api
