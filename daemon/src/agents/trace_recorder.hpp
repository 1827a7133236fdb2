#pragma once
#include <boost/json/object.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agents/trace.hpp"

namespace understudy::daemon::agents {

struct TracedTokens {
  std::int64_t input{0}, output{0}, cached{0};
};

/// Makes calls out of the lines of a Claude Code run. The lines bear no time, so a call's moments are those
/// at which its lines were read: exact to the tailing of a live run, of no worth in one that is read
/// afterwards.
class TraceRecorder {
 public:
  void heard_system(const boost::json::object& line, double now);
  void heard_user(const boost::json::object& line, double now);
  /// `refused`: the CLI wrote it in the provider's stead.
  void heard_assistant(const boost::json::object& line, bool refused, double now);

  [[nodiscard]] Trace finish();

 private:
  static constexpr std::size_t max_calls = 500;
  static constexpr std::size_t max_tools = 32;
  static constexpr std::size_t max_models = 4;  ///< whose message may go on
  static constexpr std::size_t max_speakers = 4;
  static constexpr std::size_t max_text = 64 * 1024;  ///< beyond, calls are kept without what was said

  struct Said {
    std::string role, content;
  };
  struct ModelCall {
    int number{0};
    std::string id{}, model{}, answer{};
    std::vector<Said> prompt{};
    std::optional<TracedTokens> usage{};
    std::string stop_reason{};
  };
  struct ToolCall {
    int number{0};
    std::string id{}, input{};
  };

  TracedCall* begin(std::string name, std::string_view speaker, double start, double now);
  TracedCall* call(int number);
  void set_attributes(TracedCall& call, std::string full, std::string_view bare);
  void describe(const ModelCall& model);
  void forget_speakers();
  void end_tool(const boost::json::object& result, double now);
  [[nodiscard]] double asked_at(std::string_view speaker, double now) const;

  Trace trace_;
  std::size_t text_{0};           ///< of all attributes
  std::deque<ModelCall> models_;  ///< the newest last; subagents interleave theirs
  std::deque<ToolCall> tools_;
  std::map<std::string, double, std::less<>> asked_;  ///< when the provider was last asked, by speaker
  std::map<std::string, std::vector<Said>, std::less<>> to_say_;  ///< what the next call of a speaker brings
};

}  // namespace understudy::daemon::agents
