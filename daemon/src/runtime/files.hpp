#pragma once
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include "files/descriptor.hpp"
#include "files/error.hpp"

namespace understudy::daemon::runtime {

using namespace files;

/// A file of the kernel's, under /proc: nobody can put another in its place. A process that is gone is
/// `absent`.
[[nodiscard]] FileResult<std::string> read_proc(const std::string& path, std::size_t limit = 1 << 20);

/// A regular file in a directory of ours, no link; at most `limit` bytes, from `offset`.
[[nodiscard]] FileResult<std::string> read_file(const std::string& path, std::size_t limit = 1 << 20,
                                                std::uint64_t offset = 0);

/// The last `lines` lines of a file, of its last 64 KiB.
[[nodiscard]] std::string tail_of_file(const std::string& path, int lines);
[[nodiscard]] std::string last_lines(std::string text, int lines);

/// What makes a pid unique on this machine for ever: with the boot, and its start in clock ticks since then.
struct ProcessKey {
  pid_t pid{0};
  std::uint64_t start{0};
  std::string boot_id{};
  bool operator==(const ProcessKey&) const = default;
};

/// The key of a living process (a zombie counts as living); `absent` when there is none.
[[nodiscard]] FileResult<ProcessKey> key_of(pid_t pid);

/// A number in /proc/<pid>/stat, counted from 1 as in proc(5): 4 is the parent, 5 the group, 6 the session.
[[nodiscard]] FileResult<std::int64_t> stat_field(pid_t pid, int field);
/// Every process that is shown to us, until `visit` returns false; the error when they cannot be listed.
std::error_code for_each_process(const std::function<bool(pid_t)>& visit);
[[nodiscard]] std::vector<pid_t> children_of(pid_t pid);

/// Known to be alive. False need not mean that it is gone: ask is_gone().
[[nodiscard]] bool is_alive(const ProcessKey& key);
/// Known to be gone: nothing has its number, or something else has.
[[nodiscard]] bool is_gone(const ProcessKey& key);

/// A handle; `absent` when the process is gone.
[[nodiscard]] FileResult<Descriptor> pidfd_of(pid_t pid);
/// Empty when there is none.
[[nodiscard]] Descriptor open_pidfd(pid_t pid);

}  // namespace understudy::daemon::runtime
