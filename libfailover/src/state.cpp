#include "understudy/failover/state.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(PauseReason reason) {
  switch (reason) {
    case PauseReason::exhausted: return "exhausted";
    case PauseReason::operator_: return "operator";
  }
  return "?";  // unreachable for a value made by the language
}

std::optional<PauseReason> parse_pause_reason(std::string_view text) {
  if (text == "exhausted") return PauseReason::exhausted;
  if (text == "operator") return PauseReason::operator_;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
