#include "understudy/container/plan.hpp"

#include <algorithm>

namespace understudy::container {
namespace {

/// The leases' container, else the recorded one, else the only one there is.
const Found* choose(const Instance* state, const std::vector<const Found*>& candidates) {
  const auto with_id = [&candidates](const std::string& id) -> const Found* {
    const auto it = std::find_if(candidates.begin(), candidates.end(),
                                 [&id](const Found* found) { return found->seen.container_id == id; });
    return it == candidates.end() ? nullptr : *it;
  };
  if (state && !state->leases.empty())
    if (const Found* leased = with_id(state->leases.front().incarnation.container_id)) return leased;
  if (state && !state->container_id.empty())
    if (const Found* recorded = with_id(state->container_id)) return recorded;
  return candidates.size() == 1 ? candidates.front() : nullptr;
}

}  // namespace

Plan reconcile(std::span<const Wanted> wanted, std::span<const Found> found, std::string_view owner) {
  std::map<std::string_view, std::vector<const Found*>> by_instance;
  for (const Found& one : found)
    if (one.owner == owner) by_instance[one.instance].push_back(&one);

  Plan plan;
  plan.reports.reserve(wanted.size());
  for (const Wanted& want : wanted) {
    const auto candidates = by_instance.extract(want.instance);
    Plan::Report report{want.instance, {}};
    if (!candidates.empty()) {
      const Found* kept = choose(want.state, candidates.mapped());
      if (kept) report.snapshot.seen = kept->seen;
      for (const Found* one : candidates.mapped())
        if (one != kept && !one->unclear) plan.duplicates.push_back(*one);
      if (kept && kept->unclear) continue;
    }
    plan.reports.push_back(std::move(report));
  }
  for (const auto& [instance, rest] : by_instance)
    for (const Found* one : rest) plan.orphans.push_back(*one);
  return plan;
}

OrphanPlan plan_orphans(const OrphanPolicy& policy, const Orphans& known, std::span<const Found> orphans,
                        Now now) {
  OrphanPlan care;
  for (const Found& orphan : orphans) {
    const std::string& id = orphan.seen.container_id;
    const auto before = known.find(id);
    const Steady since = before == known.end() ? now.steady : before->second;
    care.known.emplace(id, since);
    if (before == known.end()) {
      Fact fact;
      fact.type = FactType::orphan_found;
      fact.at = now.wall;
      fact.incarnation = {id, orphan.seen.stamp};
      fact.generation = orphan.seen.spec.generation;
      care.reported.push_back({orphan.instance, std::move(fact)});
    }
    if (!policy.enabled) continue;
    if (orphan.seen.running && now.steady - since >= policy.stop_after) care.stop.push_back(id);
    if (!orphan.seen.running && now.steady - since >= policy.remove_after) care.remove.push_back(id);
  }
  return care;
}

}  // namespace understudy::container
