#pragma once
#include <boost/json/value.hpp>
#include <cstdlib>
#include <memory>
#include <mutex>
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

/// What must never be shown; follows the configuration. Texts are redacted on any thread.
class Secrets {
 public:
  explicit Secrets(std::string operator_token) : operator_token_(std::move(operator_token)) {}
  void follow(const config::Config& config, const boost::json::value& document, const fleet::Keys& keys);
  [[nodiscard]] std::string redact(std::string_view text) const { return (*redactor())(text); }

 private:
  [[nodiscard]] std::shared_ptr<const environment::Redactor> redactor() const {
    const std::lock_guard lock(mutex_);
    return redactor_;
  }

  std::string operator_token_;
  mutable std::mutex mutex_;
  std::shared_ptr<const environment::Redactor> redactor_{std::make_shared<environment::Redactor>()};
};

}  // namespace understudy::daemon::app
