#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/envelope.hpp"

namespace understudy::daemon::fleet {

/// Port: where committed events go.
class Announcer {
 public:
  virtual void announce(const wire::Envelope& event) = 0;

 protected:
  ~Announcer() = default;
};

/// Port: the variables of the daemon's own environment that providers' keys are read from.
class Keys {
 public:
  [[nodiscard]] virtual std::optional<std::string> find(const std::string& variable) const = 0;

 protected:
  ~Keys() = default;
};

}  // namespace understudy::daemon::fleet
