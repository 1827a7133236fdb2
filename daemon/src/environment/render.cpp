#include "environment/render.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/reserved_variables.hpp"

namespace understudy::daemon::environment {

namespace {

std::string_view variable_of(config::Credential::Kind kind) {
  switch (kind) {
    case config::Credential::Kind::none: break;
    case config::Credential::Kind::api_key: return "ANTHROPIC_API_KEY";
    case config::Credential::Kind::auth_token: return "ANTHROPIC_AUTH_TOKEN";
  }
  return "";
}

void set(ports::Environment& environment, std::string_view name, std::string value) {
  const auto known =
      std::find_if(environment.begin(), environment.end(), [&](const auto& v) { return v.first == name; });
  if (known != environment.end())
    known->second = std::move(value);
  else
    environment.emplace_back(name, std::move(value));
}

/// The CLI appends /v1/messages itself.
std::string base_url(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with("/v1")) url.resize(url.size() - 3);
  return url;
}

// Each is one line of the env file.
std::expected<ports::Environment, std::string> of_lines(ports::Environment environment) {
  for (const auto& [name, value] : environment)
    if (value.find_first_of(std::string_view("\0\n", 2)) != std::string::npos)
      return std::unexpected(fmt::format("the value of {} has a newline or NUL in it", name));
  return environment;
}

}  // namespace

std::expected<ports::Environment, std::string> render(const config::Provider& provider,
                                                      const failover::TierId& tier,
                                                      const config::Adapter& agent, const Paths& paths,
                                                      const config::FindVariable& find,
                                                      const config::ReadKeyFile& read) {
  const auto credential = config::credential_of(provider, find, read);
  if (!credential)
    return std::unexpected(
        fmt::format("the key of provider '{}' is missing: {}", tier.provider, credential.error()));
  ports::Environment environment{{"PATH", paths.path}, {"HOME", paths.home}, {"LANG", "C.UTF-8"}};
  if (!provider.base_url.empty()) set(environment, "ANTHROPIC_BASE_URL", base_url(provider.base_url));
  if (const auto name = variable_of(credential->kind); !name.empty())
    set(environment, name, credential->value);
  // Every slot names the tier's model: subagents and background calls must not ask for one the vendor does
  // not serve.
  for (const std::string_view slot :
       {"ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL",
        "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL", "ANTHROPIC_DEFAULT_FABLE_MODEL",
        "CLAUDE_CODE_SUBAGENT_MODEL"})
    set(environment, slot, tier.model);
  if (agent.adapter == "claude-code") {
    // The tier machine decides on retries, not the CLI; a stored login must not leak from tier to tier.
    set(environment, "CLAUDE_CODE_MAX_RETRIES", "1");
    set(environment, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1");
    set(environment, "CLAUDE_CONFIG_DIR", paths.home + "/.claude-" + tier.provider);
  }
  for (const auto& [name, value] : provider.env)
    if (!config::belongs_to_daemon(name)) set(environment, name, value);
  for (const auto& [name, value] : agent.env)
    if (!config::belongs_to_tier(name)) set(environment, name, value);
  return of_lines(std::move(environment));
}

std::string env_file_text(const ports::Environment& environment) {
  std::string text;
  for (const auto& [name, value] : environment) text += name + "=" + value + "\n";
  return text;
}

}  // namespace understudy::daemon::environment
