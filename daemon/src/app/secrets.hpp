#pragma once
#include <boost/json/value.hpp>
#include <cstdlib>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "config/model.hpp"
#include "environment/redact.hpp"
#include "fleet/ports.hpp"

namespace understudy::daemon::app {

/// Providers' keys in the daemon's own environment.
class EnvironmentKeys final : public fleet::Keys {
 public:
  [[nodiscard]] std::optional<std::string> find(const std::string& variable) const override {
    const char* value = std::getenv(variable.c_str());
    return value && *value ? std::optional<std::string>(value) : std::nullopt;
  }
};

/// What must never be shown. Once a secret, always one, until this process ends: an agent may hold a key long
/// after it was replaced. Any thread.
class Secrets {
 public:
  explicit Secrets(const std::string& operator_token) { add(operator_token); }
  /// Those of a configuration, beside all before.
  void follow(const config::Config& config, const boost::json::value& document, const fleet::Keys& keys);
  /// Those that running agents were given before this process began: `agents/*/env`, what that file
  /// held earlier, and `process.json` of the state directory.
  void follow_env_files(const std::string& state_dir);
  void add(const std::string& secret);
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  mutable std::shared_mutex mutex_;
  environment::Redactor redactor_;
};

}  // namespace understudy::daemon::app
