#pragma once
#include <expected>
#include <string>
#include <vector>

#include "runtime/process/record.hpp"

/// What a process of an instance may use, as options of the shim.
namespace understudy::daemon::runtime {

/// What is the same for all instances.
struct Bounds {
  std::vector<std::string> hidden{};  ///< what no agent may read: state directory, configuration, key files
  std::uint64_t open_files{0};        ///< soft limit of descriptors; 0: the daemon's own
};

/// Makes the instance's own directories where they are missing, and in place of anything else that has their
/// name. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> make_own_directories(const std::string& agent_dir);

/// The variables that every process of the instance has.
[[nodiscard]] Environment environment_of(const ProcessRecord& record);

/// Options of the shim for the main process (no attempt) or a task of an instance that runs `command`: its
/// mark, its group when there is one, and the files it may write: its own directories, and those that the
/// configuration names.
[[nodiscard]] std::vector<std::string> options_for(const Bounds& bounds, const ProcessRecord& record,
                                                   const std::string& attempt,
                                                   const std::vector<std::string>& command,
                                                   const std::string& cgroup);
/// The same for a task on the host, which is not confined but can be told from others.
[[nodiscard]] std::vector<std::string> options_on_host(const Bounds& bounds, const std::string& run,
                                                       const std::string& attempt, const std::string& cgroup);

/// Landlock is there and may be used. Asked of the kernel once.
[[nodiscard]] bool has_landlock();

}  // namespace understudy::daemon::runtime
