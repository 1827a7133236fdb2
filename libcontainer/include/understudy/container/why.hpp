#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "understudy/container/policy.hpp"
#include "understudy/container/state.hpp"

namespace understudy::container {

struct Guard {
  std::string_view name{};
  bool holds{false};
  std::string value{};  ///< what was compared: "2 leases", "9 s of 600 s"
};

struct Timer {
  std::string_view name{};
  Steady at{};
};

struct Why {
  Phase phase{Phase::unknown};
  std::string_view decision{};  ///< name of the last decision
  Instant decided_at{};
  std::string last_error{};
  std::vector<Guard> idle_stop{};  ///< every guard of the idle stop; it happens when all hold
  std::optional<Timer> next{};     ///< the earliest timer
};

[[nodiscard]] Why why(const Policy& policy, const Instance& instance, Now now);

}  // namespace understudy::container
