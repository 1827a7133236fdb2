#pragma once
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/process/record.hpp"
#include "runtime/spawn.hpp"

namespace understudy::daemon::runtime {

/// An instance that an earlier daemon left.
struct LeftInstance {
  ProcessRecord record{};
  std::optional<Child> child{};  ///< while its supervisor runs
};

/// The directories of agents below `agents_dir`; none when it is not there. The error is a sentence.
[[nodiscard]] std::expected<std::vector<std::string>, std::string> agents_below(
    const std::string& agents_dir);

/// What is left in `agent_dir`, and what was set aside there deleted; nothing when there is none, or one of
/// `known`. The error is a sentence: something may run that we do not see. Waits for the disk.
[[nodiscard]] std::expected<std::optional<LeftInstance>, std::string> read_left(
    const std::string& agent_dir, const std::set<ContainerId>& known);

}  // namespace understudy::daemon::runtime
