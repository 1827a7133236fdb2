#pragma once
#include <functional>
#include <string>
#include <vector>

#include "ports/runtime_types.hpp"
#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

/// A child in its own session with exactly this environment, no descriptor but 0–2, default signals.
struct Launch {
  std::vector<std::string> command{};
  Environment env{};
  std::string workdir{};
  std::string output{};  ///< file for stdout and stderr, which must not be there; empty: /dev/null
};

struct Child {
  ProcessKey key{};
  Descriptor pidfd{};
};

/// Every child of the daemon is made here: another would be taken for an orphan. The command's first word is
/// looked up in the PATH of `env`. `invalid_spec` names a command that is not there.
[[nodiscard]] EngineResult<Child> spawn(const Launch& launch);

/// Without an error when spawn() would find the program.
[[nodiscard]] EngineResult<void> check_program(const Launch& launch);

/// Children of this process that spawn() did not make. Nothing is spawned meanwhile.
void for_each_stray_child(const std::function<void(pid_t)>& tell);

/// After the pidfd became readable. Reaps; `128 + signal` for a killed child.
[[nodiscard]] std::optional<int> reap(int pidfd);

/// The daemon's own environment with `over` on top.
[[nodiscard]] Environment operators_environment(const Environment& over);
/// `base` with `over` on top.
[[nodiscard]] Environment merged(Environment base, const Environment& over);

}  // namespace understudy::daemon::runtime
