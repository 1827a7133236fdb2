#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

#include "classify/plain_text.hpp"
#include "understudy/failover/classify.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// An operator's rule that matches, and where.
struct OwnHit {
  const OperatorRule* rule;
  std::string_view around;  ///< the part of the body that has its words
  std::size_t offset;       ///< of the words in it
};

/// The first of the rules whose words occur in `body`, all of which counts.
[[nodiscard]] std::optional<OwnHit> first_own(std::span<const OperatorRule> rules, std::string_view body);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
