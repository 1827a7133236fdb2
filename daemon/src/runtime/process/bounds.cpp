#include "runtime/process/bounds.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "runtime/process/marks.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

std::expected<void, std::string> make_own_directory(const std::string& path) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) return {};
    ::unlink(path.c_str());  // a link would lead us to directories of others
  }
  if (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST) return {};
  return std::unexpected(fmt::format("{} cannot be made: {}", path, describe_errno(errno)));
}

/// Directories that the configuration names: as words of a command, as HOME or TMPDIR, as where tasks run, or
/// as mounts.
Words named_directories(const ProcessRecord& record, const Words& command) {
  Words named;
  for (const auto& mount : record.spec.mounts)
    if (!mount.read_only) named.push_back(mount.source);
  const auto consider = [&named](const std::string& word) {
    std::error_code hidden;
    if (word.starts_with('/') && fs::is_directory(word, hidden)) named.push_back(word);
  };
  if (!record.spec.workdir.empty()) consider(record.spec.workdir);
  for (const auto& word : command) consider(word);
  for (const auto& [name, value] : record.spec.env)
    if (name == "HOME" || name == "TMPDIR") consider(value);
  return named;
}

}  // namespace

std::expected<void, std::string> make_own_directories(const std::string& agent_dir) {
  std::error_code failed;
  fs::create_directories(fs::path(agent_dir).parent_path(), failed);
  for (const auto* part : {"", "/work", "/spool", "/home", "/tmp"})
    if (auto made = make_own_directory(agent_dir + part); !made) return made;
  return {};
}

Environment environment_of(const ProcessRecord& record) {
  auto environment = record.spec.env;
  if (std::ranges::find(environment, "TMPDIR", &Environment::value_type::first) == environment.end())
    environment.emplace_back("TMPDIR", record.spec.agent_dir + "/tmp");
  return environment;
}

Words options_for(const Bounds& bounds, const ProcessRecord& record, const std::string& attempt,
                  const Words& command, const std::string& cgroup) {
  Words words = options_on_host(bounds, record.id, attempt, cgroup);
  if (record.spec.containment.no_new_privileges) words.insert(words.end(), {"--no-new-privileges", "yes"});
  // Without CAP_SYS_ADMIN, Landlock demands that no privileges can be gained.
  if (!has_landlock() || (!record.spec.containment.no_new_privileges && ::geteuid() != 0)) return words;
  for (const auto& path : bounds.hidden) words.insert(words.end(), {"--hide", path});
  for (const auto* own : {"/work", "/home", "/tmp"})
    words.insert(words.end(), {"--write", record.spec.agent_dir + own});
  for (const auto& path : named_directories(record, command)) words.insert(words.end(), {"--write", path});
  return words;
}

Words options_on_host(const Bounds& bounds, const std::string& run, const std::string& attempt,
                      const std::string& cgroup) {
  Words words{"--mark", fmt::format("{}={}", mark_variable, mark_of(run, attempt))};
  if (bounds.open_files > 0) words.insert(words.end(), {"--open-files", std::to_string(bounds.open_files)});
  if (!cgroup.empty()) words.insert(words.end(), {"--cgroup", cgroup});
  return words;
}

bool has_landlock() {
  constexpr int create_ruleset = 444;
  static const bool there = ::syscall(create_ruleset, nullptr, 0, 1) >= 1;
  return there;
}

}  // namespace understudy::daemon::runtime
