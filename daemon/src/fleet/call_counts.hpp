#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <string>

#include "understudy/failover/kind.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::daemon::fleet {

/// Ended attempts and reported outcomes of a provider in the last hour, by minute. Pure; not stored.
class CallCounts {
 public:
  struct Sum {
    std::int64_t calls{0};
    std::map<failover::Kind, std::int64_t> errors{};  ///< provider's faults
  };
  void count(const std::string& provider, failover::Kind kind, failover::Instant now);
  [[nodiscard]] Sum last_hour(const std::string& provider, failover::Instant now) const;

 private:
  struct Minute {
    std::int64_t number{-1};  ///< minutes since 1970
    Sum sum{};
  };
  std::map<std::string, std::array<Minute, 60>> minutes_{};
};

}  // namespace understudy::daemon::fleet
