#include "agents/adapter.hpp"

#include <utility>

#include "agents/claude_code.hpp"
#include "agents/command.hpp"

namespace understudy::daemon::agents {

std::unique_ptr<Adapter> make_adapter(std::string_view name, std::string provider) {
  if (name == "claude-code") return std::make_unique<ClaudeCodeAdapter>(std::move(provider));
  if (name == "command") return std::make_unique<CommandAdapter>(std::move(provider));
  return nullptr;
}

}  // namespace understudy::daemon::agents
