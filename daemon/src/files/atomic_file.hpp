#pragma once
#include <expected>
#include <string>
#include <string_view>

namespace understudy::daemon::files {

/// Without, the machine's own crash may leave no file.
enum class Durable : bool { no, yes };

/// Writes a file of mode 0600 so that a reader, also after a crash, finds the old text or the new, never a
/// part: a temporary file beside it, fsync, rename, fsync of the directory. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> write_atomically(const std::string& path,
                                                                std::string_view text,
                                                                Durable durable = Durable::yes);

}  // namespace understudy::daemon::files
