#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "config/parse_service.hpp"
#include "config/reader.hpp"
#include "config/reserved_variables.hpp"
#include "http/authority.hpp"
#include "text/ascii.hpp"

namespace understudy::daemon::config {

namespace {

/// What is wrong with a provider's address, or nothing. Clients append their paths to it.
std::string url_problem(std::string_view url) {
  const std::size_t scheme = url.starts_with("http://") ? 7 : url.starts_with("https://") ? 8 : 0;
  if (scheme == 0) return "must begin with http:// or https://";
  const auto rest = url.substr(scheme);
  const auto authority = rest.substr(0, rest.find('/'));
  if (authority.find('@') != authority.npos) return "must not hold a user name or password";
  const bool plain = std::all_of(rest.begin(), rest.end(),
                                 [](char c) { return c > ' ' && c < 127 && c != '?' && c != '#'; });
  if (plain && http::parse_authority(authority)) return "";
  return "is not an address, as in https://api.example.com/anthropic";
}

/// It is used in paths, env files and messages.
bool is_provider_name(std::string_view name) {
  return !name.empty() && name.size() <= 64 && text::is_alphanumeric(name.front()) &&
         std::ranges::all_of(
             name, [](char c) { return text::is_alphanumeric(c) || c == '.' || c == '_' || c == '-'; });
}

}  // namespace

Provider read_provider(std::string_view name, const boost::json::value& value, Parsed& out) {
  Provider provider;
  const auto path = "/providers/" + pointer_escape(name);
  if (!is_provider_name(name))
    out.errors.push_back({path,
                          "the name must be 1 to 64 letters, digits, '.', '_' and '-', beginning with a "
                          "letter or digit"});
  Reader reader(value, path, out);
  if (!reader.valid()) return provider;
  reader.text("base_url", provider.base_url, false);
  if (!provider.base_url.empty())
    if (auto problem = url_problem(provider.base_url); !problem.empty())
      reader.error("base_url", std::move(problem));
  reader.secret("api_key", provider.api_key);
  reader.variable("api_key_env", provider.api_key_env, "api_key");
  reader.secret_file("api_key_file", provider.api_key_file, "api_key");
  reader.secret("auth_token", provider.auth_token);
  reader.variable("auth_token_env", provider.auth_token_env, "auth_token");
  reader.secret_file("auth_token_file", provider.auth_token_file, "auth_token");
  reader.environment("env", provider.env);
  reader.duration("silence_s", provider.silence, std::chrono::seconds{1}, true);
  constexpr std::array<std::string_view, 6> ways{"api_key",    "api_key_env",    "api_key_file",
                                                 "auth_token", "auth_token_env", "auth_token_file"};
  if (std::ranges::count_if(ways, [&reader](std::string_view way) { return reader.has(way); }) > 1)
    out.errors.push_back({path, fmt::format("give only one of {}", fmt::join(ways, ", "))});
  for (const auto& variable : provider.env)
    if (belongs_to_daemon(variable.first))
      reader.warning("env/" + variable.first, "is the daemon's own and has no effect here");
  reader.finish();
  return provider;
}

}  // namespace understudy::daemon::config
