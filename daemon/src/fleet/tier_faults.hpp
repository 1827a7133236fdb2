#pragma once
#include <map>
#include <set>
#include <string>

#include "understudy/failover/outcome.hpp"
#include "understudy/failover/policy.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::daemon::fleet {

/// A tier that refuses what it is asked: an unknown flag, an unsupported parameter, no tools. That is its
/// configuration, not its health.
struct TierFault {
  std::string reason{};
  std::set<std::string> tasks{};  ///< different ones that it refused
  failover::Instant since{};
  bool operator==(const TierFault&) const = default;
};

/// By tier. Pure; not stored.
class TierFaults {
 public:
  static constexpr std::size_t shown_from = 3;  ///< refused tasks
  static constexpr std::size_t max_tasks = 1000;

  /// A tier refused a task for what it is. Only invalid_request counts: a context may just be too long.
  void refused(const failover::TierId& tier, const failover::Verdict& verdict, const std::string& task,
               failover::Instant now);
  /// It served one.
  void served(const failover::TierId& tier) { faults_.erase(tier); }
  /// The fault to be shown; nullptr: none.
  [[nodiscard]] const TierFault* find(const failover::TierId& tier) const;

 private:
  std::map<failover::TierId, TierFault> faults_{};
};

}  // namespace understudy::daemon::fleet
