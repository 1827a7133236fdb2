#pragma once
#include <expected>
#include <string>

#include "fleet/turn.hpp"
#include "ports/runtime_types.hpp"
#include "understudy/container/policy.hpp"

/// What a container is made from, by configuration and active tier.
namespace understudy::daemon::fleet {

/// "process" or "docker"; empty in host mode.
[[nodiscard]] std::string runtime_of(const Turn& turn, const Agent& agent);
[[nodiscard]] std::string agent_dir(const Place& place, const std::string& agent);
[[nodiscard]] container::Policy container_policy(const config::AgentType& type, const Agent& agent);

/// The tier that its container is made for: its own, or that of a task which runs elsewhere.
[[nodiscard]] const failover::TierId& served_by(const Agent& agent);
/// That tier's environment, or a sentence saying what is missing.
[[nodiscard]] std::expected<ports::Environment, std::string> tier_environment(const Turn& turn,
                                                                              const Agent& agent);
/// How long a run on this tier may wait for an answer; 0: for ever.
[[nodiscard]] std::chrono::milliseconds silence_of(const Turn& turn, const Agent& agent,
                                                   const failover::TierId& on);
/// A task's own variables, on top of its container's environment.
[[nodiscard]] ports::Environment task_environment(const Turn& turn, const Agent& agent);
[[nodiscard]] std::string task_workdir(const Turn& turn, const Agent& agent);
/// For Create and Probe: the active tier at the desired generation.
[[nodiscard]] ports::InstanceSpec instance_spec(const Turn& turn, const Agent& agent);
[[nodiscard]] std::string digest(std::string_view text);
/// Hash of everything a container is made from; a change means a new generation.
[[nodiscard]] std::string spec_hash(const ports::InstanceSpec& spec);

}  // namespace understudy::daemon::fleet
