#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "json/view.hpp"
#include "understudy/failover/agent_reader.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Makes calls out of the lines of a Claude Code run. Lines carry no time, so a call begins and ends when its
/// lines were read: exact while a live run is followed, worthless when a finished one is read.
class TraceRecorder {
 public:
  void on_system(json::View line, double now);
  void on_user(json::View line, double now);
  /// `is_error`: the CLI wrote the message in the model's place, because the call failed.
  void on_assistant(json::View line, bool is_error, double now);

  [[nodiscard]] std::vector<TracedCall> finish() { return std::move(calls_); }

 private:
  static constexpr std::size_t max_calls = 500;
  static constexpr std::size_t max_tools = 32;
  static constexpr std::size_t max_models = 4;  ///< whose message may go on
  static constexpr std::size_t max_speakers = 4;
  static constexpr std::size_t max_text =
      64 * 1024;  ///< of all attributes; later calls are kept without texts

  using Attributes = decltype(TracedCall::attributes);
  struct PromptPart {
    std::string role, content;
  };
  struct Tokens {
    std::int64_t input{0}, output{0}, cached{0};
  };
  struct ModelCall {
    int number{0};
    std::string id{}, model{}, answer{};
    std::vector<PromptPart> prompt{};
    std::optional<Tokens> usage{};
    std::string stop_reason{};
  };
  struct ToolCall {
    int number{0};
    std::string id{}, input{};
  };

  static std::optional<Tokens> usage_in(json::View message);
  static std::size_t text_size(const Attributes& attributes);

  TracedCall* begin(std::string name, std::string_view speaker, double start, double now);
  TracedCall* call(int number);
  ModelCall& model_call(json::View message, std::string_view speaker, double now);
  void set_attributes(TracedCall& call, Attributes basic, Attributes texts);
  void describe(const ModelCall& model);
  void forget_speakers();
  void begin_tool(json::View block, std::string_view speaker, double now);
  void end_tool(json::View result, double now);
  [[nodiscard]] double requested_at(std::string_view speaker, double now) const;

  std::vector<TracedCall> calls_;
  std::size_t text_{0};           ///< bytes in all attributes
  std::deque<ModelCall> models_;  ///< the newest last; subagents interleave theirs
  std::deque<ToolCall> tools_;
  std::map<std::string, double, std::less<>> requested_;  ///< when each speaker last sent a request
  std::map<std::string, std::vector<PromptPart>, std::less<>> prompts_;  ///< of each speaker's next request
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
