#include "app/state_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace understudy::daemon::app {

namespace fs = std::filesystem;

std::expected<void, std::string> claim_state_dir(const std::string& path) {
  std::error_code error;
  const bool is_new = fs::create_directories(path, error);
  if (error) return std::unexpected("the state directory " + path + " cannot be made: " + error.message());
  if (is_new) fs::permissions(path, fs::perms::owner_all, error);
  const auto lock = path + "/lock";
  const int file = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0)
    return std::unexpected("the state directory " + path + " cannot be used: " + std::strerror(errno));
  if (::flock(file, LOCK_EX | LOCK_NB) == 0) return {};  // held, with the descriptor, until the process ends
  ::close(file);
  return std::unexpected("another understudyd uses the state directory " + path);
}

Installation find_installation() {
  std::error_code error;
  const auto binary = fs::read_symlink("/proc/self/exe", error);
  const auto folder = binary.parent_path();
  Installation found{binary.string(), (folder / "understudy-shim").string(), ""};
  // In a build tree, and as installed.
  for (const auto& candidate : {folder / "../../web/dist", folder / "../share/understudy/web"})
    if (fs::exists(candidate / "index.html", error))
      found.dashboard = fs::weakly_canonical(candidate, error).string();
  return found;
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
  const int socket = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return;
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + length);
  // A service manager that does not listen is no reason to stop.
  static_cast<void>(::sendto(socket, state.data(), state.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                             reinterpret_cast<const sockaddr*>(&address), size));
  ::close(socket);
}

}  // namespace understudy::daemon::app
