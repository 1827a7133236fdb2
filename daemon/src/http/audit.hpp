#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// A change, or a refusal.
struct AuditEntry {
  std::int64_t ts{0};  // Unix milliseconds
  std::string actor{};
  std::string peer{};
  std::string action{};   // "POST /agents/{name}/pause"
  std::string subject{};  // "reviewer-default"
  std::string result{};   // "200 OK"
  bool refused{false};    // a wrong token or none: anybody can cause such entries
};

/// The entry for an answered request, if it needs one: changes by operators, sign-ins, and every refusal for
/// a missing right. Writes of the store's clients are routine, thousands a second, and stored anyway: they
/// are entries only when refused, or made by an operator.
[[nodiscard]] std::optional<AuditEntry> audit_entry(const Request& request, int status);

/// Keeps the audit log readable and small: of what one caller repeats, the first entries of a minute are
/// recorded one by one, then the number of the others. No clock and no disk.
class AuditTrail {
 public:
  /// True when the entry is recorded by itself, false when it is only counted.
  bool record(AuditEntry entry);
  /// Entries to be written now.
  [[nodiscard]] std::vector<AuditEntry> take(std::int64_t now_ms);
  [[nodiscard]] bool has_entries() const { return !ready_.empty(); }
  /// A count is open, and recorded when its minute is over.
  [[nodiscard]] bool is_counting() const { return !runs_.empty(); }

 private:
  struct Run {
    std::int64_t begun{0};
    int recorded{0};
    std::int64_t more{0};
    AuditEntry last{};
  };
  void close(Run& run);

  std::vector<AuditEntry> ready_{};
  std::map<std::string, Run> runs_{};  // by actor, peer, action and result
};

}  // namespace understudy::daemon::http
