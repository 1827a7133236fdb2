#include "api/agent_text.hpp"

#include "fleet/handle.hpp"
#include "wire/agent_text.hpp"
#include "wire/json_text.hpp"

namespace understudy::daemon::api {

namespace {

std::string chain_json(const failover::Policy& policy) {
  wire::ArrayText chain;
  for (const auto& tier : policy.chain)
    chain.raw(wire::ObjectText{}.text("provider", tier.provider).text("model", tier.model).done());
  return std::move(chain).done();
}

using Minutes = std::chrono::duration<double, std::ratio<60>>;

/// As configured: a number for every kind, or an object by kind; absent without either.
void append_cooldown(wire::ObjectText& json, const failover::Cooldown& cooldown) {
  const auto number = cooldown.number();
  wire::ObjectText by_kind;
  bool names_kinds = false;
  if (number) by_kind.number("default", Minutes(*number).count());
  for (const auto kind : failover::all_kinds) {
    const auto own = cooldown.of(kind);
    if (!own || own == number) continue;
    by_kind.number(to_string(kind), Minutes(*own).count());
    names_kinds = true;
  }
  if (names_kinds)
    json.raw("cooldown_min", by_kind.done());
  else if (number)
    json.number("cooldown_min", Minutes(*number).count());
}

std::string failover_json(const failover::Policy& policy) {
  using failover::Kind;
  if (!policy.enabled) return "null";
  wire::ArrayText triggers;
  for (const auto kind :
       {Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error, Kind::token_budget})
    if (policy.triggers.contains(kind)) triggers.text(failover::to_string(kind));
  wire::ObjectText json;
  append_cooldown(json, policy.cooldown);
  json.text("return", policy.return_policy == failover::ReturnPolicy::when_due ? "when_due" : "after_success")
      .number("wait_in_place_s", std::chrono::duration<double>(policy.wait_in_place).count());
  if (policy.give_up_after) json.number("give_up_after_min", Minutes(*policy.give_up_after).count());
  return json.text("on_exhausted", policy.on_exhausted == failover::OnExhausted::wrap ? "wrap" : "pause")
      .flag("resume_when_possible", policy.resume_when_possible)
      .raw("triggers", std::move(triggers).done())
      .integer("server_error_threshold", policy.server_error_threshold)
      .done();
}

std::string cold_start_json(const container::Histogram& starts) {
  const auto& seen = starts.state();
  const auto known = [&](std::int64_t value) {
    return starts.empty() ? std::optional<std::int64_t>{} : std::optional{value};
  };
  return wire::ObjectText{}
      .integer_or_null("p50", starts.quantile_ms(0.5))
      .integer_or_null("p95", starts.quantile_ms(0.95))
      .integer_or_null("max", known(seen.max_ms))
      .integer_or_null("last", known(seen.last_ms))
      .done();
}

std::string metrics_json(const fleet::Agent& agent, bool sees_agent_text) {
  const auto& metrics = agent.metrics;
  wire::ObjectText json;
  json.integer("starts", metrics.starts)
      .integer("stops", metrics.stops)
      .integer("start_failures", metrics.start_failures)
      .integer("stop_failures", metrics.stop_failures)
      .integer("crashes", metrics.crashes)
      .raw("cold_start_ms", cold_start_json(metrics.cold_start.total))
      .integer("idle_seconds_total", metrics.idle_seconds_total);
  const auto& event = agent.last_lifecycle_event;
  if (!event.empty()) json.raw("last_event", sees_agent_text ? event : wire::event_without_agent_text(event));
  return std::move(json).done();
}

std::string lifecycle_json(const fleet::Agent& agent, bool has_lifecycle, bool sees_agent_text) {
  wire::ObjectText json;
  if (!has_lifecycle || !agent.container)
    return std::move(json.null("lifecycle_state").null("lifecycle_metrics")).done();
  return std::move(json.text("lifecycle_state", container::lifecycle_state(*agent.container))
                       .raw("lifecycle_metrics", metrics_json(agent, sees_agent_text)))
      .done();
}

}  // namespace

TypeText::TypeText(const config::AgentType& type)
    : has_lifecycle(type.container.mode != config::Mode::host && type.container.lazy) {
  members = wire::ObjectText{}
                .raw("provider_chain", chain_json(type.failover))
                .raw("failover", failover_json(type.failover))
                .text("mode", config::to_string(type.container.mode))
                .done();
  members = members.substr(1, members.size() - 2);
}

void append_agent(std::string& out, const fleet::Agent& agent, const config::AgentType& type,
                  const TypeText& shared, const AgentsNow& all, bool sees_agent_text) {
  out += "{\"name\":";
  wire::append_string(out, agent.name);
  out += ",\"type\":";
  wire::append_string(out, agent.type);
  out += ',';
  out += shared.members;
  out += ",\"provider_state\":";
  out += fleet::provider_state_json(agent, type, *all.state.accounts, all.state.health, all.now);
  out += ",\"state\":";
  out += lifecycle_json(agent, shared.has_lifecycle, sees_agent_text);
  out += ",\"current_rollout_id\":";
  if (agent.task)
    wire::append_string(out, agent.task->rollout_id);
  else
    out += "null";
  out += ",\"queue_depth\":";
  out += std::to_string(all.queues.within_reach(agent.name, agent.type));
  if (const auto* held = all.held.of_agent(agent.name)) {
    out += ",\"held\":";
    out += held_json(*held, all.held.tasks_of(agent.name, all.queues), sees_agent_text);
  }
  if (agent.leaving) out += ",\"leaving\":true";
  out += '}';
}

}  // namespace understudy::daemon::api
