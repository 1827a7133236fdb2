#include "files/seen.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <system_error>

namespace understudy::daemon::files {

std::string describe_errno(int error) {
  return std::generic_category().message(error);
}

Fault fault_of(int error) {
  switch (error) {
    case ENOENT: return {Unseen::absent, error};
    case ELOOP:    // a link
    case ENOTDIR:  // a part of the name is no directory
    case EISDIR:
    case EXDEV:  // it leads elsewhere, or something is mounted there
    case ENXIO: return {Unseen::tampered, error};
    default: return {Unseen::unknown, error};
  }
}

std::unexpected<Fault> unseen() {
  return std::unexpected(fault_of(errno));
}

std::string describe(const Fault& fault, std::string_view name) {
  switch (fault.why) {
    case Unseen::absent: return fmt::format("{} is not there", name);
    case Unseen::tampered: return fmt::format("{} is not what we made", name);
    case Unseen::unknown: break;
  }
  return fmt::format("{} cannot be read: {}", name, describe_errno(fault.error));
}

}  // namespace understudy::daemon::files
