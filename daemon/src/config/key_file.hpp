#pragma once
#include <expected>
#include <string>

namespace understudy::daemon::config {

/// A provider's key in a file of its own.
struct KeyFile {
  std::expected<std::string, std::string> key{std::unexpected<std::string>("")};  ///< or a sentence why not
  std::string warning{};  ///< a sentence: others can read it
  std::string place{};    ///< of the file itself, links followed; empty when there is none
  bool operator==(const KeyFile&) const = default;
};

/// Reads a small regular file, also through links, as orchestrators give them. Newlines at its end are not
/// part of the key. Never waits for another process, but for the disk: not for the loop.
[[nodiscard]] KeyFile read_key_file(const std::string& path);

}  // namespace understudy::daemon::config
