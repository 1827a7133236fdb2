#include "files/directory.hpp"

#include <dirent.h>
#include <fmt/format.h>
#include <linux/openat2.h>
#include <sys/random.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <memory>

namespace understudy::daemon::files {

namespace {

constexpr int held = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK;

Descriptor open_by_kernel(int directory, const char* name, int flags) {
  open_how how{};
  how.flags = static_cast<std::uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_NO_XDEV;
  return Descriptor(static_cast<int>(::syscall(SYS_openat2, directory, name, &how, sizeof how)));
}

/// The same but for mounts, with one openat() a part.
Descriptor open_by_hand(int directory, std::string_view name, int flags) {
  Descriptor at;
  for (;;) {
    const auto slash = name.find('/');
    const std::string part(name.substr(0, slash));
    if (part.empty() || part == "." || part == "..") {
      errno = EXDEV;
      return Descriptor();
    }
    const bool last = slash == std::string_view::npos;
    const int from = at ? at.get() : directory;
    at = Descriptor(
        ::openat(from, part.c_str(), last ? flags : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!at || last) return at;
    name.remove_prefix(slash + 1);
  }
}

/// Kernels before 5.6 have no openat2(), older filters of container engines forbid it.
bool has_no_openat2(int error) {
  return error == ENOSYS || error == EPERM || error == EINVAL;
}

/// Opens what was located, whatever its name leads to by now.
Descriptor reopen(const Descriptor& located, int access) {
  const auto path = fmt::format("/proc/self/fd/{}", located.get());
  // NONBLOCK: a file under somebody's lease answers EAGAIN.
  return Descriptor(::open(path.c_str(), access | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

}  // namespace

Descriptor Directory::locate(const std::string& name, int flags) const {
  if (lookup_ == Lookup::kernel) {
    auto found = open_by_kernel(get(), name.c_str(), flags);
    if (found || !has_no_openat2(errno)) return found;
  }
  return open_by_hand(get(), name, flags);
}

FileResult<Directory> Directory::open(const std::string& path, Lookup lookup) {
  Descriptor handle(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK));
  if (!handle) return last_error();
  return Directory(std::move(handle), lookup);
}

FileResult<Directory> Directory::directory(const std::string& name) const {
  auto handle = locate(name, held);
  if (!handle) return last_error();
  return Directory(std::move(handle), lookup_);
}

FileResult<Directory> Directory::make_directory(const std::string& name, mode_t mode) const {
  for (int tries = 0;; ++tries) {
    if (::mkdirat(get(), name.c_str(), mode) != 0 && errno != EEXIST) return last_error();
    auto made = directory(name);
    if (made) {
      if (::fchmod(made->get(), mode) != 0) return last_error();
      return made;
    }
    if (made.error().kind != FileErrorKind::tampered || tries == 3) return made;
    remove(name);
  }
}

FileResult<PlainFile> Directory::file(const std::string& name, int access, Links links) const {
  const auto located = locate(name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (!located) return last_error();
  PlainFile file;
  if (::fstat(located.get(), &file.found) != 0) return last_error();
  const bool is_ours = links == Links::any || file.found.st_nlink <= 1;
  if (!S_ISREG(file.found.st_mode) || !is_ours)
    return std::unexpected(FileError{FileErrorKind::tampered, ELOOP});
  file.descriptor = reopen(located, access);
  // It is there, so whatever went wrong is not absence.
  if (!file.descriptor) return std::unexpected(FileError{FileErrorKind::unknown, errno});
  return file;
}

FileResult<std::string> Directory::text(const std::string& name, std::size_t limit, Links links) const {
  const auto found = file(name, O_RDONLY, links);
  if (!found) return std::unexpected(found.error());
  auto text = read_at(found->descriptor.get(), 0, limit + 1);
  if (text && text->size() > limit) return std::unexpected(FileError{FileErrorKind::tampered, EFBIG});
  return text;
}

FileResult<void> Directory::create(const std::string& name, std::string_view text, mode_t mode) const {
  constexpr int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const Descriptor made(::openat(get(), name.c_str(), flags, 0600));
  if (!made) return std::unexpected(FileError{FileErrorKind::unknown, errno});
  if (write_all(made.get(), text) && ::fchmod(made.get(), mode) == 0) return {};
  const FileError failed{FileErrorKind::unknown, errno};
  remove(name);  // a full disk needs the room back
  return std::unexpected(failed);
}

FileResult<void> Directory::move(const std::string& name, const Directory& to, const std::string& as) const {
  if (::renameat(get(), name.c_str(), to.get(), as.c_str()) != 0) return last_error();
  return {};
}

FileResult<struct stat> Directory::look(const std::string& name) const {
  struct stat found {};
  if (::fstatat(get(), name.c_str(), &found, AT_SYMLINK_NOFOLLOW) != 0) return last_error();
  return found;
}

FileResult<std::vector<std::string>> Directory::names(std::size_t limit) const {
  Descriptor again(::openat(get(), ".", held));  // reading moves a descriptor's place
  if (!again) return last_error();
  const std::unique_ptr<DIR, int (*)(DIR*)> list(::fdopendir(again.get()), ::closedir);
  if (!list) return last_error();
  static_cast<void>(again.release());
  std::vector<std::string> names;
  while (names.size() < limit) {
    const auto* entry = ::readdir(list.get());
    if (!entry) break;
    if (const std::string_view name = entry->d_name; name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

void Directory::remove(const std::string& name) const {
  ::unlinkat(get(), name.c_str(), 0);
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t n = ::write(file, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

FileResult<std::string> read_at(int file, std::uint64_t offset, std::size_t limit) {
  std::string text;
  while (text.size() < limit) {
    const auto at = text.size();
    text.resize(std::min(limit, at + 64 * 1024));
    const ssize_t n = ::pread(file, text.data() + at, text.size() - at, static_cast<off_t>(offset + at));
    if (n < 0) return std::unexpected(FileError{FileErrorKind::unknown, errno});
    text.resize(at + static_cast<std::size_t>(n));
    if (n == 0) break;
  }
  return text;
}

std::string random_name(std::string_view prefix) {
  std::uint64_t number = 0;
  while (::getrandom(&number, sizeof number, 0) < 0 && errno == EINTR) continue;
  return fmt::format("{}{:016x}", prefix, number);
}

}  // namespace understudy::daemon::files
