#pragma once
#include "understudy/failover/health.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// The rules whose absence the model check must notice. Not installed; step() always has all of them.
struct Protections {
  bool one_trial{true};       ///< what is on trial lets nobody else through
  bool trial_ends{true};      ///< with its attempt, however that ends
  bool grace{true};           ///< or when nothing is heard of it
  bool late_success{true};    ///< an attempt from before the opening closes nothing
  bool late_fault{true};      ///< nor does it double
  bool narrowing{true};       ///< who alone fails where others are answered is out alone
  bool ramp{true};            ///< after the trial not all at once
  bool clock_set_back{true};  ///< a time is at most its length away
};

[[nodiscard]] HealthStep step_with(const Protections& protections, const Policy& policy, Health health,
                                   const HealthEvent& event, Instant now, double chance);
[[nodiscard]] Access access_with(const Protections& protections, const Health& health, const Attempt& attempt,
                                 Instant now);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
