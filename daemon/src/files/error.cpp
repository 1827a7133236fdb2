#include "files/error.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace understudy::daemon::files {

std::string describe_errno(int error) {
  return std::generic_category().message(error);
}

FileError file_error(int error) {
  switch (error) {
    case ENOENT: return {FileErrorKind::absent, error};
    case ELOOP:    // a link
    case ENOTDIR:  // a part of the name is not a directory
    case EISDIR:
    case EXDEV:  // it leads elsewhere, or something is mounted there
    case ENXIO: return {FileErrorKind::tampered, error};
    default: return {FileErrorKind::unknown, error};
  }
}

std::unexpected<FileError> last_error() {
  return std::unexpected(file_error(errno));
}

std::string describe(const FileError& error, std::string_view name) {
  switch (error.kind) {
    case FileErrorKind::absent: return fmt::format("{} is not there", name);
    case FileErrorKind::tampered: return fmt::format("{} is not what we made", name);
    case FileErrorKind::unknown: break;
  }
  return fmt::format("{} cannot be read: {}", name, describe_errno(error.code));
}

}  // namespace understudy::daemon::files
