#include "config/credentials.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "config/reader.hpp"

namespace understudy::daemon::config {

namespace {

using Found = std::expected<std::string, std::string>;

Found in_variable(const std::string& name, const FindVariable& find) {
  auto value = find(name);
  if (!value || value->empty()) return std::unexpected(name + " is not set");
  if (!line_problem(*value).empty()) return std::unexpected(name + " is not one line of text");
  return std::move(*value);
}

std::string_view key_of(const Provider& provider) {
  if (provider.api_key_env) return "api_key_env";
  if (provider.api_key_file) return "api_key_file";
  return provider.auth_token_env ? "auth_token_env" : "auth_token_file";
}

std::vector<TierUse> tiers_on(const Config& config, std::string_view provider) {
  std::vector<TierUse> tiers;
  for (const auto& [name, type] : config.agent_types) {
    if (type.agent.adapter == "external") continue;
    const auto& chain = type.failover.chain;
    for (std::size_t i = type.container.mode == Mode::host ? 1 : 0; i < chain.size(); ++i)
      if (chain[i].provider == provider) tiers.push_back({name, static_cast<int>(i) + 1});
  }
  return tiers;
}

}  // namespace

std::expected<Credential, std::string> credential_of(const Provider& provider, const FindVariable& find,
                                                     const ReadKeyFile& read) {
  using enum Credential::Kind;
  const auto as = [](Credential::Kind kind, Found found) -> std::expected<Credential, std::string> {
    if (!found) return std::unexpected(std::move(found.error()));
    return Credential{kind, std::move(*found)};
  };
  if (provider.api_key) return Credential{api_key, *provider.api_key};
  if (provider.api_key_env) return as(api_key, in_variable(*provider.api_key_env, find));
  if (provider.api_key_file) return as(api_key, read(*provider.api_key_file));
  if (provider.auth_token) return Credential{auth_token, *provider.auth_token};
  if (provider.auth_token_env) return as(auth_token, in_variable(*provider.auth_token_env, find));
  if (provider.auth_token_file) return as(auth_token, read(*provider.auth_token_file));
  return Credential{};
}

std::vector<Unconfigured> unconfigured(const Config& config, const FindVariable& find,
                                       const ReadKeyFile& read) {
  std::vector<Unconfigured> missing;
  for (const auto& [name, provider] : config.providers) {
    auto tiers = tiers_on(config, name);
    if (tiers.empty()) continue;
    if (auto credential = credential_of(provider, find, read); !credential)
      missing.push_back(
          {name, std::string(key_of(provider)), std::move(credential.error()), std::move(tiers)});
  }
  return missing;
}

std::vector<Problem> missing_keys(const Config& config, const FindVariable& find, const ReadKeyFile& read) {
  std::vector<Problem> warnings;
  for (const auto& [provider, key, reason, tiers] : unconfigured(config, find, read)) {
    std::vector<std::string> uses;
    for (const auto& [type, tier] : tiers) uses.push_back(fmt::format("{} (tier {})", type, tier));
    warnings.push_back({fmt::format("/providers/{}/{}", pointer_escape(provider), key),
                        fmt::format("{}, so provider '{}' has no key and cannot serve {}", reason, provider,
                                    fmt::join(uses, ", "))});
  }
  return warnings;
}

std::vector<std::string> key_files(const Config& config) {
  std::set<std::string> files;
  for (const auto& [name, provider] : config.providers)
    for (const auto& file : {provider.api_key_file, provider.auth_token_file})
      if (file) files.insert(*file);
  return {files.begin(), files.end()};
}

}  // namespace understudy::daemon::config
