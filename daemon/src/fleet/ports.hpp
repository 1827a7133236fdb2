#pragma once
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

/// Port: the daemon's environment variables that hold providers' keys.
class Keys {
 public:
  [[nodiscard]] virtual std::optional<std::string> find(const std::string& variable) const = 0;

 protected:
  ~Keys() = default;
};

}  // namespace understudy::daemon::fleet
