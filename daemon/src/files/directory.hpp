#pragma once
#include <fcntl.h>
#include <sys/stat.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "files/descriptor.hpp"
#include "files/error.hpp"

namespace understudy::daemon::files {

/// A regular file, open, as it was found.
struct PlainFile {
  Descriptor descriptor{};
  struct stat found {};
};

/// How names are followed: by the kernel's openat2(), or part by part where the kernel or a seccomp filter
/// lacks it (chosen automatically).
enum class Lookup : std::uint8_t { kernel, by_hand };

/// A file with a second name may be somebody else's that was linked here. Ours never have one, unless
/// somebody copies the state directory by links.
enum class Links : std::uint8_t { any, one };

/// A directory in which others may rename, link, replace and truncate as they like. It is held by descriptor;
/// a name is looked up beneath it, follows no link, crosses no mount, and leads to a regular file or a
/// directory. Nothing else is ever opened, not even for a moment: opening a FIFO may block, opening a device
/// may do anything. No call waits for another process. Names may have several parts ("spool/at-1").
class Directory {
 public:
  /// By a path that nobody but us can change.
  [[nodiscard]] static FileResult<Directory> open(const std::string& path, Lookup lookup = Lookup::kernel);

  [[nodiscard]] FileResult<Directory> directory(const std::string& name) const;
  /// Opens it, or makes it. A link or file that has its name is removed: we made a directory there.
  [[nodiscard]] FileResult<Directory> make_directory(const std::string& name, mode_t mode) const;
  /// An existing regular file.
  [[nodiscard]] FileResult<PlainFile> file(const std::string& name, int access = O_RDONLY,
                                           Links links = Links::any) const;
  /// All of a small file; `tampered` when it is longer than `limit`.
  [[nodiscard]] FileResult<std::string> text(const std::string& name, std::size_t limit,
                                             Links links = Links::any) const;
  /// A new file with that content; a file, link or FIFO that is there already is an error (EEXIST).
  [[nodiscard]] FileResult<void> create(const std::string& name, std::string_view text, mode_t mode) const;
  /// Renames over a file or a link that is there.
  [[nodiscard]] FileResult<void> move(const std::string& name, const Directory& to,
                                      const std::string& as) const;
  /// lstat(): also of a link or a FIFO.
  [[nodiscard]] FileResult<struct stat> look(const std::string& name) const;
  /// What is in it, at most `limit` names.
  [[nodiscard]] FileResult<std::vector<std::string>> names(std::size_t limit) const;
  /// A file, a link, anything but a directory.
  void remove(const std::string& name) const;

  [[nodiscard]] int get() const { return handle_.get(); }

 private:
  Directory(Descriptor handle, Lookup lookup) : handle_(std::move(handle)), lookup_(lookup) {}
  [[nodiscard]] Descriptor locate(const std::string& name, int flags) const;

  Descriptor handle_;
  Lookup lookup_;
};

/// Bytes of an open file from `offset` on, at most `limit`; a file that ended meanwhile gives fewer.
[[nodiscard]] FileResult<std::string> read_at(int file, std::uint64_t offset, std::size_t limit);

/// All of it; false, with errno, when it cannot be.
[[nodiscard]] bool write_all(int file, std::string_view text);

/// A name that nobody can predict.
[[nodiscard]] std::string random_name(std::string_view prefix);

}  // namespace understudy::daemon::files
