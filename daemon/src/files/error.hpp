#pragma once
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::files {

/// Why a file could not be had. Only `absent` says that nothing is there.
enum class FileErrorKind : std::uint8_t {
  absent,    ///< nothing has that name
  tampered,  ///< what has that name is not ours: a link, a FIFO, a device, a directory for a file…
  unknown,   ///< the system could not say: no descriptor left, no right, a bad disk. Look again
};

struct FileError {
  FileErrorKind kind{FileErrorKind::unknown};
  int code{0};  ///< errno, for the sentence
  bool operator==(const FileError&) const = default;
};

template <class T>
using FileResult = std::expected<T, FileError>;

/// What an errno says about a name.
[[nodiscard]] FileError file_error(int error);
/// The error of the call that has just failed.
[[nodiscard]] std::unexpected<FileError> last_error();
/// "status is not a plain file", "status cannot be read: Too many open files".
[[nodiscard]] std::string describe(const FileError& error, std::string_view name);
[[nodiscard]] std::string describe_errno(int error);

}  // namespace understudy::daemon::files
