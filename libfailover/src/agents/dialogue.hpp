#pragma once
#include <boost/json/object.hpp>
#include <deque>
#include <string>
#include <utility>

namespace understudy::failover::agents {

/// Follows whose turn it is in a Claude Code run: the provider's, or that of a tool on our side. The CLI does
/// not print requests, so they are inferred: from the start, a complete set of tool results, or a retry.
class Dialogue {
 public:
  void on_system(const boost::json::object& line);
  void on_user(const boost::json::object& line);
  void on_assistant(const boost::json::object& line);
  void on_result(const boost::json::object& line);

  /// The last request to the provider's API has no answer yet.
  [[nodiscard]] bool awaiting_provider() const { return awaiting_; }

 private:
  static constexpr std::size_t max_open_tools = 256;

  struct OpenTool {
    std::string id;
    std::string speaker;  ///< the tool call a subagent works for; empty for the main conversation
  };

  std::deque<OpenTool> open_;
  bool awaiting_{false};
};

}  // namespace understudy::failover::agents
