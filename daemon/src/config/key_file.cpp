#include "config/key_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>

#include "files/directory.hpp"

namespace understudy::daemon::config {

namespace {

constexpr std::size_t longest = 16 << 10;

}  // namespace

KeyFile read_key_file(const std::string& path) {
  const auto refused = [&path](std::string_view why) {
    return KeyFile{.key = std::unexpected(fmt::format("{} {}", path, why))};
  };
  const auto failed = [&refused](int error) {
    return refused("cannot be read: " + files::describe_errno(error));
  };
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) return failed(errno);
  // Not even opened: what a device does then is its own affair.
  if (!S_ISREG(status.st_mode)) return refused("is not a regular file");
  const files::Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!file || ::fstat(file.get(), &status) != 0) return failed(errno);
  if (!S_ISREG(status.st_mode)) return refused("is not a regular file");
  auto text = files::read_at(file.get(), 0, longest + 1);
  if (!text) return failed(text.error().code);
  if (text->size() > longest)
    return refused(fmt::format("is longer than {} bytes: it holds no key", longest));
  while (text->ends_with('\n') || text->ends_with('\r')) text->pop_back();
  if (text->empty()) return refused("is empty");
  if (text->find_first_of(std::string_view("\0\r\n", 3)) != std::string::npos)
    return refused("is not one line of text");
  KeyFile found{.key = std::move(*text)};
  std::error_code unknown;
  found.place = std::filesystem::read_symlink(fmt::format("/proc/self/fd/{}", file.get()), unknown).string();
  if ((status.st_mode & S_IROTH) != 0)
    found.warning = fmt::format("everybody on this machine can read {} (mode {:04o}): `chmod 600` it", path,
                                status.st_mode & 07777u);
  return found;
}

}  // namespace understudy::daemon::config
