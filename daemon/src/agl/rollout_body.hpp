#pragma once
#include <optional>
#include <string>

#include "agl/body.hpp"
#include "agl/fields.hpp"
#include "understudy/store/rollout_rows.hpp"

/// Rollouts as their clients write them.
namespace understudy::daemon::agl {

/// A new rollout and the agent it is bound to by its metadata, if any.
struct NewRollout {
  store::NewRollout row{};
  std::optional<std::string> worker_id{};
  [[nodiscard]] bool is_managed() const { return row.agent || row.agent_type; }
};
[[nodiscard]] NewRollout read_new_rollout(wire::Value value, const Loc& loc, Problems& problems);

struct RolloutUpdate {
  store::RolloutChange change{};
  std::optional<std::string> agent{};  ///< as the new metadata says
  std::optional<std::string> agent_type{};
};
/// Null is a 400 for what cannot be null, before anything else is looked at.
[[nodiscard]] Result<RolloutUpdate> read_rollout_update(const RequestBody& said);

[[nodiscard]] Result<store::AttemptReport> read_attempt_report(const RequestBody& said);

}  // namespace understudy::daemon::agl
