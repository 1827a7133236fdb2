#include "runtime/process/cgroups.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

namespace {

bool put(const std::string& path, std::string_view text) {
  const Descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

/// Controllers work in groups below only when no process is in the group itself, so we go into one of our
/// own; if we are not alone in it, it is not ours to arrange.
void use_controllers(const std::string& own) {
  const auto control = own + "/cgroup.subtree_control";
  for (const std::string_view controller : {"+pids", "+memory"}) {
    if (put(control, controller) || errno != EBUSY) continue;
    if (read_proc(own + "/cgroup.procs") != std::to_string(::getpid()) + "\n") return;
    const auto leaf = own + "/understudyd";
    ::mkdir(leaf.c_str(), 0755);
    if (put(leaf + "/cgroup.procs", "0")) put(control, controller);
  }
}

}  // namespace

std::optional<std::string> own_cgroup(std::string_view mountinfo, std::string_view cgroup) {
  std::string group;
  std::istringstream groups{std::string(cgroup)};
  for (std::string line; std::getline(groups, line);)
    if (line.starts_with("0::")) group = line.substr(3);
  if (group.empty()) return std::nullopt;
  std::istringstream mounts{std::string(mountinfo)};
  for (std::string line; std::getline(mounts, line);) {
    const auto type = line.find(" - cgroup2 ");
    if (type == std::string::npos) continue;
    std::istringstream fields(line);
    std::string skipped, root, place;
    fields >> skipped >> skipped >> skipped >> root >> place;
    if (root == "/") root.clear();
    if (!group.starts_with(root)) continue;
    auto path = place + group.substr(root.size());
    if (path.ends_with('/')) path.pop_back();
    return path;
  }
  return std::nullopt;
}

std::optional<Cgroups> Cgroups::find(const std::string& name) {
  const auto own =
      own_cgroup(read_proc("/proc/self/mountinfo").value_or(""), read_proc("/proc/self/cgroup").value_or(""));
  if (!own) return std::nullopt;
  // After a restart in it, it is still the one above that is ours.
  auto above = *own;
  if (above.ends_with("/understudyd")) above.resize(above.size() - std::string_view("/understudyd").size());
  const auto root = above + "/understudy-" + name;
  if (::mkdir(root.c_str(), 0755) != 0 && errno != EEXIST) return std::nullopt;
  const bool usable = ::access((root + "/cgroup.kill").c_str(), W_OK) == 0 &&
                      ::access((root + "/cgroup.procs").c_str(), W_OK) == 0 &&
                      ::access((above + "/cgroup.procs").c_str(), W_OK) == 0;
  if (!usable) {
    ::rmdir(root.c_str());
    return std::nullopt;
  }
  use_controllers(above);
  for (const std::string_view controller : {"+pids", "+memory"})
    put(root + "/cgroup.subtree_control", controller);
  return Cgroups(root);
}

std::string Cgroups::make(const std::string& group, const GroupLimits& limits) const {
  const auto path = fmt::format("{}/{}", root_, group);
  ::mkdir(root_.c_str(), 0755);  // empty, it may have been taken away
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) return {};
  if (limits.processes > 0) put(path + "/pids.max", std::to_string(limits.processes));
  if (limits.memory_mb > 0) put(path + "/memory.max", std::to_string(limits.memory_mb << 20));
  return path;
}

std::vector<std::string> Cgroups::children_of(const std::string& group) const {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(fmt::format("{}/{}", root_, group), ignored))
    if (entry.is_directory(ignored)) names.push_back(entry.path().filename().string());
  return names;
}

void Cgroups::kill(const std::string& group) const {
  put(fmt::format("{}/{}/cgroup.kill", root_, group), "1");
}

bool Cgroups::is_empty(const std::string& group) const {
  const auto events = read_proc(fmt::format("{}/{}/cgroup.events", root_, group));
  if (!events) return events.error().kind == FileErrorKind::absent;
  return events->find("populated 1") == std::string::npos;
}

bool Cgroups::ran_out_of_memory(const std::string& group) const {
  const auto events = read_proc(fmt::format("{}/{}/memory.events", root_, group)).value_or("");
  const auto at = events.find("oom_kill ");
  return at != std::string::npos && events.compare(at + 9, 1, "0") != 0;
}

void Cgroups::remove(const std::string& group) const {
  for (const auto& below : children_of(group)) remove(group.empty() ? below : group + "/" + below);
  ::rmdir(fmt::format("{}/{}", root_, group).c_str());
}

}  // namespace understudy::daemon::runtime
