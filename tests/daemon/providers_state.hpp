#pragma once
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <string>
#include <utility>
#include <vector>

#include "fleet/state.hpp"

/// A fleet's state set by hand, for what reads it.
namespace providers_state {

namespace config = understudy::daemon::config;
namespace fleet = understudy::daemon::fleet;
namespace failover = understudy::failover;
using namespace std::chrono_literals;
using failover::HealthState;
using failover::Kind;
using failover::Scope;

inline const failover::Instant noon{std::chrono::milliseconds{1'800'000'000'000}};  // 2027-01-15 08:00 UTC

/// The value at a JSON pointer as text; empty when there is none.
inline std::string at(const std::string& text, std::string_view pointer) {
  boost::system::error_code error;
  const auto value = boost::json::parse(text, error);
  if (error) FAIL(text);
  const auto* found = value.find_pointer(pointer, error);
  return found ? found->is_string() ? std::string(found->get_string()) : boost::json::serialize(*found) : "";
}

/// Two types on two providers: anthropic has a key of ours, login is the agents' own.
struct Fleet {
  std::shared_ptr<config::Config> config = std::make_shared<config::Config>();
  fleet::State state{};

  Fleet() {
    config->providers = {
        {"anthropic", {.base_url = "https://a.example", .api_key = "sk-1"}}, {"login", {}}, {"spare", {}}};
    type("coder", {{"anthropic", "opus"}, {"login", "sonnet"}}, {"a", "b"});
    type("writer", {{"anthropic", "haiku"}}, {"a"});
    fleet::Accounts accounts;
    accounts.by_provider = {{"anthropic", {.id = "ac-1"}},
                            {"login", {.id = "ac-2", .own_login = true}},
                            {"spare", {.id = "ac-3", .own_login = true}}};
    state.config = config;
    state.accounts = std::make_shared<const fleet::Accounts>(std::move(accounts));
  }
  void type(const std::string& name, std::vector<failover::TierId> chain,
            std::vector<std::string> instances) {
    auto& made = config->agent_types[name];
    made.failover.enabled = chain.size() > 1;
    made.failover.chain = std::move(chain);
    for (const auto& instance : instances) {
      const auto full = name + "-" + instance;
      state.agents[full] = {.name = full, .type = name};
    }
    made.instances = std::move(instances);
  }
  fleet::Agent& agent(const std::string& name) { return state.agents.at(name); }
  [[nodiscard]] config::AgentType& type_of(const std::string& agent) {
    return config->agent_types.at(state.agents.at(agent).type);
  }
  [[nodiscard]] std::string account(const std::string& agent, int tier) {
    return fleet::account_of(*state.accounts, type_of(agent), agent, tier);
  }
  /// Waits for tier 1 until then; without a time for a key.
  void hold(const std::string& agent, std::optional<failover::Instant> until = noon + 1h) {
    state.agents.at(agent).held = fleet::Held{.on = type_of(agent).failover.chain.front(),
                                              .kind = Kind::quota,
                                              .reason = "429 quota, seen by writer-a",
                                              .until = until};
  }
  failover::Entry& out(failover::EntryKey key, HealthState state_of_it = HealthState::open) {
    return state.health.entries[std::move(key)] = {.state = state_of_it,
                                                   .kind = Kind::quota,
                                                   .reason = "429 quota",
                                                   .seen_by = "writer-a",
                                                   .since = noon - 1min,
                                                   .until = noon + 59min,
                                                   .length = 1h};
  }
};

}  // namespace providers_state
