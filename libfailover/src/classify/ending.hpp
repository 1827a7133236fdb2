#pragma once
#include <string>
#include <string_view>

#include "understudy/failover/outcome.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// How a run ended, in words: "killed by signal 6, out of memory", "exit code 1, no output". Never
/// empty for a run; for an exchange it says how the connection ended or which status came.
[[nodiscard]] std::string how_it_ended(const Outcome& outcome);

/// Why an exchange without a final answer broke off.
struct TransportMeaning {
  Kind kind;
  std::string_view rule;
  std::string_view words;
};
[[nodiscard]] TransportMeaning meaning_of(Transport transport);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
