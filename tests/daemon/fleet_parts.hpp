#pragma once
#include <catch2/catch.hpp>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "environment/redact.hpp"
#include "fleet/fleet.hpp"

/// What a fleet under test needs: a configuration, a clock, recording ports, a directory.
namespace fleet_world {

using namespace understudy;
using namespace understudy::daemon;
using namespace std::chrono_literals;
using std::chrono::milliseconds;

// ---- configurations

inline const failover::TierId opus{"anthropic", "opus"};
inline const failover::TierId v4{"deepseek", "v4"};
inline const failover::TierId qwen{"ollama", "qwen"};

inline config::AgentType agent_type(std::vector<failover::TierId> chain,
                                    std::vector<std::string> instances = {"a"}) {
  config::AgentType type;
  type.failover.enabled = true;
  type.failover.chain = std::move(chain);
  type.agent.adapter = "command";
  type.agent.command = {"work"};
  type.instances = std::move(instances);
  return type;
}

/// Three providers and the type "coder".
inline config::Config config_with(config::AgentType coder) {
  config::Config config;
  config.providers["anthropic"] = {.base_url = "https://one.example", .api_key_env = "ANTHROPIC_API_KEY"};
  config.providers["deepseek"] = {.base_url = "https://two.example", .auth_token_env = "DEEPSEEK_API_KEY"};
  config.providers["ollama"] = {.base_url = "http://127.0.0.1:11434", .auth_token = "local-token"};
  config.agent_types["coder"] = std::move(coder);
  return config;
}
inline config::Config two_tiers() {
  return config_with(agent_type({opus, v4}));
}

// ---- ends of a run

struct Ending {
  failover::Outcome outcome{};
  std::optional<failover::Usage> usage{};
  std::optional<std::string> output{};
  std::string spawn_error{};
  bool tampered{false};
  bool over_limit{false};
  bool lost{false};
  std::vector<failover::TracedCall> calls{};
  std::optional<int> exit_code{};
  std::optional<int> signal{};
  int memory_kills{0};
  bool answered{false};  ///< the provider was seen to answer
};
inline Ending answers(std::string output = "done", failover::Usage usage = {10, 5}) {
  return {.outcome = {.surface = failover::Surface::cli_text, .body = output, .exit_code = 0},
          .usage = usage,
          .output = std::move(output),
          .answered = true};
}
inline Ending provider_says(int status, std::string body = "",
                            std::vector<std::pair<std::string, std::string>> headers = {}) {
  return {.outcome = {.surface = failover::Surface::http,
                      .status = status,
                      .headers = std::move(headers),
                      .body = std::move(body)}};
}
inline Ending key_refused() {
  return provider_says(401, "invalid x-api-key");
}
inline Ending overloaded() {
  return provider_says(529, R"({"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}})");
}
inline Ending fails_itself(std::string words = "the tests of the task do not pass") {
  return {.outcome = {.surface = failover::Surface::cli_text, .body = std::move(words), .exit_code = 1},
          .usage = failover::Usage{10, 5}};
}

// ---- ports

struct HandClock final : ports::Clock {
  std::chrono::sys_time<milliseconds> wall_now{milliseconds{1'800'000'000'000}};
  milliseconds steady_now{5'000'000};
  [[nodiscard]] std::chrono::sys_time<milliseconds> wall() const override { return wall_now; }
  [[nodiscard]] milliseconds steady() const override { return steady_now; }
  void advance(milliseconds by) {
    wall_now += by;
    steady_now += by;
  }
};

struct Ports final : fleet::Edge, fleet::Announcer, fleet::Keys, ports::Log {
  std::deque<fleet::Effect> effects{};
  std::vector<wire::Envelope> announced{};
  std::map<std::string, std::string> variables{{"ANTHROPIC_API_KEY", "sk-ant-first"},
                                               {"DEEPSEEK_API_KEY", "sk-deep-second"}};
  std::map<std::string, std::string> key_files{};
  std::vector<std::string> errors{};

  void carry_out(fleet::Effect effect) override { effects.push_back(std::move(effect)); }
  void announce(const wire::Envelope& event) override { announced.push_back(event); }
  [[nodiscard]] std::optional<std::string> find(const std::string& variable) const override {
    const auto known = variables.find(variable);
    return known == variables.end() ? std::nullopt : std::optional(known->second);
  }
  [[nodiscard]] std::expected<std::string, std::string> in_file(const std::string& path) const override {
    const auto known = key_files.find(path);
    if (known == key_files.end()) return std::unexpected(path + " is empty");
    return known->second;
  }
  void write(ports::LogLevel level, std::string_view text, Fields) override {
    if (level == ports::LogLevel::error) errors.emplace_back(text);
  }
};

template <class Opened>
auto opened(Opened result) {
  if (!result) FAIL(result.error().message);
  return std::move(*result);
}

}  // namespace fleet_world
