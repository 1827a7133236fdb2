// Which providers, of which agents, are one account.
#include "fleet/accounts.hpp"

#include <catch2/catch.hpp>
#include <set>

#include "text/hex.hpp"

namespace config = understudy::daemon::config;
namespace fleet = understudy::daemon::fleet;
using understudy::failover::TierId;

namespace {

struct Place final : fleet::Keys {
  std::map<std::string, std::string> variables{};
  std::map<std::string, std::string> files{};
  [[nodiscard]] std::optional<std::string> find(const std::string& variable) const override {
    const auto known = variables.find(variable);
    return known == variables.end() ? std::nullopt : std::optional(known->second);
  }
  [[nodiscard]] std::expected<std::string, std::string> in_file(const std::string& path) const override {
    const auto known = files.find(path);
    if (known == files.end()) return std::unexpected(path + " is not there");
    return known->second;
  }
};

fleet::Account account(const config::Provider& provider, const Place& place = {},
                       const std::string& account_key = "of this state directory") {
  const auto all = fleet::make_accounts({.providers = {{"some", provider}}}, place, account_key);
  return all.by_provider.at("some");
}

std::string id(const config::Provider& provider, const Place& place = {}) {
  return account(provider, place).id;
}

/// first: a key of ours; login: the agents' own.
config::Config two_providers() {
  return {.providers = {{"first", {.api_key = "sk-1"}}, {"login", {}}}};
}

config::AgentType type_on(std::vector<std::string> providers, const std::string& adapter = "claude-code",
                          config::Mode mode = config::Mode::process) {
  config::AgentType type;
  for (auto& provider : providers) type.failover.chain.push_back(TierId{std::move(provider), "model"});
  type.agent.adapter = adapter;
  type.container.mode = mode;
  return type;
}

}  // namespace

TEST_CASE("a keyed hash is that of RFC 4231", "[text]") {
  CHECK(understudy::daemon::text::hmac_sha256_hex("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST_CASE("one credential at one address is one account, by whatever name and way", "[fleet][accounts]") {
  const config::Provider written{.base_url = "https://api.example.com/anthropic", .api_key = "sk-1"};
  const auto all = fleet::make_accounts({.providers = {{"a", written}, {"b", written}}}, Place{}, "key");
  CHECK(all.by_provider.at("a") == all.by_provider.at("b"));

  auto in_variable = written;
  in_variable.api_key.reset();
  in_variable.api_key_env = "KEY";
  auto in_file = written;
  in_file.api_key.reset();
  in_file.api_key_file = "/run/key";
  Place place;
  place.variables = {{"KEY", "sk-1"}};
  place.files = {{"/run/key", "sk-1"}};
  CHECK(id(in_variable, place) == id(written));
  CHECK(id(in_file, place) == id(written));
}

TEST_CASE("an address has more than one spelling", "[fleet][accounts]") {
  const auto at = [](const char* url) { return id({.base_url = url, .api_key = "sk-1"}); };
  const auto one = at("https://api.example.com/Anthropic");
  CHECK(at("https://API.Example.com/Anthropic/") == one);
  CHECK(at("HTTPS://api.example.com/Anthropic//") == one);
  CHECK(at("https://api.example.com/Anthropic/v1/") == one);
  CHECK(at("https://api.example.com/anthropic") != one);
  CHECK(at("https://api.example.com:8443/Anthropic") != one);
  CHECK(at("http://api.example.com/Anthropic") != one);
  CHECK(at("https://API.example.com") == at("https://api.example.com/"));
}

TEST_CASE("another address, credential, kind of it or variable is another account", "[fleet][accounts]") {
  const std::set<std::string> ids{
      id({.api_key = "sk-1"}),
      id({.api_key = "sk-2"}),
      id({.auth_token = "sk-1"}),
      id({.base_url = "https://a.example", .api_key = "sk-1"}),
      id({.api_key = "sk-1", .env = {{"ORGANISATION", "one"}}}),
      id({.api_key = "sk-1", .env = {{"ORGANISATION", "two"}}}),
      id({.api_key = "sk-1", .env = {{"ORGANISATIONo", "ne"}}}),
      id({.base_url = "https://a.example"}),
  };
  CHECK(ids.size() == 8);
  CHECK(id({.api_key = "k", .env = {{"A", "1"}, {"B", "2"}}}) ==
        id({.api_key = "k", .env = {{"B", "2"}, {"A", "1"}}}));
}

TEST_CASE("the name of an account says nothing to who has not the key of the state directory",
          "[fleet][accounts]") {
  const auto here = account({.api_key = "sk-1"}).id;
  CHECK(here.size() == 16);
  CHECK(here.find_first_not_of("0123456789abcdef") == std::string::npos);
  CHECK(account({.api_key = "sk-1"}, {}, "of another").id != here);
}

TEST_CASE("without a key the account is known, and why it cannot serve", "[fleet][accounts]") {
  const config::Provider in_variable{.api_key_env = "ANTHROPIC_API_KEY"};
  const auto missing = account(in_variable);
  CHECK(missing.missing == "ANTHROPIC_API_KEY is not set");
  CHECK_FALSE(missing.own_login);
  CHECK(account({.auth_token_file = "/run/token"}).missing == "/run/token is not there");
  CHECK(id({.api_key_env = "OTHER_KEY"}) != missing.id);

  Place place;
  place.variables = {{"ANTHROPIC_API_KEY", "two\nlines"}};
  CHECK(account(in_variable, place).id == missing.id);  // whatever the reason
  place.variables = {{"ANTHROPIC_API_KEY", "sk-1"}};
  CHECK(account(in_variable, place).missing.empty());
  CHECK(account(in_variable, place).id != missing.id);
}

TEST_CASE("the agents bring their own login where nothing says whose account it is", "[fleet][accounts]") {
  const auto with = [](const char* variable) { return account({.env = {{variable, "x"}}}).own_login; };
  CHECK(account({}).own_login);
  CHECK(with("CLAUDE_CODE_MAX_OUTPUT_TOKENS"));
  CHECK(with("MONKEY"));
  CHECK_FALSE(with("CLAUDE_CODE_OAUTH_TOKEN"));
  CHECK_FALSE(with("AWS_BEARER_TOKEN_BEDROCK"));
  CHECK_FALSE(with("OPENAI_API_KEY"));
  CHECK_FALSE(with("ANTHROPIC_CUSTOM_HEADERS"));
  CHECK_FALSE(with("ANTHROPIC_BASE_URL"));
  CHECK_FALSE(with("GOOGLE_APPLICATION_CREDENTIALS"));
  CHECK_FALSE(account({.base_url = "http://127.0.0.1:11434"}).own_login);
  CHECK_FALSE(account({.api_key = "sk-1"}).own_login);

  const auto two = fleet::make_accounts({.providers = {{"a", {}}, {"b", {}}}}, Place{}, "key");
  CHECK(two.by_provider.at("a").id != two.by_provider.at("b").id);
}

TEST_CASE("who shares an account", "[fleet][accounts]") {
  auto config = two_providers();
  const auto accounts = fleet::make_accounts(config, Place{}, "key");
  const auto first = accounts.by_provider.at("first").id, login = accounts.by_provider.at("login").id;

  const auto managed = type_on({"first", "login"});
  CHECK(fleet::account_of(accounts, managed, "coder-a", 1) == first);
  CHECK(fleet::account_of(accounts, managed, "coder-a", 2) == login + ":coder-a");

  const auto on_host = type_on({"first", "first"}, "claude-code", config::Mode::host);
  CHECK(fleet::account_of(accounts, on_host, "coder-a", 1) == first + ":coder-a");
  CHECK(fleet::account_of(accounts, on_host, "coder-a", 2) == first);

  const auto reports = type_on({"first", "login"}, "external");
  CHECK(fleet::account_of(accounts, reports, "robot", 1) == first);
  CHECK(fleet::account_of(accounts, reports, "robot", 2) == login);

  config.service.share_health = false;
  const auto apart = fleet::make_accounts(config, Place{}, "key");
  CHECK(fleet::account_of(apart, managed, "coder-a", 1) == first + ":coder-a");
  CHECK(fleet::account_of(apart, reports, "robot", 2) == login + ":robot");
}

TEST_CASE("a key is missing only where one of ours is needed", "[fleet][accounts]") {
  const config::Config config{.providers = {{"first", {.api_key_env = "KEY"}}}};
  const auto accounts = fleet::make_accounts(config, Place{}, "key");
  const auto missing = [&](const config::AgentType& type, int tier) {
    return fleet::missing_key(accounts, type, tier);
  };
  CHECK(missing(type_on({"first"}), 1) == "KEY is not set");
  const auto on_host = type_on({"first", "first"}, "claude-code", config::Mode::host);
  CHECK(missing(on_host, 1).empty());
  CHECK(missing(on_host, 2) == "KEY is not set");
  CHECK(missing(type_on({"first"}, "external"), 1).empty());
  CHECK(fleet::missing_key(fleet::make_accounts(two_providers(), Place{}, "key"), type_on({"first"}), 1)
            .empty());
}

TEST_CASE("an agent's seat is its chain by accounts", "[fleet][accounts]") {
  const auto accounts = fleet::make_accounts(two_providers(), Place{}, "key");
  const auto seat = fleet::seat_of(accounts, type_on({"login", "first"}), "coder-a");
  CHECK(seat.agent == "coder-a");
  CHECK_FALSE(seat.external);
  REQUIRE(seat.chain.size() == 2);
  CHECK(seat.chain[0].account == accounts.by_provider.at("login").id + ":coder-a");
  CHECK(seat.chain[1].account == accounts.by_provider.at("first").id);
  CHECK(fleet::seat_of(accounts, type_on({"first"}, "external"), "robot").external);
}
