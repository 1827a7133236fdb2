#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/types.hpp"

namespace understudy::daemon::http {

/// Somebody changed something, or was refused.
struct Deed {
  std::int64_t ts{0};  // Unix milliseconds
  std::string actor{};
  std::string peer{};
  std::string action{};   // "POST /agents/{name}/pause"
  std::string subject{};  // "reviewer-default"
  std::string result{};   // "200 OK"
  bool refused{false};    // a wrong token, or none: anybody can cause it
};

/// What an answer means for the audit log: changes of the operator's, sign-ins, and everything that was
/// refused for want of a right. Writes of the store's clients are their daily work, by the thousand a second:
/// they are in the store, and here only when refused, or done by an operator.
[[nodiscard]] std::optional<Deed> deed_of(const Request& request, int status);

/// Keeps the log readable and the disk its own: of what one caller does again and again, only the first of a
/// minute are told one by one, then how many more there were. No clock and no disk.
class AuditTrail {
 public:
  /// True when it is told by itself, false when it is only counted.
  bool note(Deed deed);
  /// What is to be written now.
  [[nodiscard]] std::vector<Deed> take(std::int64_t now_ms);
  [[nodiscard]] bool has_news() const { return !ready_.empty(); }
  /// Something is counted, and told when its minute is over.
  [[nodiscard]] bool is_counting() const { return !runs_.empty(); }

 private:
  struct Run {
    std::int64_t begun{0};
    int told{0};
    std::int64_t more{0};
    Deed last{};
  };
  void close(Run& run);

  std::vector<Deed> ready_{};
  std::map<std::string, Run> runs_{};  // by who did what with which result
};

}  // namespace understudy::daemon::http
