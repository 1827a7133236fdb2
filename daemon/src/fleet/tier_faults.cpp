#include "fleet/tier_faults.hpp"

namespace understudy::daemon::fleet {

void TierFaults::refused(const failover::TierId& tier, const failover::Verdict& verdict,
                         const std::string& task, failover::Instant now) {
  if (verdict.kind != failover::Kind::invalid_request) return;
  auto& fault = faults_.try_emplace(tier, TierFault{.since = now}).first->second;
  fault.reason = verdict.status ? std::to_string(*verdict.status) + " " : "";
  fault.reason += verdict.evidence.empty() ? verdict.rule : verdict.evidence;
  if (fault.tasks.size() < max_tasks) fault.tasks.insert(task);
}

const TierFault* TierFaults::find(const failover::TierId& tier) const {
  const auto known = faults_.find(tier);
  return known != faults_.end() && known->second.tasks.size() >= shown_from ? &known->second : nullptr;
}

}  // namespace understudy::daemon::fleet
