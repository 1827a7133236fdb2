#pragma once
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "config/parse.hpp"

/// Providers' keys, wherever the configuration says they are, and which of them are missing.
namespace understudy::daemon::config {

/// Looks up a variable of the daemon's own environment.
using FindVariable = std::function<std::optional<std::string>(const std::string& name)>;
/// The key in a file, or a sentence why there is none.
using ReadKeyFile = std::function<std::expected<std::string, std::string>(const std::string& path)>;

struct Credential {
  enum class Kind { none, api_key, auth_token };
  Kind kind{Kind::none};  ///< none: the provider needs none, or authenticates through its env
  std::string value{};
};

/// The error says what is missing, without the provider's name: "ANTHROPIC_API_KEY is not set".
[[nodiscard]] std::expected<Credential, std::string> credential_of(const Provider& provider,
                                                                   const FindVariable& find,
                                                                   const ReadKeyFile& read);

/// A tier of a type, counted from 1.
struct TierUse {
  std::string agent_type{};
  int tier{1};
  bool operator==(const TierUse&) const = default;
};

/// A provider that some tier needs and whose key is not there.
struct Unconfigured {
  std::string provider{};
  std::string key{};     ///< of the configuration: "api_key_env"
  std::string reason{};  ///< "ANTHROPIC_API_KEY is not set"
  std::vector<TierUse> tiers{};
  bool operator==(const Unconfigured&) const = default;
};

/// All of them, by provider. Tiers that need no key of ours are left out: those of external agents, and
/// tier 1 in host mode, which has the operator's own environment.
[[nodiscard]] std::vector<Unconfigured> unconfigured(const Config& config, const FindVariable& find,
                                                     const ReadKeyFile& read);

/// The same as warnings: "/providers/anthropic/api_key_env: ANTHROPIC_API_KEY is not set: …".
[[nodiscard]] std::vector<Problem> missing_keys(const Config& config, const FindVariable& find,
                                                const ReadKeyFile& read);

/// The files that the providers name, each once.
[[nodiscard]] std::vector<std::string> key_files(const Config& config);

}  // namespace understudy::daemon::config
