#pragma once
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "json/view.hpp"
#include "understudy/failover/time.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Follows whose turn it is in a Claude Code run: the provider's, or that of a tool on our side. Each
/// subagent has a conversation of its own beside the main one. The CLI does not print requests, so they are
/// inferred: from the start, a complete set of tool results, or a retry. An answer is over with its line;
/// where its pieces are printed as they come, with the end of its stream.
class Dialogue {
 public:
  void on_system(json::View line, Duration now);
  void on_user(json::View line, Duration now);
  void on_assistant(json::View line, Duration now);
  void on_result(json::View line);
  /// A piece of an answer, as `--include-partial-messages` prints it.
  void on_stream_event(json::View line, Duration now);

  /// The longest time that a call has had no answer, nor a piece of one, began then.
  [[nodiscard]] std::optional<Duration> unanswered_since() const;
  /// The last word of any conversation is that a call failed and is tried again.
  [[nodiscard]] bool retrying() const { return retrying_; }

 private:
  static constexpr std::size_t max_open = 256;

  struct OpenTool {
    std::string id;
    std::string speaker;  ///< the tool call a subagent works for; empty for the main conversation
  };
  struct OpenCall {
    std::string speaker;
    Duration since;
    std::optional<std::string> message{};  ///< that is being streamed
    bool complete{false};                  ///< that message said why it stops
  };

  [[nodiscard]] bool runs_a_tool(std::string_view speaker) const;
  [[nodiscard]] OpenCall* call_of(std::string_view speaker);
  OpenCall& begin(std::string_view speaker, Duration now);
  void end(std::string_view speaker);
  void somebody_spoke();

  std::deque<OpenTool> tools_;
  std::deque<OpenCall> calls_;
  std::optional<Duration> unnamed_{};  ///< a call of which the CLI does not say whose it is
  bool retrying_{false};
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
