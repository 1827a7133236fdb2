#pragma once
#include <string>
#include <string_view>

#include "agents/dialogue.hpp"
#include "agents/line_splitter.hpp"
#include "agents/text.hpp"
#include "agents/trace_recorder.hpp"
#include "agents/usage_meter.hpp"
#include "understudy/failover/agent_reader.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// `claude -p --output-format stream-json --verbose`: stdout has one JSON object per line.
class ClaudeCodeReader final : public AgentReader {
 public:
  explicit ClaudeCodeReader(std::string provider) : provider_(std::move(provider)) {}

  void read_output(std::string_view bytes) override;
  void read_errors(std::string_view bytes) override;
  [[nodiscard]] RunResult finish(const ExitStatus& status) override;
  [[nodiscard]] RunSigns signs() const override;

 private:
  /// The longest lines are tools' outputs with an image.
  static constexpr std::size_t max_line = 4 * 1024 * 1024;
  static constexpr std::size_t max_error_line = 4 * 1024;
  static constexpr std::size_t max_evidence = 64 * 1024;
  static constexpr std::size_t max_text = 16 * 1024;

  void read_line(std::string_view line, bool whole);
  void read_event(json::View event);
  void read_result(json::View event);
  void keep_text(std::string_view line);

  std::string provider_;
  LineSplitter output_{max_line};
  LineSplitter errors_{max_error_line};
  NewestLines evidence_{max_evidence};
  NewestLines text_{max_text};  ///< stderr, and what is not JSON on stdout
  Dialogue dialogue_;
  UsageMeter usage_;
  TraceRecorder trace_;
  bool troubled_{false};               ///< evidence was kept since the model last spoke
  bool answered_{false};               ///< the provider was seen to answer
  std::optional<int> status_;          ///< of the last result line
  std::optional<std::string> answer_;  ///< of the last result line, if that was a success
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
