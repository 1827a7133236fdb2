#include "app/secrets.hpp"

#include "config/document.hpp"

namespace understudy::daemon::app {

void Secrets::follow(const config::Config& config, const boost::json::value& document,
                     const fleet::Keys& keys) {
  auto secrets = config::secrets_of(document);
  secrets.push_back(operator_token_);
  for (const auto& [name, provider] : config.providers)
    for (const auto& variable : {provider.api_key_env, provider.auth_token_env})
      if (variable)
        if (auto value = keys.find(*variable)) secrets.push_back(std::move(*value));
  auto next = std::make_shared<const environment::Redactor>(secrets);
  const std::lock_guard lock(mutex_);
  redactor_ = std::move(next);
}

}  // namespace understudy::daemon::app
