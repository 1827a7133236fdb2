#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "api/held.hpp"
#include "config/model.hpp"
#include "fleet/state.hpp"

namespace understudy::daemon::api {

/// The JSON that all instances of a type share, rendered once for a long list.
struct TypeText {
  explicit TypeText(const config::AgentType& type);
  std::string members;   ///< "provider_chain":…,"failover":…,"mode":…
  bool has_lifecycle{};  ///< in a container that starts on demand
};

/// What agents are shown with: the state, their queues, and which of these are held.
struct AgentsNow {
  const fleet::State& state;
  const QueueDepths& queues;
  failover::Instant now{};
  HeldQueues held{state};
};

/// Agent as JSON; its runtime's output only for callers who may see it.
void append_agent(std::string& out, const fleet::Agent& agent, const config::AgentType& type,
                  const TypeText& shared, const AgentsNow& all, bool sees_agent_text);

}  // namespace understudy::daemon::api
