#include "understudy/failover/ledger.hpp"

#include "json/words.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::string_view to_string(Change change) {
  switch (change) {
    case Change::cooldown_reset: return "cooldown_reset";
    case Change::manual_reset: return "manual_reset";
    case Change::config_changed: return "config_changed";
    case Change::auto_resume: return "auto_resume";
    case Change::pause: return "pause";
    case Change::unpause: return "unpause";
    case Change::exhausted: return "exhausted";
  }
  return "";
}

std::string_view to_string(const LedgerKind& kind) {
  return std::visit([](auto one) { return to_string(one); }, kind);
}

std::optional<Change> parse_change(std::string_view text) {
  return json::parse_word<Change>(text);
}

std::optional<LedgerKind> parse_ledger_kind(std::string_view text) {
  if (const auto failure = parse_kind(text)) return *failure;
  if (const auto change = parse_change(text)) return *change;
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
