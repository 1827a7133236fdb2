#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "fleet/state.hpp"
#include "wire/json_text.hpp"

/// What `why` says of an agent's tiers and of their providers' health.
namespace understudy::daemon::api {

/// A guard or timer in terms for programs; its text is for people.
struct Facts {
  std::string_view code{};
  std::optional<std::int64_t> tier{};
  std::optional<std::int64_t> actual{};
  std::optional<std::int64_t> needed{};
  std::optional<std::int64_t> until{};     ///< Unix milliseconds
  std::optional<std::string_view> part{};  ///< condition of the idle stop, or timer of the container
  std::optional<bool> kept{};

  void write(wire::ObjectText& json) const;
};
struct Guard {
  Facts facts{};
  std::string name{};
  std::string value{};
  std::optional<bool> holds{};
};
struct Timer {
  failover::Instant at{};
  std::string what{};
  Facts facts{};
};

/// Where it stands in its chain, what its tasks wait for, and each of its tiers that is not well. Reasons
/// only for callers who may see agents' text.
[[nodiscard]] std::vector<Guard> tier_guards(const fleet::State& state, const fleet::Agent& agent,
                                             const config::AgentType& type, failover::Instant now,
                                             bool sees_agent_text);
/// When a tier may serve it again, or the next of its tasks may begin.
[[nodiscard]] std::optional<Timer> tier_timer(const fleet::State& state, const fleet::Agent& agent,
                                              const config::AgentType& type, failover::Instant now);

}  // namespace understudy::daemon::api
