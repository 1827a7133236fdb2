#include "fleet/accounts.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "config/credentials.hpp"
#include "text/ascii.hpp"
#include "text/hex.hpp"

namespace understudy::daemon::fleet {

namespace {

constexpr std::string_view external = "external";

/// Two spellings of one address are one. Clients append /v1/messages themselves.
std::string address_of(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  if (url.ends_with("/v1")) url.resize(url.size() - 3);
  const auto scheme = url.find("://");
  const auto host = scheme == url.npos ? 0 : scheme + 3;
  const auto path = std::min(url.find('/', host), url.size());
  std::transform(url.begin(), url.begin() + static_cast<std::ptrdiff_t>(path), url.begin(), text::to_lower);
  return url;
}

/// Whether a variable of this name says whose account it is: ANTHROPIC_AUTH_TOKEN, but not
/// CLAUDE_CODE_MAX_OUTPUT_TOKENS.
bool names_an_account(std::string_view variable) {
  static constexpr std::array<std::string_view, 9> words{
      "apikey", "credential", "credentials", "headers", "key", "password", "secret", "token", "url"};
  std::string word;
  for (std::size_t i = 0; i <= variable.size(); ++i) {
    if (i < variable.size() && variable[i] != '_') {
      word += text::to_lower(variable[i]);
      continue;
    }
    if (std::ranges::find(words, word) != words.end()) return true;
    word.clear();
  }
  return false;
}

/// Where a key would be. With it, what is known of a provider without its key is known before the key comes.
std::string place_of_key(const config::Provider& from) {
  if (from.api_key_env) return "api_key_env " + *from.api_key_env;
  if (from.api_key_file) return "api_key_file " + *from.api_key_file;
  if (from.auth_token_env) return "auth_token_env " + *from.auth_token_env;
  return "auth_token_file " + from.auth_token_file.value_or("");
}

std::string kind_of(config::Credential::Kind kind) {
  switch (kind) {
    case config::Credential::Kind::none: break;
    case config::Credential::Kind::api_key: return "api_key";
    case config::Credential::Kind::auth_token: return "auth_token";
  }
  return "none";
}

Account make_account(const std::string& name, const config::Provider& from, const Keys& keys,
                     const std::string& account_key) {
  std::string parts;
  const auto part = [&parts](std::string_view text) {  // with its length: no two lists give the same text
    parts.append(std::to_string(text.size())).append(":").append(text);
  };
  const auto credential = config::credential_of(
      from, [&keys](const std::string& variable) { return keys.find(variable); },
      [&keys](const std::string& path) { return keys.in_file(path); });
  Account account;
  part(address_of(from.base_url));
  if (credential) {
    part(kind_of(credential->kind));
    part(credential->value);
  } else {
    account.missing = credential.error();
    part("missing");
    part(place_of_key(from));
  }
  auto env = from.env;
  std::ranges::sort(env);
  for (const auto& [variable, value] : env) {
    part(variable);
    part(value);
  }
  account.own_login = credential && credential->kind == config::Credential::Kind::none &&
                      from.base_url.empty() &&
                      std::ranges::none_of(env, names_an_account, &decltype(env)::value_type::first);
  if (account.own_login) part(name);  // a login for each provider: two of them need not be one
  account.id = text::hmac_sha256_hex(account_key, parts).substr(0, 16);
  return account;
}

const Account* find(const Accounts& accounts, const config::AgentType& type, int tier) {
  const auto& chain = type.failover.chain;
  if (tier < 1 || static_cast<std::size_t>(tier) > chain.size()) return nullptr;
  const auto known = accounts.by_provider.find(chain[static_cast<std::size_t>(tier) - 1].provider);
  return known == accounts.by_provider.end() ? nullptr : &known->second;
}

}  // namespace

Accounts make_accounts(const config::Config& config, const Keys& keys, const std::string& account_key) {
  Accounts accounts{.shared = config.service.share_health};
  for (const auto& [name, provider] : config.providers)
    accounts.by_provider.emplace(name, make_account(name, provider, keys, account_key));
  return accounts;
}

bool has_environment_of_host(const config::AgentType& type, int tier) {
  return type.container.mode == config::Mode::host && tier == 1;
}

std::string account_of(const Accounts& accounts, const config::AgentType& type, const std::string& instance,
                       int tier) {
  const auto* account = find(accounts, type, tier);
  if (!account) return {};
  const bool own = type.agent.adapter != external &&  // nothing tells them apart: they share by provider
                   (account->own_login || has_environment_of_host(type, tier));
  return own || !accounts.shared ? account->id + ":" + instance : account->id;
}

std::string missing_key(const Accounts& accounts, const config::AgentType& type, int tier) {
  if (type.agent.adapter == external || has_environment_of_host(type, tier)) return {};
  const auto* account = find(accounts, type, tier);
  return account ? account->missing : "";
}

failover::Seat seat_of(const Accounts& accounts, const config::AgentType& type, const std::string& instance) {
  failover::Seat seat{.agent = instance, .external = type.agent.adapter == external};
  for (int tier = 1; tier <= static_cast<int>(type.failover.chain.size()); ++tier)
    seat.chain.push_back({.account = account_of(accounts, type, instance, tier)});
  return seat;
}

}  // namespace understudy::daemon::fleet
