#include "app/secrets.hpp"

#include <boost/json/parse.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <mutex>
#include <sstream>

#include "config/credentials.hpp"
#include "config/document.hpp"
#include "config/reserved_variables.hpp"
#include "edge/env_file.hpp"

namespace understudy::daemon::app {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_env_file = 1 << 20;

/// "http://user:password@proxy:3128" → "user:password"
std::string user_info(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == url.npos) return {};
  auto authority = url.substr(scheme + 3);
  authority = authority.substr(0, authority.find_first_of("/?#"));
  const auto at = authority.rfind('@');
  return at == authority.npos ? std::string() : std::string(authority.substr(0, at));
}

/// A variable set by the daemon itself, whose value is not secret.
bool is_ours(std::string_view name, std::string_view value) {
  return name == "PATH" || name == "HOME" || name == "LANG" || name.ends_with("_BASE_URL") ||
         name.find("_MODEL") != name.npos || name == "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC" ||
         name == "CLAUDE_CONFIG_DIR" || config::belongs_to_daemon(name) || value.empty();
}

/// Empty if it is not a small regular file.
std::string small_file(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(fs::symlink_status(path, error)) || fs::file_size(path, error) > largest_env_file)
    return {};
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

void Secrets::follow(const config::Config& config, const boost::json::value& document,
                     const fleet::Keys& keys) {
  for (const auto& secret : config::secrets_of(document)) add(secret);
  for (const auto& [name, provider] : config.providers) {
    add(user_info(provider.base_url));
    for (const auto& variable : {provider.api_key_env, provider.auth_token_env})
      if (variable)
        if (const auto value = keys.find(*variable)) add(*value);
  }
  for (const auto& file : config::key_files(config))
    if (const auto key = keys.in_file(file)) add(*key);
  for (const auto* variable :
       {"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"})
    if (const auto value = keys.find(variable)) add(user_info(*value));
}

void Secrets::follow_env_files(const std::string& state_dir) {
  std::error_code error;
  const auto given = [this](std::string_view name, std::string_view value) {
    if (!is_ours(name, value)) add(std::string(value));
  };
  for (const auto& agent : fs::directory_iterator(state_dir + "/agents", error)) {
    const auto now = (agent.path() / "env").string();
    for (const auto& path : {now, edge::former_env_file(now)}) {
      std::istringstream env(small_file(path));
      for (std::string line; std::getline(env, line);)
        if (const auto equals = line.find('='); equals != line.npos)
          given(std::string_view(line).substr(0, equals), std::string_view(line).substr(equals + 1));
    }
    boost::system::error_code no_json;
    // A running process may have an earlier environment.
    const auto record = boost::json::parse(small_file(agent.path() / "process.json"), no_json);
    const auto* list = record.is_object() ? record.get_object().if_contains("env") : nullptr;
    if (list == nullptr || !list->is_array()) continue;
    for (const auto& entry : list->get_array())
      if (entry.is_array() && entry.get_array().size() == 2 && entry.at(0).is_string() &&
          entry.at(1).is_string())
        given(entry.at(0).get_string(), entry.at(1).get_string());
  }
}

void Secrets::add(const std::string& secret) {
  const std::unique_lock lock(mutex_);
  redactor_.add(secret);
  const auto inner = user_info(secret);
  if (inner.empty()) return;
  redactor_.add(inner);
  redactor_.add(std::string_view(inner).substr(inner.find(':') + 1));
}

std::string Secrets::redact(std::string_view text) const {
  const std::shared_lock lock(mutex_);
  return redactor_(text);
}

}  // namespace understudy::daemon::app
