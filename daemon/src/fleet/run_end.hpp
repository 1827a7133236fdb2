#pragma once
#include <optional>

namespace understudy::daemon::fleet {

/// How a run ended, as the shim or the engine saw it.
struct RunEnd {
  std::optional<int> exit_code{};
  std::optional<int> signal{};
  bool oom{false};  ///< the kernel killed it for lack of memory
};

}  // namespace understudy::daemon::fleet
