#pragma once
#include <boost/json/value.hpp>
#include <cstdlib>
#include <memory>
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

/// What must never be shown; follows the configuration.
class Secrets {
 public:
  explicit Secrets(std::string operator_token) : operator_token_(std::move(operator_token)) {}
  void follow(const config::Config& config, const boost::json::value& document, const fleet::Keys& keys);
  [[nodiscard]] std::string redact(std::string_view text) const { return redactor_(text); }

 private:
  std::string operator_token_;
  environment::Redactor redactor_;
};

}  // namespace understudy::daemon::app
