#pragma once
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "config/model.hpp"
#include "ports/runtime_types.hpp"

/// The environment of an agent, built from scratch for one tier.
namespace understudy::daemon::environment {

/// Looks up a variable of the daemon's own environment, which has the providers' keys.
using FindVariable = std::function<std::optional<std::string>(const std::string&)>;

struct Paths {
  std::string home;  ///< HOME of the agent
  std::string path;  ///< PATH when agent.env gives none
};

/// Later entries win: the tier's variables, then providers.*.env, then agent.env, except for those reserved
/// for the tier or the daemon. The error is a sentence that names the missing or unusable variable, never its
/// value. Variables of the agent CLI: Anthropic's documentation of Claude Code, "Environment variables" and
/// "LLM gateway configuration"; DeepSeek's and Ollama's guides for their Anthropic-compatible endpoints ask
/// for the same set.
[[nodiscard]] std::expected<ports::Environment, std::string> render(const config::Provider& provider,
                                                                    const failover::TierId& tier,
                                                                    const config::Adapter& agent,
                                                                    const Paths& paths,
                                                                    const FindVariable& find);

/// `KEY=value` lines, sorted as rendered.
[[nodiscard]] std::string env_file_text(const ports::Environment& environment);

}  // namespace understudy::daemon::environment
