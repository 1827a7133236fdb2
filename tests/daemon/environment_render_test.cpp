// The environment of an agent: from scratch, for one tier, with nothing from another.
#include <catch2/catch.hpp>
#include <map>

#include "environment/render.hpp"

namespace environment = understudy::daemon::environment;
namespace config = understudy::daemon::config;
using understudy::failover::TierId;

namespace {

using Variables = std::map<std::string, std::string>;

struct Case {
  config::Provider provider{.base_url = "https://api.example.com"};
  TierId tier{"anthropic", "claude-opus-4-7"};
  config::Adapter agent{};
  Variables daemon{
      {"ANTHROPIC_API_KEY", "sk-from-daemon"}, {"DEEPSEEK_API_KEY", "deep"}, {"SECRET", "of the daemon"}};
  Variables files{};

  [[nodiscard]] auto rendered() const {
    return environment::render(
        provider, tier, agent, {"/home/of/agent", "/usr/bin:/bin"},
        [this](const std::string& name) -> std::optional<std::string> {
          const auto found = daemon.find(name);
          return found == daemon.end() ? std::nullopt : std::optional(found->second);
        },
        [this](const std::string& path) -> std::expected<std::string, std::string> {
          const auto found = files.find(path);
          if (found == files.end()) return std::unexpected(path + " is empty");
          return found->second;
        });
  }
  [[nodiscard]] Variables variables() const {
    const auto result = rendered();
    REQUIRE(result);
    const Variables unique(result->begin(), result->end());
    CHECK(unique.size() == result->size());
    return unique;
  }
};

const Variables claude_code{{"PATH", "/usr/bin:/bin"},
                            {"HOME", "/home/of/agent"},
                            {"LANG", "C.UTF-8"},
                            {"CLAUDE_CODE_MAX_RETRIES", "1"},
                            {"CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "1"}};

Variables plus(Variables base, const Variables& more) {
  for (const auto& [name, value] : more) base[name] = value;
  return base;
}

Variables slots(const std::string& model) {
  Variables out;
  for (const auto* name : {"ANTHROPIC_MODEL", "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL",
                           "ANTHROPIC_DEFAULT_SONNET_MODEL", "ANTHROPIC_DEFAULT_HAIKU_MODEL",
                           "ANTHROPIC_DEFAULT_FABLE_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL"})
    out[name] = model;
  return out;
}

}  // namespace

TEST_CASE("tier 1 is Anthropic by key: address, key, model in every slot, and no more", "[environment]") {
  Case it{.provider = {.base_url = "https://api.anthropic.com", .api_key_env = "ANTHROPIC_API_KEY"}};
  CHECK(it.variables() == plus(plus(claude_code, slots("claude-opus-4-7")),
                               {{"ANTHROPIC_BASE_URL", "https://api.anthropic.com"},
                                {"ANTHROPIC_API_KEY", "sk-from-daemon"},
                                {"CLAUDE_CONFIG_DIR", "/home/of/agent/.claude-anthropic"}}));
}

TEST_CASE("a lower tier has its own address, token and model, and nothing from the tier above",
          "[environment]") {
  Case it{
      .provider = {.base_url = "https://api.deepseek.com/anthropic", .auth_token_env = "DEEPSEEK_API_KEY"},
      .tier = {"deepseek", "deepseek-v4-pro"}};
  CHECK(it.variables() == plus(plus(claude_code, slots("deepseek-v4-pro")),
                               {{"ANTHROPIC_BASE_URL", "https://api.deepseek.com/anthropic"},
                                {"ANTHROPIC_AUTH_TOKEN", "deep"},
                                {"CLAUDE_CONFIG_DIR", "/home/of/agent/.claude-deepseek"}}));
}

TEST_CASE("a provider that needs no key gets its own variables", "[environment]") {
  Case it{.provider = {.env = {{"CLAUDE_CODE_USE_BEDROCK", "1"}, {"AWS_REGION", "eu-west-1"}}},
          .tier = {"bedrock", "us.anthropic.claude"}};
  const auto variables = it.variables();
  CHECK(variables == plus(plus(claude_code, slots("us.anthropic.claude")),
                          {{"CLAUDE_CODE_USE_BEDROCK", "1"},
                           {"AWS_REGION", "eu-west-1"},
                           {"CLAUDE_CONFIG_DIR", "/home/of/agent/.claude-bedrock"}}));
}

TEST_CASE("the command adapter gets the tier but nothing of the Claude Code CLI", "[environment]") {
  Case it{.provider = {.base_url = "http://127.0.0.1:11434", .auth_token = "ollama"},
          .tier = {"ollama", "qwen3-coder"},
          .agent = {.adapter = "command"}};
  const auto variables = it.variables();
  CHECK(variables.at("ANTHROPIC_BASE_URL") == "http://127.0.0.1:11434");
  CHECK(variables.at("ANTHROPIC_AUTH_TOKEN") == "ollama");
  CHECK(variables.at("ANTHROPIC_MODEL") == "qwen3-coder");
  for (const auto* name :
       {"CLAUDE_CODE_MAX_RETRIES", "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC", "CLAUDE_CONFIG_DIR"})
    CHECK_FALSE(variables.contains(name));
}

TEST_CASE("a key and a token are never both set", "[environment]") {
  for (const auto& provider :
       {config::Provider{.api_key = "k"}, config::Provider{.auth_token = "t"},
        config::Provider{.api_key_env = "ANTHROPIC_API_KEY"},
        config::Provider{.auth_token_env = "DEEPSEEK_API_KEY"}, config::Provider{.api_key_file = "/f"},
        config::Provider{.auth_token_file = "/f"}}) {
    const auto variables = Case{.provider = provider, .files = {{"/f", "in file"}}}.variables();
    CHECK(variables.contains("ANTHROPIC_API_KEY") + variables.contains("ANTHROPIC_AUTH_TOKEN") == 1);
  }
}

TEST_CASE("nothing of the daemon's own environment leaks in", "[environment]") {
  const auto result = Case{.provider = {.api_key = "k"}}.rendered();
  REQUIRE(result);
  CHECK(environment::env_file_text(*result).find("daemon") == std::string::npos);
}

TEST_CASE("the address is the base that clients append /v1 to", "[environment]") {
  const auto [given, used] =
      GENERATE(table<std::string, std::string>({{"https://a/v1", "https://a"},
                                                {"https://a/v1/", "https://a"},
                                                {"https://a//", "https://a"},
                                                {"https://a/anthropic", "https://a/anthropic"}}));
  CHECK(Case{.provider = {.base_url = given}}.variables().at("ANTHROPIC_BASE_URL") == used);
  CHECK_FALSE(Case{.provider = {}}.variables().contains("ANTHROPIC_BASE_URL"));
}

TEST_CASE("a key that is not set is an error that names provider and variable", "[environment]") {
  Case it{.provider = {.auth_token_env = "MISSING"}, .tier = {"deepseek", "m"}};
  CHECK(it.rendered() == std::unexpected("the key of provider 'deepseek' is missing: MISSING is not set"));
  it.daemon["MISSING"] = "";
  CHECK(it.rendered() == std::unexpected("the key of provider 'deepseek' is missing: MISSING is not set"));
}

TEST_CASE("a key may be in a file of its own, and one that is not there is an error that names the file",
          "[environment]") {
  Case it{.provider = {.api_key_file = "/run/key"}, .files = {{"/run/key", "sk-in-file"}}};
  CHECK(it.variables().at("ANTHROPIC_API_KEY") == "sk-in-file");
  it.provider = {.auth_token_file = "/run/key"};
  CHECK(it.variables().at("ANTHROPIC_AUTH_TOKEN") == "sk-in-file");
  it.files.clear();
  CHECK(it.rendered() == std::unexpected("the key of provider 'anthropic' is missing: /run/key is empty"));
}

TEST_CASE("a value of two lines cannot smuggle in a variable, and is not repeated", "[environment]") {
  Case it{.provider = {.api_key_env = "KEY"}};
  it.daemon["KEY"] = "key\nLD_PRELOAD=/tmp/x";
  CHECK(it.rendered() ==
        std::unexpected("the key of provider 'anthropic' is missing: KEY is not one line of text"));
  it.provider = {.api_key = "k", .env = {{"EXTRA", "a\nLD_PRELOAD=/tmp/x"}}};
  CHECK(it.rendered() == std::unexpected("the value of EXTRA has a newline or NUL in it"));
}

TEST_CASE("a provider's variables win over the tier's, an agent's over both where they may",
          "[environment]") {
  Case it{.provider = {.base_url = "https://a",
                       .api_key = "k",
                       .env = {{"ANTHROPIC_DEFAULT_HAIKU_MODEL", "small"},
                               {"API_TIMEOUT_MS", "1"},
                               {"LANG", "de"}}},
          .agent = {.env = {{"API_TIMEOUT_MS", "2"}, {"PATH", "/opt/bin"}, {"EXTRA", "a b"}}}};
  const auto variables = it.variables();
  CHECK(variables.at("ANTHROPIC_DEFAULT_HAIKU_MODEL") == "small");
  CHECK(variables.at("ANTHROPIC_MODEL") == "claude-opus-4-7");
  CHECK(variables.at("API_TIMEOUT_MS") == "2");
  CHECK(variables.at("LANG") == "de");
  CHECK(variables.at("PATH") == "/opt/bin");
  CHECK(variables.at("EXTRA") == "a b");
}

TEST_CASE("an agent's variables cannot name, pay for or choose a tier", "[environment]") {
  const Case plain{.provider = {.base_url = "https://a", .api_key = "k"}};
  for (const auto* name :
       {"ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", "ANTHROPIC_AUTH_TOKEN", "ANTHROPIC_MODEL",
        "ANTHROPIC_SMALL_FAST_MODEL", "ANTHROPIC_DEFAULT_OPUS_MODEL", "ANTHROPIC_DEFAULT_SONNET_MODEL",
        "ANTHROPIC_DEFAULT_HAIKU_MODEL", "ANTHROPIC_DEFAULT_FABLE_MODEL", "CLAUDE_CODE_SUBAGENT_MODEL",
        "CLAUDE_CODE_OAUTH_TOKEN", "CLAUDE_CODE_USE_BEDROCK", "CLAUDE_CODE_USE_VERTEX",
        "CLAUDE_CODE_USE_FOUNDRY", "CLAUDE_CODE_MAX_RETRIES", "CLAUDE_CODE_RETRY_WATCHDOG",
        "UNDERSTUDY_TIER"}) {
    CAPTURE(name);
    Case it = plain;
    it.agent.env = {{name, "mine"}};
    CHECK(it.variables() == plain.variables());
  }
}

TEST_CASE("only the daemon sets how often the CLI retries", "[environment]") {
  Case it{.provider = {.api_key = "k",
                       .env = {{"CLAUDE_CODE_MAX_RETRIES", "10"}, {"CLAUDE_CODE_RETRY_WATCHDOG", "1"}}}};
  CHECK(it.variables().at("CLAUDE_CODE_MAX_RETRIES") == "1");
  CHECK_FALSE(it.variables().contains("CLAUDE_CODE_RETRY_WATCHDOG"));
}

TEST_CASE("an env file is lines of name and value, as they are: no quotes, no escapes", "[environment]") {
  CHECK(environment::env_file_text({}) == "");
  CHECK(environment::env_file_text({{"A", "x"}, {"B", ""}, {"C", "a \"b\" 'c' $D # e = \\n"}}) ==
        "A=x\nB=\nC=a \"b\" 'c' $D # e = \\n\n");
}

TEST_CASE("the same tier renders the same bytes", "[environment]") {
  const Case it{.provider = {.api_key = "k", .env = {{"Z", "1"}, {"A", "2"}}}};
  CHECK(environment::env_file_text(*it.rendered()) == environment::env_file_text(*it.rendered()));
}
