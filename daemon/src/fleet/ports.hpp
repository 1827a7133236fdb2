#pragma once
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/envelope.hpp"

namespace understudy::daemon::fleet {

/// Port: publishes committed events.
class Announcer {
 public:
  virtual void announce(const wire::Envelope& event) = 0;

 protected:
  ~Announcer() = default;
};

/// Port: providers' keys outside the configuration.
class Keys {
 public:
  /// A variable of the daemon's environment.
  [[nodiscard]] virtual std::optional<std::string> find(const std::string& variable) const = 0;
  /// The key in a file as it was last read, or a sentence. Waits for nothing.
  [[nodiscard]] virtual std::expected<std::string, std::string> in_file(const std::string& path) const = 0;

 protected:
  ~Keys() = default;
};

}  // namespace understudy::daemon::fleet
