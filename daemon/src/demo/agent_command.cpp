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

std::chrono::milliseconds milliseconds_of(double seconds) {
  return std::chrono::milliseconds{static_cast<std::int64_t>(std::ceil(seconds * 1000))};
}

}  // namespace

std::expected<AgentOptions, std::string> read_agent_options(const AgentArguments& arguments,
                                                            const FindVariable& find) {
  AgentOptions options;
  options.base_url = find("ANTHROPIC_BASE_URL").value_or("");
  options.api_key = find("ANTHROPIC_API_KEY").value_or("");
  options.auth_token = find("ANTHROPIC_AUTH_TOKEN").value_or("");
  options.model = find("ANTHROPIC_MODEL").value_or("");
  if (const auto wanted = find("CLAUDE_CODE_MAX_RETRIES"); wanted && !wanted->empty()) {
    const auto retries = text::parse_number<int>(*wanted);
    if (!retries || *retries < 0 || *retries > max_agent_retries)
      return std::unexpected(fmt::format("CLAUDE_CODE_MAX_RETRIES must be a number from 0 to {}, got '{}'",
                                         max_agent_retries, *wanted));
    options.max_retries = *retries;
  }
  if (arguments.retries) options.max_retries = *arguments.retries;
  if (arguments.seconds) options.work = milliseconds_of(*arguments.seconds);
  if (arguments.timeout_s) options.limit = milliseconds_of(*arguments.timeout_s);
  if (!options.base_url.starts_with("http://"))
    return std::unexpected(
        "ANTHROPIC_BASE_URL must begin with http://: this agent speaks to scripted providers only");
  if (options.model.empty()) return std::unexpected("ANTHROPIC_MODEL is not set");
  return options;
}

int demo_agent_main(const AgentArguments& arguments) {
  const auto options =
      read_agent_options(arguments, [](const std::string& name) -> std::optional<std::string> {
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
