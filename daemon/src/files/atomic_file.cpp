#include "files/atomic_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "files/directory.hpp"

namespace understudy::daemon::files {

namespace {

std::unexpected<std::string> failed(std::string_view what, const std::string& path) {
  return std::unexpected(fmt::format("cannot {} {}: {}", what, path, std::strerror(errno)));
}

std::expected<void, std::string> write_new(const std::string& path, std::string_view text, Durable durable) {
  // An agent may be able to write where its env file is: what it puts there is neither waited for nor written
  // to. What a killed daemon left there goes too.
  ::unlink(path.c_str());
  const Descriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!file) return failed("write", path);
  if (::fchmod(file.get(), S_IRUSR | S_IWUSR) != 0) return failed("protect", path);
  if (!write_all(file.get(), text)) return failed("write", path);
  if (durable == Durable::yes && ::fsync(file.get()) != 0) return failed("save", path);
  return {};
}

}  // namespace

std::expected<void, std::string> write_atomically(const std::string& path, std::string_view text,
                                                  Durable durable) {
  const auto temporary = path + ".new";
  auto written = write_new(temporary, text, durable);
  if (written && ::rename(temporary.c_str(), path.c_str()) != 0) written = failed("replace", path);
  if (!written) {
    ::unlink(temporary.c_str());  // a full disk needs the room back
    return written;
  }
  if (durable == Durable::no) return {};
  const auto folder = std::filesystem::path(path).parent_path().string();
  const Descriptor directory(
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory) ::fsync(directory.get());
  return {};
}

}  // namespace understudy::daemon::files
