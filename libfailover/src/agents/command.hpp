#pragma once
#include <string>
#include <string_view>

#include "agents/text.hpp"
#include "understudy/failover/agent_reader.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Any program: exit 0 is success and its stdout the answer. It reports no tokens.
class CommandReader final : public AgentReader {
 public:
  explicit CommandReader(std::string provider) : provider_(std::move(provider)) {}

  void read_output(std::string_view bytes) override;
  void read_errors(std::string_view bytes) override;
  [[nodiscard]] RunResult finish(const ExitStatus& status) override;

 private:
  static constexpr std::size_t max_answer = 1024 * 1024;  ///< more is cut
  static constexpr std::size_t max_evidence = 16 * 1024;

  [[nodiscard]] std::string last_words() const;

  std::string provider_;
  std::string answer_;
  Tail output_{max_evidence};
  Tail errors_{max_evidence};
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
