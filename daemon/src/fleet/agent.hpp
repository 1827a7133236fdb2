#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "fleet/ending.hpp"
#include "understudy/container/metrics.hpp"
#include "understudy/container/state.hpp"
#include "understudy/failover/health_tiers.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/retry.hpp"
#include "understudy/failover/state.hpp"

namespace understudy::daemon::fleet {

/// What an instance's next task waits for: no tier may serve it now.
struct Held {
  std::string account{};
  failover::TierId on{};                     ///< the tier that is due first, or that it waits on
  std::optional<failover::Kind> kind{};      ///< absent: nothing failed (a missing key)
  std::string reason{};                      ///< "401 auth_error, seen by reviewer-b"
  std::optional<failover::Instant> until{};  ///< absent: until a key is there or the operator decides
  bool operator==(const Held&) const = default;
};

/// What one instance works on: one attempt at one rollout.
struct Task {
  enum class Stage : std::uint8_t {
    waiting,   ///< for its container
    starting,  ///< handed to the runtime
    running,   ///< accepted by the runtime
  };
  std::string rollout_id;
  std::string attempt_id;
  bool pooled{false};                         ///< may go back to the pool of its type
  failover::TierId on;                        ///< the tier it started on
  failover::Attempt attempt{};                ///< as health knows it
  bool answered{false};                       ///< its provider was seen to answer
  bool own_tier{false};                       ///< for this request only: the instance's tier stays
  std::vector<failover::TierId> refused{};    ///< tiers that cannot serve this request
  std::vector<failover::TierId> chain{};      ///< of which that is true
  bool ran_out_of_time{false};                ///< an earlier attempt did, and its provider was blamed
  std::optional<container::Steady> thawed{};  ///< its container was last paused until then
  int tier{1};
  std::int64_t generation{0};
  Stage stage{Stage::waiting};
  std::optional<Ending> ending;  ///< we are ending it; its outcome then says nothing about the provider
  std::string container_id;
  std::string spool_dir;
  std::optional<container::Steady> deadline;  ///< of agent.timeout_s
  container::Steady next_heartbeat{};
  failover::RetryState retry;
  int own_failures{0};  ///< failures that count against max_attempts
  int crashes{0};
  int refusals{0};        ///< times the runtime did not accept it
  bool sent_back{false};  ///< refused once because of its container's state, which was then inspected
  int max_attempts{1};
  bool retry_failed{false};
  bool retry_timeout{false};
  bool operator==(const Task&) const = default;
};

/// One instance of an agent type, as the fleet knows it between two turns.
struct Agent {
  std::string name;
  std::string type;
  failover::State tiers;
  std::optional<container::Instance> container;  ///< none in host mode and for external agents
  container::Metrics metrics;
  std::string last_lifecycle_event;  ///< envelope JSON; empty: none yet
  std::optional<Task> task;
  std::optional<Held> held;                            ///< its queue waits
  std::optional<container::Steady> memory_ran_out_at;  ///< last time, in its container
  std::string env_hash;                                ///< of the env file last written
  std::string trouble;                                 ///< sentence: why its environment cannot be rendered
  std::string decision;                                ///< the last tier or task decision, in words
  container::Instant decided_at{};
  bool leaving{false};  ///< removed from the configuration
  bool warm{false};     ///< kept started by the type's minimum
  bool operator==(const Agent&) const = default;
};

}  // namespace understudy::daemon::fleet
