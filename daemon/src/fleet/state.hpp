#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/model.hpp"
#include "fleet/accounts.hpp"
#include "fleet/agent.hpp"
#include "fleet/call_counts.hpp"
#include "fleet/tier_faults.hpp"
#include "understudy/container/plan.hpp"

namespace understudy::daemon::fleet {

/// Fixed for the life of the process.
struct Place {
  std::string owner;          ///< id of this installation, the label of its containers
  std::string state_dir;      ///< absolute
  std::string path;           ///< PATH of agents without one of their own
  std::string account_key{};  ///< secret: names of accounts are made with it
};

/// How many instances of a type are kept started, by its schedule at `read_at`.
struct Warmth {
  container::WarmMinimum now{};
  container::Instant read_at{};
};

/// What the fleet believes between two turns. Changes only when a turn is committed.
struct State {
  std::shared_ptr<const config::Config> config;
  std::map<std::string, Agent, std::less<>> agents;
  std::shared_ptr<const Accounts> accounts{std::make_shared<Accounts>()};  ///< by the configuration and keys
  failover::Health health;                                                 ///< of all providers
  TierFaults faults;                                  ///< tiers that cannot serve what they are asked
  CallCounts calls;                                   ///< of the last hour
  std::set<std::string> unreachable;                  ///< engines, by name
  std::map<std::string, container::Orphans> orphans;  ///< by engine
  std::set<std::string> unsettled;                    ///< instances for the next turn to go on with
  std::map<std::string, Warmth, std::less<>> warmth;  ///< by type, where a minimum is configured
  std::int64_t last_event_id{0};
  std::int64_t retries_offered_ms{0};
  bool closing{false};
};

}  // namespace understudy::daemon::fleet
