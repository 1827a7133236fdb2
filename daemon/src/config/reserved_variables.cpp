#include "config/reserved_variables.hpp"

#include <algorithm>
#include <array>

namespace understudy::daemon::config {

bool belongs_to_tier(std::string_view name) {
  static constexpr std::array<std::string_view, 28> names{"ANTHROPIC_API_KEY",
                                                          "ANTHROPIC_AUTH_TOKEN",
                                                          "ANTHROPIC_BASE_URL",
                                                          "ANTHROPIC_BEDROCK_BASE_URL",
                                                          "ANTHROPIC_CUSTOM_HEADERS",
                                                          "ANTHROPIC_DEFAULT_FABLE_MODEL",
                                                          "ANTHROPIC_DEFAULT_HAIKU_MODEL",
                                                          "ANTHROPIC_DEFAULT_OPUS_MODEL",
                                                          "ANTHROPIC_DEFAULT_SONNET_MODEL",
                                                          "ANTHROPIC_FOUNDRY_BASE_URL",
                                                          "ANTHROPIC_MODEL",
                                                          "ANTHROPIC_SMALL_FAST_MODEL",
                                                          "ANTHROPIC_VERTEX_BASE_URL",
                                                          "ANTHROPIC_VERTEX_PROJECT_ID",
                                                          "AWS_BEARER_TOKEN_BEDROCK",
                                                          "CLAUDE_CODE_OAUTH_TOKEN",
                                                          "CLAUDE_CODE_PROVIDER_MANAGED_BY_HOST",
                                                          "CLAUDE_CODE_SKIP_BEDROCK_AUTH",
                                                          "CLAUDE_CODE_SKIP_FOUNDRY_AUTH",
                                                          "CLAUDE_CODE_SKIP_MANTLE_AUTH",
                                                          "CLAUDE_CODE_SKIP_VERTEX_AUTH",
                                                          "CLAUDE_CODE_SUBAGENT_MODEL",
                                                          "CLAUDE_CODE_USE_ANTHROPIC_AWS",
                                                          "CLAUDE_CODE_USE_BEDROCK",
                                                          "CLAUDE_CODE_USE_FOUNDRY",
                                                          "CLAUDE_CODE_USE_MANTLE",
                                                          "CLAUDE_CODE_USE_VERTEX",
                                                          "CLOUD_ML_REGION"};
  return belongs_to_daemon(name) || std::binary_search(names.begin(), names.end(), name);
}

bool belongs_to_daemon(std::string_view name) {
  return name == "CLAUDE_CODE_MAX_RETRIES" || name == "CLAUDE_CODE_RETRY_WATCHDOG" ||
         name.starts_with("UNDERSTUDY_");
}

}  // namespace understudy::daemon::config
