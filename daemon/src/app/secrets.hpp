#pragma once
#include <boost/json/value.hpp>
#include <memory>
#include <shared_mutex>
#include <string>
#include <string_view>

#include "config/model.hpp"
#include "environment/redact.hpp"
#include "fleet/ports.hpp"

namespace understudy::daemon::app {

/// Secrets that must never be shown. None is removed while the process lives: an agent may hold a key long
/// after it was replaced. Thread-safe.
class Secrets {
 public:
  explicit Secrets(const std::string& operator_token) { add(operator_token); }
  /// Adds those of a configuration, with the keys it names.
  void follow(const config::Config& config, const boost::json::value& document, const fleet::Keys& keys);
  /// Adds those of agents started before this process: from `agents/*/env`, its former version, and
  /// `process.json` in the state directory.
  void follow_env_files(const std::string& state_dir);
  void add(const std::string& secret);
  [[nodiscard]] std::string redact(std::string_view text) const;

 private:
  mutable std::shared_mutex mutex_;
  environment::Redactor redactor_;
};

}  // namespace understudy::daemon::app
