#pragma once
#include <cstdint>
#include <map>
#include <string>

#include "config/model.hpp"
#include "fleet/agent.hpp"

namespace understudy::daemon::api {

/// What every instance of a type says alike, rendered once for a list of a thousand.
struct TypeText {
  explicit TypeText(const config::AgentType& type);
  std::string members;   ///< "provider_chain":…,"failover":…,"mode":…
  bool has_lifecycle{};  ///< neither hot nor on the host
};

/// Agent, as JSON; what its runtime said only for who may see it.
void append_agent(std::string& out, const fleet::Agent& agent, const config::AgentType& type,
                  const TypeText& shared, std::int64_t queue_depth, bool sees_agent_text);

}  // namespace understudy::daemon::api
