#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "understudy/failover/kind.hpp"

#pragma GCC visibility push(default)  // what libunderstudy_failover.so shows
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// What the ledger records besides failures that moved an instance.
enum class Change : std::uint8_t {
  cooldown_reset,  ///< back to tier 1: its cooldown is over
  manual_reset,    ///< back to tier 1: the operator asked
  config_changed,  ///< the chain was edited
  auto_resume,     ///< a tier is due again
  pause,           ///< by the operator
  unpause,
  exhausted,  ///< paused: no tier is left
};
[[nodiscard]] std::string_view to_string(Change change);
[[nodiscard]] std::optional<Change> parse_change(std::string_view text);

/// The failure that moved an instance, or the other change.
using LedgerKind = std::variant<Kind, Change>;
/// The same spellings on the wire and in the database.
[[nodiscard]] std::string_view to_string(const LedgerKind& kind);
[[nodiscard]] std::optional<LedgerKind> parse_ledger_kind(std::string_view text);

/// One flip, reset, pause or unpause, for the ledger.
struct LedgerEntry {
  int from_tier{1};
  int to_tier{1};
  LedgerKind kind{};
  std::string reason{};  ///< for people: "401 auth_error"
  bool operator==(const LedgerEntry&) const = default;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
#pragma GCC visibility pop
