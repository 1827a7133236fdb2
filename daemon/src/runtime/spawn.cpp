#include "runtime/spawn.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <mutex>
#include <set>

namespace understudy::daemon::runtime {

namespace {

constexpr std::string_view default_path = "/usr/local/bin:/usr/bin:/bin";

bool is_program(const std::string& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISREG(found.st_mode) && ::access(path.c_str(), X_OK) == 0;
}

EngineResult<std::string> find_program(const Launch& launch) {
  const std::string& name = launch.command.front();
  if (name.find('/') != std::string::npos) {
    const std::string path =
        name.front() == '/' || launch.workdir.empty() ? name : launch.workdir + "/" + name;
    if (::access(path.c_str(), F_OK) != 0)
      return engine_error(EngineErrorKind::invalid_spec, fmt::format("command not found: {}", name));
    if (!is_program(path))
      return engine_error(EngineErrorKind::permission,
                          fmt::format("{} is not a program that we may run", name));
    return path;
  }
  std::string_view path = default_path;
  for (const auto& [key, value] : launch.env)
    if (key == "PATH") path = value;
  bool forbidden = false;
  for (std::size_t at = 0; at <= path.size();) {
    const auto end = std::min(path.find(':', at), path.size());
    const auto candidate = fmt::format("{}/{}", path.substr(at, end - at), name);
    if (end > at && is_program(candidate)) return candidate;
    forbidden = forbidden || (end > at && ::access(candidate.c_str(), F_OK) == 0);
    at = end + 1;
  }
  if (forbidden)
    return engine_error(EngineErrorKind::permission,
                        fmt::format("{} is not a program that we may run", name));
  return engine_error(EngineErrorKind::invalid_spec,
                      fmt::format("command not found: {} (PATH is {})", name, path));
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (auto& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

class SpawnSettings {
 public:
  explicit SpawnSettings(const Launch& launch) {
    ::posix_spawn_file_actions_init(&actions);
    ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    if (launch.output.empty())
      ::posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    else
      ::posix_spawn_file_actions_addopen(&actions, 1, launch.output.c_str(),
                                         O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_APPEND, 0600);
    ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
    // Not every library opens with CLOEXEC; an agent must not inherit the daemon's sockets.
    ::posix_spawn_file_actions_addclosefrom_np(&actions, 3);
    if (!launch.workdir.empty()) ::posix_spawn_file_actions_addchdir_np(&actions, launch.workdir.c_str());
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes, &signals);
    ::sigfillset(&signals);
    ::posix_spawnattr_setsigdefault(&attributes, &signals);
  }
  ~SpawnSettings() {
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
  }
  SpawnSettings(const SpawnSettings&) = delete;
  SpawnSettings& operator=(const SpawnSettings&) = delete;

  posix_spawn_file_actions_t actions{};
  posix_spawnattr_t attributes{};
};

/// What spawn() made and reap() has not had yet.
struct OwnChildren {
  std::mutex mutex;
  std::set<pid_t> pids;
};
OwnChildren& own_children() {
  static OwnChildren children;
  return children;
}

EngineResult<std::string> program_of(const Launch& launch) {
  if (launch.command.empty())
    return engine_error(EngineErrorKind::invalid_spec, "there is no command to run");
  struct stat directory {};
  if (!launch.workdir.empty() &&
      (::stat(launch.workdir.c_str(), &directory) != 0 || !S_ISDIR(directory.st_mode)))
    return engine_error(EngineErrorKind::invalid_spec,
                        fmt::format("there is no directory {}", launch.workdir));
  return find_program(launch);
}

}  // namespace

EngineResult<void> check_program(const Launch& launch) {
  if (auto program = program_of(launch); !program) return std::unexpected(std::move(program.error()));
  return {};
}

void for_each_stray_child(const std::function<void(pid_t)>& tell) {
  auto& own = own_children();
  const std::lock_guard guard(own.mutex);
  for (const pid_t pid : children_of(::getpid()))
    if (!own.pids.contains(pid)) tell(pid);
}

EngineResult<Child> spawn(const Launch& launch) {
  const auto program = program_of(launch);
  if (!program) return std::unexpected(program.error());

  std::vector<std::string> arguments = launch.command;
  std::vector<std::string> environment;
  for (const auto& [key, value] : launch.env) environment.push_back(fmt::format("{}={}", key, value));
  const SpawnSettings settings(launch);
  pid_t pid = 0;
  auto& own = own_children();
  std::unique_lock guard(own.mutex);
  const int failed = ::posix_spawn(&pid, program->c_str(), &settings.actions, &settings.attributes,
                                   pointers(arguments).data(), pointers(environment).data());
  if (failed == 0) own.pids.insert(pid);
  guard.unlock();
  if (failed == EAGAIN || failed == ENOMEM || failed == EMFILE || failed == ENFILE)
    return engine_error(
        EngineErrorKind::transient,
        fmt::format("{} could not be started: {}", launch.command.front(), describe_errno(failed)));
  if (failed == E2BIG)
    return engine_error(
        EngineErrorKind::invalid_spec,
        "the command and its environment are larger than the system allows (128 KiB a variable)");
  if (failed != 0)
    return engine_error(
        failed == EACCES || failed == EPERM ? EngineErrorKind::permission : EngineErrorKind::invalid_spec,
        fmt::format("{} could not be run: {}", launch.command.front(), describe_errno(failed)));
  Child child{key_of(pid).value_or(ProcessKey{pid, 0, {}}), open_pidfd(pid)};
  if (child.pidfd) return child;
  ::kill(-pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  guard.lock();
  own.pids.erase(pid);
  return engine_error(EngineErrorKind::transient, "the kernel gave no handle on the new process");
}

std::optional<int> reap(int pidfd) {
  siginfo_t ended{};
  if (::waitid(P_PIDFD, static_cast<id_t>(pidfd), &ended, WEXITED | WNOHANG) != 0 || ended.si_pid == 0)
    return std::nullopt;
  auto& own = own_children();
  const std::lock_guard guard(own.mutex);
  own.pids.erase(ended.si_pid);
  return ended.si_code == CLD_EXITED ? ended.si_status : 128 + ended.si_status;
}

Environment merged(Environment base, const Environment& over) {
  for (const auto& entry : over) {
    const auto same = std::ranges::find(base, entry.first, &Environment::value_type::first);
    if (same == base.end())
      base.push_back(entry);
    else
      same->second = entry.second;
  }
  return base;
}

Environment operators_environment(const Environment& over) {
  Environment own;
  for (char** at = environ; *at; ++at) {
    const std::string_view entry(*at);
    if (const auto equals = entry.find('='); equals != entry.npos)
      own.emplace_back(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return merged(std::move(own), over);
}

}  // namespace understudy::daemon::runtime
