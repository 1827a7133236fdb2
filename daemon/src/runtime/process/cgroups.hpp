#pragma once
#include <optional>
#include <string>
#include <vector>

namespace understudy::daemon::runtime {

/// Limits that a group of processes may have where the kernel's controllers are ours to use; 0: none.
struct GroupLimits {
  std::int64_t processes{0};
  std::int64_t memory_mb{0};
};

/// Groups of processes that nothing can leave by forking: cgroup v2, below the daemon's own group, where that
/// is delegated or simply writable. A group has a name like "reviewer-default.x/at-1".
class Cgroups {
 public:
  /// nullopt where there is none that we may use, or where nothing can be killed by group (before
  /// Linux 5.14).
  [[nodiscard]] static std::optional<Cgroups> find(const std::string& name);
  explicit Cgroups(std::string root) : root_(std::move(root)) {}

  [[nodiscard]] const std::string& root() const { return root_; }
  /// Makes it unless it is there; its directory, empty when it cannot be made.
  [[nodiscard]] std::string make(const std::string& group, const GroupLimits& limits = {}) const;
  [[nodiscard]] std::vector<std::string> children_of(const std::string& group) const;

  /// All of it and below.
  void kill(const std::string& group) const;
  [[nodiscard]] bool is_empty(const std::string& group) const;
  [[nodiscard]] bool ran_out_of_memory(const std::string& group) const;
  /// With the empty groups in it.
  void remove(const std::string& group) const;

 private:
  std::string root_;
};

/// Where our own group of the cgroup v2 hierarchy is, out of /proc/self/mountinfo and /proc/self/cgroup.
[[nodiscard]] std::optional<std::string> own_cgroup(std::string_view mountinfo, std::string_view cgroup);

}  // namespace understudy::daemon::runtime
