#include "app/state_dir.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <pwd.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <thread>

#include "files/descriptor.hpp"

namespace understudy::daemon::app {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

namespace {

constexpr mode_t anybody_writes = S_IWGRP | S_IWOTH;
constexpr mode_t others = S_IRWXG | S_IRWXO;

std::string mode_text(mode_t mode) {
  return fmt::format("{:04o}", mode & 07777u);
}

/// Creates the directory and its missing parents with mode 0700, whatever the umask.
std::error_code make_private(const fs::path& path) {
  std::error_code error;
  if (path.empty() || fs::exists(path, error)) return {};
  if (auto failed = make_private(path.parent_path())) return failed;
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return {errno, std::generic_category()};
  return {};
}

/// Whoever may write to a parent directory can replace this one.
std::expected<void, std::string> check_parents(const std::string& path) {
  std::error_code error;
  for (auto above = fs::canonical(path, error).parent_path(); !error && !above.empty();
       above = above.parent_path()) {
    struct stat status {};
    if (::stat(above.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0 &&
        (status.st_mode & S_ISVTX) == 0)
      return std::unexpected(
          fmt::format("the state directory {} is not safe: everybody may replace what is in {} (mode "
                      "{}); revoke that with `chmod o-w {}`, or name another state directory",
                      path, above.string(), mode_text(status.st_mode), above.string()));
    if (above == above.root_path()) break;
  }
  return {};
}

/// So can another owner of a parent, but that is common: a daemon started with sudo in a user's home.
std::string owner_above(const std::string& path) {
  std::error_code error;
  for (auto above = fs::canonical(path, error).parent_path(); !error && above.has_relative_path();
       above = above.parent_path()) {
    struct stat status {};
    if (::stat(above.c_str(), &status) != 0 || status.st_uid == 0 || status.st_uid == ::geteuid()) continue;
    return fmt::format("{} belongs to user {}, who can replace the state directory {}", above.string(),
                       status.st_uid, path);
  }
  return {};
}

std::expected<void, std::string> check_owner(const std::string& path, const struct stat& status) {
  if (!S_ISDIR(status.st_mode)) return std::unexpected("the state directory " + path + " is not a directory");
  if (status.st_uid != ::geteuid())
    return std::unexpected(fmt::format(
        "the state directory {} belongs to user {}, and understudyd runs as user {}: its owner could "
        "read keys or plant a token; run it as that user, change the owner with chown, or name another "
        "directory",
        path, status.st_uid, ::geteuid()));
  if ((status.st_mode & anybody_writes) != 0)
    return std::unexpected(
        fmt::format("the state directory {} can be written by others (mode {}): check its contents, then "
                    "`chmod 700 {}`",
                    path, mode_text(status.st_mode), path));
  return {};
}

/// Restricts the database and its copies, which may be from an earlier version.
void restrict_database(const std::string& path, std::vector<std::string>& notes) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(path, error)) {
    const auto name = entry.path().filename().string();
    if (!name.starts_with("understudy.db")) continue;
    const files::Descriptor file(::open(entry.path().c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    if ((status.st_mode & others) == 0 || ::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0) continue;
    notes.push_back(fmt::format("{} had mode {} and is now private to its owner", entry.path().string(),
                                mode_text(status.st_mode)));
  }
}

}  // namespace

std::string default_state_dir() {
  if (const char* state = std::getenv("XDG_STATE_HOME"); state && *state == '/')
    return std::string(state) + "/understudy";
  const char* home = std::getenv("HOME");
  if (!home || !*home) {
    const auto* user = ::getpwuid(::geteuid());
    home = user && user->pw_dir && *user->pw_dir ? user->pw_dir : "/nonexistent";
  }
  return std::string(home) + "/.local/state/understudy";
}

std::expected<std::vector<std::string>, std::string> prepare_state_dir(const std::string& path) {
  if (const auto failed = make_private(path))
    return std::unexpected("the state directory " + path + " cannot be made: " + failed.message() +
                           "; name another with --state-dir");
  // Follows a link and checks its target.
  const files::Descriptor folder(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  struct stat status {};
  if (!folder || ::fstat(folder.get(), &status) != 0)
    return std::unexpected("the state directory " + path + " cannot be used: " + std::strerror(errno));
  if (auto ours = check_owner(path, status); !ours) return std::unexpected(ours.error());
  if (auto safe = check_parents(path); !safe) return std::unexpected(safe.error());
  std::vector<std::string> notes;
  if ((status.st_mode & others) != 0) {
    if (::fchmod(folder.get(), S_IRWXU) != 0)
      return std::unexpected("the state directory " + path +
                             " cannot be made private: " + std::strerror(errno));
    notes.push_back(fmt::format(
        "the state directory {} could be read by others (mode {}) and is now private to its owner", path,
        mode_text(status.st_mode)));
  }
  if (auto warning = owner_above(path); !warning.empty()) notes.push_back(std::move(warning));
  restrict_database(path, notes);
  std::error_code error;
  if (const auto agents = path + "/agents"; fs::is_directory(fs::symlink_status(agents, error)))
    fs::permissions(agents, fs::perms::owner_all, error);
  return notes;
}

std::expected<std::vector<std::string>, std::string> inspect_state_dir(const std::string& path) {
  struct stat status {};
  std::vector<std::string> notes;
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return notes;
    return std::unexpected("the state directory " + path + " cannot be used: " + std::strerror(errno));
  }
  if (auto ours = check_owner(path, status); !ours) return std::unexpected(ours.error());
  if (auto safe = check_parents(path); !safe) return std::unexpected(safe.error());
  if ((status.st_mode & others) != 0)
    notes.push_back(
        fmt::format("the state directory {} can be read by others (mode {}); the next start makes "
                    "it private",
                    path, mode_text(status.st_mode)));
  if (auto warning = owner_above(path); !warning.empty()) notes.push_back(std::move(warning));
  return notes;
}

std::expected<void, std::string> claim_state_dir(const std::string& path) {
  const auto lock = path + "/lock";
  const int file = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
  if (file < 0)
    return std::unexpected("the state directory " + path + " cannot be used: lock: " + std::strerror(errno));
  // A child of a killed daemon holds the descriptor, and thus the lock, until its exec.
  for (const auto until = steady_clock::now() + 1s;; std::this_thread::sleep_for(10ms)) {
    if (::flock(file, LOCK_EX | LOCK_NB) == 0)
      return {};  // held, with the descriptor, until the process ends
    if (errno != EWOULDBLOCK || steady_clock::now() >= until) break;
  }
  ::close(file);
  return std::unexpected("another understudyd uses the state directory " + path);
}

bool is_claimed(const std::string& path) {
  const files::Descriptor file(
      ::open((path + "/lock").c_str(), O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return file && ::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

std::string readable_secrets(const std::string& config_path, bool has_secrets) {
  struct stat status {};
  if (!has_secrets || ::stat(config_path.c_str(), &status) != 0 || (status.st_mode & S_IROTH) == 0) return {};
  return fmt::format(
      "{} has keys in it and everybody on this machine can read it (mode {}): `chmod 600` it, or keep the "
      "keys in the environment (api_key_env) or in files of their own (api_key_file)",
      config_path, mode_text(status.st_mode));
}

Installation find_installation() {
  std::error_code error;
  const auto binary = fs::read_symlink("/proc/self/exe", error);
  const auto folder = binary.parent_path();
  Installation found{binary.string(), (folder / "understudy-shim").string(), ""};
  // In a build tree, or installed.
  for (const auto& candidate : {folder / "../../web/dist", folder / "../share/understudy/web"})
    if (fs::exists(candidate / "index.html", error))
      found.dashboard = fs::weakly_canonical(candidate, error).string();
  return found;
}

std::expected<std::string, std::string> share_shim(const Installation& installation,
                                                   const std::string& state_dir) {
  const auto shared = state_dir + "/understudy-shim";
  std::error_code error;
  // Replaced, not overwritten: tasks in containers run the former one.
  fs::copy_file(installation.shim, shared + ".new", fs::copy_options::overwrite_existing, error);
  if (!error) fs::permissions(shared + ".new", fs::perms(0755), error);  // agents of any user run it
  if (!error) fs::rename(shared + ".new", shared, error);
  if (error) return std::unexpected("cannot write " + shared + ": " + error.message());
  return shared;
}

void notify_service_manager(const std::string& state) {
  const char* path = std::getenv("NOTIFY_SOCKET");
  if (!path || (*path != '/' && *path != '@')) return;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  const auto length = std::strlen(path);
  if (length >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path, length);
  if (*path == '@') address.sun_path[0] = '\0';
  const files::Descriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!socket) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  // A service manager that does not listen is not a reason to stop.
  static_cast<void>(::sendto(socket.get(), state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), size));
}

}  // namespace understudy::daemon::app
