#include "demo/agent_command.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "text/number.hpp"

namespace understudy::daemon::demo {

namespace {

constexpr std::string_view usage =
    "usage: understudyd agent [--seconds N] [--retries N] [--timeout-s N]  (prompt on stdin)";
constexpr int max_retries = 15;

std::expected<double, std::string> number(std::string_view name, std::string_view text, double max) {
  const auto value = text::parse_number<double>(text);
  if (!value || !(*value >= 0) || *value > max)
    return std::unexpected(fmt::format("{} must be a number from 0 to {:.0f}, got '{}'", name, max, text));
  return *value;
}

std::chrono::milliseconds seconds(double value) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(value * 1000))};
}

std::expected<void, std::string> apply(AgentOptions& options, const std::string& name,
                                       std::string_view text) {
  const bool counts = name == "--retries" || name == "CLAUDE_CODE_MAX_RETRIES";
  if (!counts && name != "--seconds" && name != "--timeout-s")
    return std::unexpected(fmt::format("unknown option {}\n{}", name, usage));
  const auto value = number(name, text, counts ? max_retries : 86'400);
  if (!value) return std::unexpected(value.error());
  if (counts)
    options.max_retries = static_cast<int>(*value);
  else if (name == "--seconds")
    options.work = seconds(*value);
  else
    options.limit = seconds(*value);
  return {};
}

}  // namespace

std::expected<AgentOptions, std::string> read_agent_options(std::span<const std::string> args,
                                                            const FindVariable& find) {
  AgentOptions options;
  options.base_url = find("ANTHROPIC_BASE_URL").value_or("");
  options.api_key = find("ANTHROPIC_API_KEY").value_or("");
  options.auth_token = find("ANTHROPIC_AUTH_TOKEN").value_or("");
  options.model = find("ANTHROPIC_MODEL").value_or("");
  if (const auto retries = find("CLAUDE_CODE_MAX_RETRIES"); retries && !retries->empty())
    if (const auto applied = apply(options, "CLAUDE_CODE_MAX_RETRIES", *retries); !applied)
      return std::unexpected(applied.error());
  for (std::size_t i = 0; i < args.size(); i += 2) {
    if (i + 1 == args.size()) return std::unexpected(fmt::format("{} needs a value\n{}", args[i], usage));
    if (const auto applied = apply(options, args[i], args[i + 1]); !applied)
      return std::unexpected(applied.error());
  }
  if (!options.base_url.starts_with("http://"))
    return std::unexpected(
        "ANTHROPIC_BASE_URL must begin with http://: this agent speaks to scripted providers only");
  if (options.model.empty()) return std::unexpected("ANTHROPIC_MODEL is not set");
  return options;
}

int demo_agent_main(std::span<const std::string> args) {
  const auto options = read_agent_options(args, [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    return value ? std::optional<std::string>(value) : std::nullopt;
  });
  if (!options) {
    fmt::print(stderr, "{}\n", options.error());
    return 2;
  }
  const std::string prompt(std::istreambuf_iterator<char>(std::cin), {});
  return run_agent(*options, prompt, [](std::string_view line) {
    fmt::print("{}\n", line);
    std::fflush(stdout);  // a reader of the transcript sees each line as it happens
  });
}

}  // namespace understudy::daemon::demo
