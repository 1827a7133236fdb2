#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "understudy/failover/outcome.hpp"

namespace understudy::failover::agents {

/// Adds up what one run used. A message is repeated once for each of its content blocks, so it counts once,
/// by id, as last seen. The total of the `result` line is better than that sum (a message's own line is
/// written before its output has been counted), so it wins, unless it is a bare zero after messages that did
/// use something.
class UsageMeter {
 public:
  /// `message` of an assistant line that a model wrote.
  void count_message(const boost::json::object& message);
  /// A `result` line: `usage` is the main conversation's, `modelUsage` has the helper calls as well.
  void count_result(const boost::json::object& line);

  /// Absent when nothing was said: unknown is not zero.
  [[nodiscard]] std::optional<Usage> total() const;

 private:
  /// Repeats follow each other closely (subagents interleave them), so an older message is settled for good.
  static constexpr std::size_t max_open = 256;

  std::deque<std::pair<std::string, Usage>> open_;
  std::optional<Usage> settled_;
  std::optional<Usage> result_;
};

/// A count of tokens in a `usage` object; absent when it is not a number from zero.
[[nodiscard]] std::optional<std::int64_t> tokens_in(const boost::json::object& usage, std::string_view key);

}  // namespace understudy::failover::agents
