#pragma once
#include <expected>
#include <string>

#include "fleet/turn.hpp"
#include "ports/runtime_types.hpp"
#include "understudy/container/policy.hpp"

/// From configuration and active tier to what a container is made of.
namespace understudy::daemon::fleet {

/// "process" or "docker"; empty in host mode.
[[nodiscard]] std::string runtime_of(const Turn& turn, const Agent& agent);
[[nodiscard]] std::string agent_dir(const Place& place, const std::string& agent);
[[nodiscard]] container::Policy container_policy(const config::AgentType& type, const Agent& agent);

/// The environment of the active tier, or a sentence naming what is missing.
[[nodiscard]] std::expected<ports::Environment, std::string> tier_environment(const Turn& turn,
                                                                              const Agent& agent);
/// What a task is told about itself, on top of its container's environment.
[[nodiscard]] ports::Environment task_environment(const Turn& turn, const Agent& agent);
[[nodiscard]] std::string task_workdir(const Turn& turn, const Agent& agent);
/// What Create and Probe need, on the active tier and at the desired generation.
[[nodiscard]] ports::InstanceSpec instance_spec(const Turn& turn, const Agent& agent);
/// Hash of everything a container is made from; a change means a new generation.
[[nodiscard]] std::string digest(std::string_view text);
[[nodiscard]] std::string spec_hash(const ports::InstanceSpec& spec);

}  // namespace understudy::daemon::fleet
