#pragma once
#include "daemon/fleet_world.hpp"

/// Providers as the fleet of a World knows them, and many agents on few of them.
namespace fleet_world {

using failover::HealthState;

// ---- configurations

/// A type whose instances are "a", "b", …
inline config::AgentType crew(std::vector<failover::TierId> chain, int size) {
  Words names;
  for (int i = 0; i < size; ++i) names.emplace_back(1, static_cast<char>('a' + i));
  auto type = agent_type(std::move(chain), std::move(names));
  type.agent.timeout = 0s;
  return type;
}
inline Words names_of(const World& world) {
  Words names;
  for (const auto& [name, agent] : world.fleet().state().agents) names.push_back(name);
  return names;
}

// ---- what providers say

/// The allowance of a subscription is used up for so long.
inline Ending limit_reached(const World& world, milliseconds wait) {
  const auto until = std::chrono::ceil<std::chrono::seconds>(world.clock.wall() + wait);
  return {
      .outcome = {.surface = failover::Surface::cli_text,
                  .body = "Claude AI usage limit reached|" + std::to_string(until.time_since_epoch().count()),
                  .exit_code = 1}};
}
inline Ending throttled(std::chrono::seconds wait) {
  return provider_says(429, "slow down", {{"retry-after", std::to_string(wait.count())}});
}
inline Ending breaks_off() {
  auto ending = overloaded();
  ending.answered = true;
  return ending;
}
/// The request is what it cannot serve: an unknown flag, no tools, a window that is too small.
inline Ending refuses_request() {
  return provider_says(400, R"({"type":"error","error":{"type":"invalid_request_error",)"
                            R"("message":"Unexpected value(s) for the anthropic-beta header"}})");
}
inline Ending too_long() {
  return provider_says(400, R"({"type":"error","error":{"type":"invalid_request_error",)"
                            R"("message":"prompt is too long: 210000 tokens > 200000 maximum"}})");
}

// ---- what the fleet knows

inline std::string account_of(const World& world, const std::string& provider) {
  return world.fleet().state().accounts->by_provider.at(provider).id;
}
/// About an account; with a model about a tier; with an agent about that agent on it. nullptr: all is well.
inline const failover::Entry* entry(const World& world, const std::string& provider,
                                    const std::string& model = "", const std::string& who = "") {
  using failover::Scope;
  const auto scope = model.empty() ? Scope::account : who.empty() ? Scope::tier : Scope::agent;
  const auto& entries = world.fleet().state().health.entries;
  const auto known = entries.find({account_of(world, provider), scope, model, who});
  return known == entries.end() ? nullptr : &known->second;
}
/// "open", "trial" …; "well" when nothing is known.
inline std::string health_of(const World& world, const std::string& provider, const std::string& model = "",
                             const std::string& who = "") {
  const auto* known = entry(world, provider, model, who);
  return known ? std::string(to_string(known->state)) : "well";
}
/// How long it stays out.
inline milliseconds out_for(const World& world, const std::string& provider, const std::string& model = "",
                            const std::string& who = "") {
  const auto* known = entry(world, provider, model, who);
  REQUIRE(known);
  return known->until - world.clock.wall();
}

/// Runs that ever began on a provider.
inline std::size_t begun_on(const World& world, const std::string& provider) {
  return static_cast<std::size_t>(std::ranges::count(world.started, provider, &fleet::RunTask::provider));
}
/// Runs under way on a provider.
inline std::size_t running_on(const World& world, const std::string& provider) {
  return static_cast<std::size_t>(
      std::ranges::count_if(world.runs, [&](const auto& run) { return run.second.provider == provider; }));
}
inline Words busy(const World& world) {
  Words names;
  for (const auto& name : names_of(world))
    if (world.run_of(name)) names.push_back(name);
  return names;
}
/// The tasks that ran, in the order in which they began.
inline Words began(const World& world) {
  Words ids;
  for (const auto& run : world.started) ids.push_back(run.rollout_id);
  return ids;
}

/// The value at a pointer into the detail of the last event of this type, as text; "" when there is none.
inline std::string last_event(World& world, const std::string& type, std::string_view pointer) {
  const auto events = world.events(type);
  if (events.empty()) return "";
  const auto detail = boost::json::parse(events.back().detail);
  boost::system::error_code error;
  const auto* found = detail.find_pointer(pointer, error);
  return !found ? "" : found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found);
}
inline std::string as_text(failover::Instant at) {
  return std::to_string(at.time_since_epoch().count());
}

/// Every run ends well, and time passes for what waits.
inline void finish_all(World& world, milliseconds time = 24h) {
  for (auto left = time; left > 0ms; left -= 1min) {
    while (!world.runs.empty()) world.ends(world.runs.begin()->second.agent, answers());
    if (!std::ranges::any_of(names_of(world),
                             [&](const auto& name) { return world.agent(name).held.has_value(); }))
      return;
    world.pass(1min);
  }
}

}  // namespace fleet_world
