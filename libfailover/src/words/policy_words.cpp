// A policy in the words of the configuration: `provider_chain` and `failover` of an agent type.
#include <algorithm>
#include <array>
#include <cmath>

#include "words/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace words {

namespace {

using Minutes = std::chrono::duration<double, std::ratio<60>>;
using Seconds = std::chrono::duration<double>;
constexpr std::array trigger_kinds{Kind::auth_error, Kind::quota, Kind::rate_limit, Kind::server_error,
                                   Kind::token_budget};
constexpr std::array<std::string_view, 9> failover_keys{
    "cooldown_min", "on_exhausted",    "resume_when_possible", "triggers", "server_error_threshold",
    "return",       "wait_in_place_s", "give_up_after_min",    "enabled"};

/// Up to a hundred years; what is longer is written as that.
template <class Unit>
std::optional<Duration> read_time(const json::Members& members, std::string_view key) {
  const double most = Unit(Cooldown::longest).count();
  const auto number = members.number(key, 0, most);
  if (!number) return std::nullopt;
  return Duration{std::llround(Seconds(Unit(*number)).count() * 1000)};
}

template <class Unit>
void write_time(json::Writer& out, std::string_view key, Duration time) {
  out.number(key, Unit(std::min(time, Cooldown::longest)).count());
}

void read_cooldown(const json::Members& members, Cooldown& cooldown) {
  if (!members.view()["cooldown_min"].is_object()) {
    if (const auto time = read_time<Minutes>(members, "cooldown_min")) cooldown = *time;
    return;
  }
  const auto by_kind = members.object("cooldown_min");
  for (const auto member : by_kind.view().members()) {
    const auto kind = parse_kind(member.key());
    if (member.key() != "default" && (!kind || !is_provider_fault(*kind)))
      by_kind.problem(member.key(), "must be default, or a kind of which a provider is at fault");
  }
  if (const auto time = read_time<Minutes>(by_kind, "default")) cooldown = *time;
  for (const Kind kind : all_kinds)
    if (is_provider_fault(kind))
      if (const auto time = read_time<Minutes>(by_kind, to_string(kind))) cooldown.set(kind, *time);
}

void read_triggers(const json::Members& members, Triggers& triggers) {
  if (!members.has("triggers")) return;
  triggers = {};
  members.each_text("triggers", [&](std::string_view text) {
    const auto kind = parse_kind(text);
    if (kind && std::ranges::find(trigger_kinds, *kind) != trigger_kinds.end()) return triggers.insert(*kind);
    members.problem("triggers", "must be of auth_error, quota, rate_limit, server_error, token_budget");
  });
}

void read_failover(const json::Members& members, Policy& policy) {
  policy.enabled = members.flag("enabled", true);
  read_cooldown(members, policy.cooldown);
  policy.on_exhausted = members.word<OnExhausted>("on_exhausted").value_or(policy.on_exhausted);
  policy.resume_when_possible = members.flag("resume_when_possible", policy.resume_when_possible);
  read_triggers(members, policy.triggers);
  policy.server_error_threshold = members.whole("server_error_threshold", policy.server_error_threshold, 1);
  policy.return_policy = members.word<ReturnPolicy>("return").value_or(policy.return_policy);
  policy.wait_in_place = read_time<Seconds>(members, "wait_in_place_s").value_or(policy.wait_in_place);
  policy.give_up_after = read_time<Minutes>(members, "give_up_after_min");
}

void write_cooldown(json::Writer& out, const Cooldown& cooldown) {
  const auto number = cooldown.number();
  const auto own = [&](Kind kind) {
    const auto time = cooldown.of(kind);
    return time != number ? time : std::nullopt;
  };
  if (std::ranges::any_of(all_kinds, [&](Kind kind) { return own(kind).has_value(); })) {
    out.open_object("cooldown_min");
    if (number) write_time<Minutes>(out, "default", *number);
    for (const Kind kind : all_kinds)
      if (const auto time = own(kind)) write_time<Minutes>(out, to_string(kind), *time);
    out.close_object();
  } else if (number) {
    write_time<Minutes>(out, "cooldown_min", *number);
  }
}

}  // namespace

Policy read_policy(const json::Members& members) {
  check_version(members);
  Policy policy;
  members.each("provider_chain",
               [&policy](const json::Members& tier) { policy.chain.push_back(read_tier(tier)); });
  const auto block = members.view()["failover"];
  policy.enabled = block.kind() != json::Kind::null;
  if (!block) return policy;
  const auto failover = members.object("failover");
  for (const auto member : block.members())
    if (std::ranges::find(failover_keys, member.key()) == failover_keys.end())
      failover.problem(member.key(), "unknown key");
  read_failover(failover, policy);
  return policy;
}

void write(json::Writer& out, const Policy& policy) {
  out.open_object();
  write_version(out);
  out.open_array("provider_chain");
  for (const auto& tier : policy.chain) {
    out.open_object();
    write_tier(out, tier);
    out.close_object();
  }
  out.close_array();
  if (policy == Policy{.chain = policy.chain, .enabled = false})
    return void(out.null("failover").close_object());
  out.open_object("failover");
  if (!policy.enabled) out.flag("enabled", false);  // no key of the configuration, where null says it
  write_cooldown(out, policy.cooldown);
  out.text("on_exhausted", to_string(policy.on_exhausted))
      .flag("resume_when_possible", policy.resume_when_possible)
      .open_array("triggers");
  for (const Kind kind : trigger_kinds)
    if (policy.triggers.contains(kind)) out.text(to_string(kind));
  out.close_array()
      .integer("server_error_threshold", policy.server_error_threshold)
      .text("return", to_string(policy.return_policy));
  write_time<Seconds>(out, "wait_in_place_s", policy.wait_in_place);
  if (policy.give_up_after) write_time<Minutes>(out, "give_up_after_min", *policy.give_up_after);
  out.close_object().close_object();
}

}  // namespace words

std::string to_json(const Policy& policy) {
  json::Writer out;
  words::write(out, policy);
  return out.done();
}
template <>
Parsed<Policy> from_json(std::string_view text) {
  return words::parse(text, words::read_policy);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
