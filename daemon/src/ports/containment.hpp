#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace understudy::daemon::ports {

struct Tmpfs {
  std::string path{};     ///< in the container
  std::string options{};  ///< as mount(8) takes them: "size=64m,mode=1777"
  bool operator==(const Tmpfs&) const = default;
};

/// All of the engine's graphics cards, some number of them, or those named; with none of these no card.
struct Gpus {
  bool all{false};
  int count{0};
  std::vector<std::string> devices{};
  [[nodiscard]] bool any() const { return all || count > 0 || !devices.empty(); }
  bool operator==(const Gpus&) const = default;
};

/// What a container may use of its host, and do to it. The defaults are for untrusted code, as an agent is,
/// where the configuration says nothing.
struct Containment {
  std::int64_t nano_cpus{0};                 ///< billionths of a processor; 0: no limit
  std::int64_t pids_limit{512};              ///< processes and threads; 0: no limit
  std::string user{};                        ///< name or uid, with :group; empty: the image's
  std::vector<std::string> cap_drop{"ALL"};  ///< in capitals, without CAP_, sorted
  std::vector<std::string> cap_add{};
  bool no_new_privileges{true};
  bool read_only{false};
  std::vector<Tmpfs> tmpfs{};
  Gpus gpus{};
  bool operator==(const Containment&) const = default;
};

}  // namespace understudy::daemon::ports
