#pragma once
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "config/model.hpp"
#include "fleet/agent.hpp"
#include "understudy/container/plan.hpp"

namespace understudy::daemon::fleet {

/// What is fixed for the life of the process.
struct Place {
  std::string owner;      ///< this installation's id, on every container it makes
  std::string state_dir;  ///< absolute
  std::string path;       ///< PATH of agents that are given none
};

/// How many instances of a type are kept started, as its schedule said when it was last asked.
struct Warmth {
  container::WarmMinimum now{};
  container::Instant asked_at{};
};

/// Everything the fleet believes between two turns. Replaced as a whole when a turn is committed.
struct State {
  std::shared_ptr<const config::Config> config;
  std::map<std::string, Agent, std::less<>> agents;
  std::set<std::string> unreachable;                  ///< engines, by name
  std::map<std::string, container::Orphans> orphans;  ///< by engine
  std::set<std::string> unsettled;                    ///< instances the next turn goes on with
  std::map<std::string, Warmth, std::less<>> warmth;  ///< by type, of those that are to be kept warm
  std::int64_t last_event_id{0};
  std::int64_t retries_offered_ms{0};
  bool closing{false};
};

}  // namespace understudy::daemon::fleet
