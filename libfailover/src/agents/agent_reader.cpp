#include "understudy/failover/agent_reader.hpp"

#include "agents/claude_code.hpp"
#include "agents/command.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

std::unique_ptr<AgentReader> make_agent_reader(std::string_view name, std::string provider) {
  if (name == "claude-code") return std::make_unique<agents::ClaudeCodeReader>(std::move(provider));
  if (name == "command") return std::make_unique<agents::CommandReader>(std::move(provider));
  return nullptr;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
