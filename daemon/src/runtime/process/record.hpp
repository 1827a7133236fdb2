#pragma once
#include <optional>
#include <string>

#include "ports/runtime_types.hpp"
#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

using namespace ports;

enum class ProcessPhase : std::uint8_t {
  created,
  starting,  ///< written before the spawn: after a crash the process may exist, under an unknown pid
  running,
  exited,
};

/// What `<agent_dir>/process.json` keeps about an instance's main process, so that another daemon can adopt
/// it. It holds the environment, hence mode 0600.
struct ProcessRecord {
  ContainerId id{};
  InstanceSpec spec{};  ///< without image and network, which mean nothing here
  ProcessPhase phase{ProcessPhase::created};
  ProcessKey key{};
  std::optional<int> exit_code{};
  bool oom{false};

  [[nodiscard]] std::string stamp() const;
  [[nodiscard]] std::string path() const { return spec.agent_dir + "/process.json"; }
  [[nodiscard]] std::string log_path() const { return spec.agent_dir + "/log"; }
  [[nodiscard]] std::string workdir() const {
    return spec.workdir.empty() ? spec.agent_dir + "/work" : spec.workdir;
  }
};

[[nodiscard]] std::expected<void, std::string> save(const ProcessRecord& record);
/// `tampered` when it cannot be understood.
[[nodiscard]] FileResult<ProcessRecord> load_record(const std::string& agent_dir);

/// How the main process ended, as its supervisor wrote it down; nothing when it did not come to that.
struct ProcessExit {
  std::optional<int> exit_code{};  ///< 128 + signal for a killed one
  bool oom{false};
};
[[nodiscard]] ProcessExit load_exit(const std::string& agent_dir);

/// The process whose standard output is `path` and that leads a session: what a `starting` record lost.
/// `absent` only when every process was looked at.
[[nodiscard]] FileResult<ProcessKey> find_by_output(const std::string& path);

}  // namespace understudy::daemon::runtime
