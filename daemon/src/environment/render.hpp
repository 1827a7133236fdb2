#pragma once
#include <expected>
#include <string>

#include "config/credentials.hpp"
#include "ports/runtime_types.hpp"

/// The environment of an agent, built from scratch for one tier.
namespace understudy::daemon::environment {

struct Paths {
  std::string home;  ///< HOME of the agent
  std::string path;  ///< PATH when agent.env gives none
};

/// Later entries win: the tier's variables, then providers.*.env, then agent.env, except for those reserved
/// for the tier or the daemon. The error is a sentence that names the missing or unusable variable or file,
/// never what is in it. Variables of the agent CLI: Anthropic's documentation of Claude Code, "Environment
/// variables" and "LLM gateway configuration"; DeepSeek's and Ollama's guides for their Anthropic-compatible
/// endpoints ask for the same set.
[[nodiscard]] std::expected<ports::Environment, std::string> render(
    const config::Provider& provider, const failover::TierId& tier, const config::Adapter& agent,
    const Paths& paths, const config::FindVariable& find, const config::ReadKeyFile& read);

/// `KEY=value` lines, sorted as rendered.
[[nodiscard]] std::string env_file_text(const ports::Environment& environment);

}  // namespace understudy::daemon::environment
