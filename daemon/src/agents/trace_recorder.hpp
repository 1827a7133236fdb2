#pragma once
#include <boost/json/object.hpp>
#include <deque>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "agents/trace.hpp"

namespace understudy::daemon::agents {

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
  static constexpr std::size_t most_calls = 1000;
  static constexpr std::size_t most_open = 256;

  struct Said {
    std::string role, content;
  };
  struct ModelCall {
    int number{0};
    std::string id{}, model{}, answer{};
    std::vector<Said> prompt{};
    std::string usage{};  ///< members of a JSON object
    std::string stop_reason{};
  };
  struct ToolCall {
    int number{0};
    std::string id{}, input{};
  };

  TracedCall* begin(std::string name, std::string_view speaker, double start, double now);
  TracedCall* call(int number);
  void describe(const ModelCall& model);
  void end_tool(const boost::json::object& result, double now);
  [[nodiscard]] double asked_at(std::string_view speaker, double now) const;

  Trace trace_;
  std::deque<ModelCall> models_;  ///< the newest last; subagents interleave theirs
  std::deque<ToolCall> tools_;
  std::map<std::string, double, std::less<>> asked_;  ///< when the provider was last asked, by speaker
  std::map<std::string, std::vector<Said>, std::less<>> to_say_;  ///< what the next call of a speaker brings
};

}  // namespace understudy::daemon::agents
