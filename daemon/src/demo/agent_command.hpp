#pragma once
#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

/// The smallest agent that behaves like a real one: one streamed call of the Messages API, reported line by
/// line.
namespace understudy::daemon::demo {

inline constexpr int max_agent_retries = 15;

struct AgentOptions {
  std::string base_url{};  ///< http only
  std::string api_key{};
  std::string auth_token{};
  std::string model{};
  int max_retries{2};
  std::chrono::milliseconds backoff{200};   ///< doubles with each retry
  std::chrono::milliseconds work{0};        ///< how long the task takes besides the call
  std::chrono::milliseconds limit{60'000};  ///< for each call
};

/// What `understudyd agent` is told on its command line.
struct AgentArguments {
  std::optional<double> seconds{};    ///< of work besides the call
  std::optional<int> retries{};       ///< else of the environment
  std::optional<double> timeout_s{};  ///< of each call
};

using FindVariable = std::function<std::optional<std::string>(const std::string&)>;

/// With ANTHROPIC_BASE_URL, ANTHROPIC_API_KEY, ANTHROPIC_AUTH_TOKEN, ANTHROPIC_MODEL and
/// CLAUDE_CODE_MAX_RETRIES. The error is a sentence.
[[nodiscard]] std::expected<AgentOptions, std::string> read_agent_options(const AgentArguments& arguments,
                                                                          const FindVariable& find);

/// Writes stream-json lines as the Claude Code CLI does: system init, api_retry, assistant, result. Returns
/// the exit code: 0 when the task was answered, else 1.
[[nodiscard]] int run_agent(const AgentOptions& options, std::string_view prompt,
                            const std::function<void(std::string_view line)>& write);

/// `understudyd agent`: prompt on stdin, lines on stdout. 2 for bad usage.
[[nodiscard]] int demo_agent_main(const AgentArguments& arguments);

}  // namespace understudy::daemon::demo
