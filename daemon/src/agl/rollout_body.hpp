#pragma once
#include <optional>
#include <string>

#include "agl/body.hpp"
#include "agl/fields.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts in clients' requests.
namespace understudy::daemon::agl {

/// A new rollout, bound to the agent in its metadata, if any.
struct NewRollout {
  store::NewRollout row{};
  std::optional<std::string> worker_id{};
  [[nodiscard]] bool is_managed() const { return row.agent || row.agent_type; }
};
[[nodiscard]] NewRollout read_new_rollout(wire::Value value, const Loc& loc, Problems& problems);

struct RolloutUpdate {
  store::RolloutChange change{};
  std::optional<std::string> agent{};  ///< from the new metadata
  std::optional<std::string> agent_type{};
};
/// A null member that cannot be null is a 400, before other checks.
[[nodiscard]] Result<RolloutUpdate> read_rollout_update(const RequestBody& body);

[[nodiscard]] Result<store::AttemptReport> read_attempt_report(const RequestBody& body);

}  // namespace understudy::daemon::agl
