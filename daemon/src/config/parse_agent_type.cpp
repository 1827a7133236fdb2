#include "config/parse_agent_type.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <set>
#include <utility>

#include "config/reader.hpp"
#include "config/reserved_variables.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::config {

namespace {

using namespace std::chrono_literals;
constexpr auto unbounded = std::numeric_limits<std::int64_t>::max();
constexpr std::string_view name_rule =
    "must be 1 to 32 of a-z, 0-9 and -, neither beginning nor ending with -";

std::optional<failover::TierId> read_tier(const boost::json::value& value, std::string path,
                                          const std::map<std::string, Provider>& providers, Parsed& out) {
  Reader reader(value, std::move(path), out);
  if (!reader.valid()) return std::nullopt;
  failover::TierId tier;
  reader.text("provider", tier.provider, false);
  reader.one_line("model", tier.model);
  for (const std::string_view key : {"provider", "model"})
    if (!reader.has(key)) reader.error(key, "is required");
  if (!tier.provider.empty() && !providers.contains(tier.provider))
    reader.error("provider", fmt::format("there is no provider '{}'", tier.provider));
  reader.finish();
  return tier;
}

void read_chain(Reader& type, const std::map<std::string, Provider>& providers, Parsed& out,
                std::vector<failover::TierId>& chain) {
  const auto* value = type.take("provider_chain");
  const bool legacy = type.has("provider") || type.has("model");
  std::string provider, model;
  type.text("provider", provider, false);
  type.one_line("model", model);
  if (value && legacy)
    return type.error("provider_chain", "give either provider_chain or provider and model, not both");
  if (legacy) {
    for (const std::string_view key : {"provider", "model"})
      if (!type.has(key)) type.error(key, "is required");
    if (!provider.empty() && !providers.contains(provider))
      type.error("provider", fmt::format("there is no provider '{}'", provider));
    chain.push_back({provider, model});
    return;
  }
  if (!value) return type.error("provider_chain", "is required: a list of 1 to 3 tiers");
  if (!value->is_array()) return type.wrong("provider_chain", "must be a list of 1 to 3 tiers", *value);
  const auto& tiers = value->get_array();
  if (tiers.empty() || tiers.size() > 3)
    type.error("provider_chain", fmt::format("must have 1 to 3 tiers, got {}", tiers.size()));
  for (std::size_t i = 0; i < tiers.size(); ++i) {
    const auto path = fmt::format("{}/{}", type.path("provider_chain"), i);
    auto tier = read_tier(tiers[i], path, providers, out);
    if (!tier) continue;
    if (!tier->model.empty() && std::find(chain.begin(), chain.end(), *tier) != chain.end())
      out.errors.push_back({path, fmt::format("{}/{} is in the chain twice", tier->provider, tier->model)});
    else if (!tier->provider.empty() && std::any_of(chain.begin(), chain.end(), [&](const auto& other) {
               return other.provider == tier->provider;
             }))
      out.warnings.push_back(
          {path, fmt::format("provider '{}' is in the chain twice: when it is down, both tiers are",
                             tier->provider)});
    chain.push_back(std::move(*tier));
  }
}

void read_triggers(Reader& reader, failover::Triggers& triggers) {
  const auto* value = reader.take("triggers");
  if (!value) return;
  if (!value->is_array()) return reader.wrong("triggers", "must be a list", *value);
  triggers = {};
  for (std::size_t i = 0; i < value->get_array().size(); ++i) {
    const auto& item = value->get_array()[i];
    using failover::Kind;
    const auto kind = item.is_string() ? failover::parse_kind(item.get_string()) : std::nullopt;
    if (kind == Kind::auth_error || kind == Kind::quota || kind == Kind::rate_limit ||
        kind == Kind::server_error || kind == Kind::token_budget)
      triggers.insert(*kind);
    else
      reader.wrong(fmt::format("triggers/{}", i),
                   "must be one of auth_error, quota, rate_limit, server_error, token_budget", item);
  }
}

/// A number for every kind, or an object by kind.
void read_cooldown(Reader& failover, Parsed& out, failover::Cooldown& cooldown) {
  const auto* value = failover.take("cooldown_min");
  if (!value) return;
  const auto read = [](Reader& reader, std::string_view key, const auto& use) {
    std::optional<Milliseconds> time;
    reader.duration(key, time, 1min, true);
    if (time) use(*time);
  };
  const auto for_all = [&cooldown](Milliseconds time) { cooldown = time; };
  if (!value->is_object()) return read(failover, "cooldown_min", for_all);
  Reader reader(*value, failover.path("cooldown_min"), out);
  read(reader, "default", for_all);
  for (const auto kind : failover::all_kinds)
    if (failover::is_provider_fault(kind))
      read(reader, failover::to_string(kind),
           [&cooldown, kind](Milliseconds time) { cooldown.set(kind, time); });
  reader.finish();
}

void read_failover(Reader& type, Parsed& out, failover::Policy& policy) {
  const auto* value = type.take("failover");
  policy.enabled = false;
  if (!value || value->is_null()) return;
  Reader reader(*value, type.path("failover"), out);
  if (!reader.valid()) return;
  policy.enabled = true;
  read_cooldown(reader, out, policy.cooldown);
  reader.one_of("on_exhausted", policy.on_exhausted,
                {{"pause", failover::OnExhausted::pause}, {"wrap", failover::OnExhausted::wrap}});
  reader.flag("resume_when_possible", policy.resume_when_possible);
  read_triggers(reader, policy.triggers);
  reader.whole("server_error_threshold", policy.server_error_threshold, 1, 100);
  reader.one_of("return", policy.return_policy,
                {{"when_due", failover::ReturnPolicy::when_due},
                 {"after_success", failover::ReturnPolicy::after_success}});
  reader.duration("wait_in_place_s", policy.wait_in_place, 1s, true);
  reader.duration("give_up_after_min", policy.give_up_after, 1min, false);
  reader.finish();
  if (policy.chain.size() == 1 && policy.triggers.contains(failover::Kind::token_budget)) {
    policy.triggers.erase(failover::Kind::token_budget);
    if (reader.has("triggers") || type.has("usage_threshold_tokens"))
      reader.warning("triggers",
                     "token_budget has no effect on a chain of one and is left out; the threshold is kept");
  }
}

void read_agent(Reader& type, Parsed& out, Adapter& agent) {
  const boost::json::value all_defaults(boost::json::object_kind);
  const auto* value = type.take("agent");
  Reader reader(value ? *value : all_defaults, type.path("agent"), out);
  if (!reader.valid()) return;
  reader.one_of("adapter", agent.adapter,
                {{"claude-code", std::string("claude-code")},
                 {"command", std::string("command")},
                 {"external", std::string("external")}});
  reader.texts("command", agent.command);
  reader.duration("timeout_s", agent.timeout, 1s, true);
  reader.duration("silence_s", agent.silence, 1s, true);
  reader.mebibytes("max_output_mb", agent.max_output_bytes, 0.001, 1 << 20);
  reader.environment("env", agent.env);
  if (agent.adapter == "claude-code" && !reader.has("command"))
    agent.command = {"claude", "-p", "--output-format", "stream-json", "--verbose",
                     // so that a long answer is heard, and one that stalls is seen to be unfinished
                     "--include-partial-messages"};
  const auto* command = reader.take("command");
  const bool readable = !command || command->is_array();
  if (agent.adapter != "external" && readable && (agent.command.empty() || agent.command.front().empty()))
    reader.error("command", "must name a program");
  for (const auto& variable : agent.env)
    if (belongs_to_tier(variable.first))
      reader.warning("env/" + variable.first,
                     "belongs to the tier and has no effect here; a provider's env may set it");
  reader.finish();
}

void read_instances(Reader& type, std::vector<std::string>& instances) {
  if (!type.has("instances")) instances = {"default"};
  std::set<std::string, std::less<>> known;
  type.texts("instances", instances, [&known](const std::string& name) -> std::string {
    if (!is_name(name)) return std::string(name_rule);
    return known.insert(name).second ? "" : fmt::format("'{}' occurs twice", name);
  });
}

/// A minimum that cannot be kept, or is kept anyway.
void warn_of_warm(Reader& type, const AgentType& from) {
  const auto& warm = from.container.warm;
  int most = warm.min;
  for (const auto& window : warm.schedule) most = std::max(most, window.min);
  if (!from.container.lazy && (most > 0 || !warm.schedule.empty()))
    type.warning("container/warm", "has no effect: with lazy false every instance is kept started");
  else if (std::cmp_greater(most, from.instances.size()))
    type.warning("container/warm",
                 fmt::format("wants {} instances, there are {}", most, from.instances.size()));
}

/// A port of the machine belongs to one process.
void warn_of_port(Reader& type, const AgentType& made) {
  const auto& from = made.container;
  const bool asks_port =
      from.readiness.kind == ports::ReadinessKind::http || from.readiness.kind == ports::ReadinessKind::tcp;
  const bool shares_machine =
      from.mode == Mode::process || (from.mode == Mode::docker && from.network == "host");
  if (asks_port && shares_machine && made.instances.size() > 1)
    type.warning("container/readiness/port",
                 fmt::format("{} instances share the machine's port {}: only the first to take it gets ready",
                             made.instances.size(), from.readiness.port));
}

}  // namespace

bool is_name(std::string_view text) {
  if (text.empty() || text.size() > 32 || text.front() == '-' || text.back() == '-') return false;
  return std::ranges::all_of(text, [](char c) { return text::is_lower(c) || text::is_digit(c) || c == '-'; });
}

AgentType read_agent_type(std::string_view name, const boost::json::value& value,
                          const std::map<std::string, Provider>& providers, Parsed& out) {
  AgentType type;
  const auto path = "/agent_types/" + pointer_escape(name);
  if (!is_name(name)) out.errors.push_back({path, "the name " + std::string(name_rule)});
  Reader reader(value, path, out);
  if (!reader.valid()) return type;
  read_chain(reader, providers, out, type.failover.chain);
  read_failover(reader, out, type.failover);
  if (const auto* threshold = reader.take("usage_threshold_tokens"); threshold && !threshold->is_null()) {
    std::int64_t tokens = 0;
    reader.integer("usage_threshold_tokens", tokens, 1, unbounded);
    if (tokens > 0) type.usage_threshold_tokens = tokens;
  }
  read_container(reader, out, type.container);
  read_agent(reader, out, type.agent);
  read_instances(reader, type.instances);
  warn_of_warm(reader, type);
  warn_of_port(reader, type);
  if (type.container.mode == Mode::host && !type.failover.chain.empty() &&
      type.failover.chain.front().provider != "anthropic")
    reader.warning("container/mode",
                   fmt::format("in host mode tier 1 runs with your own environment: '{}' is not "
                               "necessarily what answers",
                               type.failover.chain.front().provider));
  reader.finish();
  return type;
}

}  // namespace understudy::daemon::config
