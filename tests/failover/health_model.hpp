#pragma once
// A small fleet in every order of events: attempts that begin, are answered, fail and vanish, time, and the
// operator.
#include <cstddef>
#include <string>

#include "health/protections.hpp"

namespace model {

/// How often each may happen.
struct Budget {
  int begins{3};
  int faults{2};
  int answers{2};
  int ends{1};      ///< without a word about the provider
  int unseen{0};    ///< successes that nobody saw answered
  int moments{3};   ///< to the next deadline
  int setbacks{0};  ///< of the clock
  int commands{0};  ///< of the operator
};

struct Setup {
  Budget budget{};
  int agents{2};
  int tiers{2};
  bool one_account{true};
  bool open{false};  ///< an agent that is gone met a fault on tier 1 before
  understudy::failover::Protections protections{};
};

struct Report {
  std::size_t states{0};
  bool exhausted{false};  ///< false: the bound was hit first
  std::string violation{};
  std::string trace{};  ///< how to get there, one action a line
};

/// Visits every world breadth-first; where nothing more may happen, calm must lead back to a well fleet.
[[nodiscard]] Report explore(const Setup& setup, std::size_t bound);

}  // namespace model
