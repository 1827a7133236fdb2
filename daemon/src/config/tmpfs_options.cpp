#include "config/tmpfs_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace understudy::daemon::config {

namespace {

constexpr std::array<std::string_view, 13> flags{"defaults", "rw",       "ro",  "exec",  "noexec",
                                                 "suid",     "nosuid",   "dev", "nodev", "atime",
                                                 "noatime",  "relatime", "sync"};

bool digits(std::string_view text, char last = '9') {
  return !text.empty() && std::ranges::all_of(text, [last](char c) { return c >= '0' && c <= last; });
}

/// 512, 64k, 1g, 50%: what the kernel understands of a size.
bool is_size(std::string_view text) {
  constexpr std::string_view units = "kKmMgG%";
  if (!text.empty() && units.find(text.back()) != units.npos) text.remove_suffix(1);
  return digits(text);
}

bool is_option(std::string_view option) {
  if (std::ranges::find(flags, option) != flags.end()) return true;
  const auto equals = option.find('=');
  if (equals == option.npos) return false;
  const auto name = option.substr(0, equals), value = option.substr(equals + 1);
  if (name == "size" || name == "nr_blocks" || name == "nr_inodes") return is_size(value);
  if (name == "mode") return digits(value, '7') && value.size() <= 5;
  return (name == "uid" || name == "gid") && digits(value);
}

}  // namespace

std::string tmpfs_path_problem(std::string_view path) {
  if (!path.starts_with('/') || path.size() < 2) return "must be an absolute path below /";
  if (path.find('\0') != path.npos) return "must not contain NUL";
  const auto padded = fmt::format("{}/", path);
  if (padded.find("/../") != padded.npos || padded.find("/./") != padded.npos ||
      padded.find("//") != padded.npos)
    return "must be a path without '.', '..' and '//'";
  if (padded.starts_with("/.understudy/")) return "/.understudy is the daemon's own";
  return "";
}

std::string tmpfs_options_problem(std::string_view options) {
  if (options.empty()) return "";
  for (;;) {
    const auto comma = options.find(',');
    if (const auto option = options.substr(0, comma); !is_option(option))
      return fmt::format(
          "'{}' is not an option of a tmpfs; known are size=64m, mode=1777, uid=, gid=, "
          "nr_inodes=, exec, noexec, suid, nosuid, dev, nodev, ro and rw",
          option);
    if (comma == options.npos) return "";
    options.remove_prefix(comma + 1);
  }
}

}  // namespace understudy::daemon::config
