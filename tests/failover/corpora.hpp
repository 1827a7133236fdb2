#pragma once
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/failover/classify.hpp"

namespace understudy::failover {

/// A labelled outcome of tests/data.
struct Labelled {
  std::string id;
  Outcome outcome;
  std::set<Kind> kinds;  ///< that are right
  bool should_failover{false};
  bool ambiguous{false};
  std::optional<double> retry_after_s;
  std::string reset_at;  ///< as the data spells it
};

/// The outcomes of a file in tests/data, of either format: corpora and incidents.
std::vector<Labelled> labelled(std::string_view file);

}  // namespace understudy::failover
