#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/view.hpp"
#include "understudy/failover/outcome.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Adds up the tokens of one run. Each content block of a message repeats the message, so it counts once, by
/// id, as last seen. The total of the `result` line wins over that sum, because a message's line is written
/// before its output has been counted; unless that total is zero and messages did use tokens.
class UsageMeter {
 public:
  /// `message` of an assistant line that a model wrote.
  void count_message(json::View message);
  /// A `result` line: `usage` is that of the main conversation, `modelUsage` has helper calls as well.
  void count_result(json::View line);

  /// Absent when no line reported any: unknown is not zero.
  [[nodiscard]] std::optional<Usage> total() const;

 private:
  /// Repeats of a message are close together (subagents interleave them), so older messages are final.
  static constexpr std::size_t max_open = 256;

  std::deque<std::pair<std::string, Usage>> open_;
  std::optional<Usage> settled_;
  std::optional<Usage> result_;
};

/// A count of tokens; absent when it is not a number from zero.
[[nodiscard]] std::optional<std::int64_t> tokens_in(json::View count);

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
