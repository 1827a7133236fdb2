#include "runtime/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <charconv>
#include <system_error>

namespace understudy::daemon {

std::string describe_errno(int error) {
  return std::generic_category().message(error);
}

std::optional<std::string> read_file(const std::string& path, std::size_t limit, std::uint64_t offset) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::nullopt;
  std::string text;
  while (text.size() < limit) {
    const auto at = text.size();
    text.resize(std::min(limit, at + 64 * 1024));
    const ssize_t n =
        ::pread(file.get(), text.data() + at, text.size() - at, static_cast<off_t>(offset + at));
    if (n < 0) return std::nullopt;
    text.resize(at + static_cast<std::size_t>(n));
    if (n == 0) break;
  }
  return text;
}

std::expected<void, std::string> replace_file(const std::string& path, const std::string& text) {
  const std::string temporary = path + ".new";
  const auto failed = [&](const char* what) {
    return std::unexpected(fmt::format("{} cannot be {}: {}", path, what, describe_errno(errno)));
  };
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (!file) return failed("written");
  ::fchmod(file.get(), 0600);
  for (std::size_t at = 0; at < text.size();) {
    const ssize_t n = ::write(file.get(), text.data() + at, text.size() - at);
    if (n <= 0) return failed("written");
    at += static_cast<std::size_t>(n);
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return failed("replaced");
  return {};
}

std::string last_lines(std::string text, int lines) {
  std::size_t at = text.size();
  if (at > 0 && text[at - 1] == '\n') --at;
  while (at > 0 && lines > 0)
    if (text[--at] == '\n' && --lines == 0) return text.substr(at + 1);
  return lines > 0 ? text : std::string{};
}

std::string tail_of_file(const std::string& path, int lines) {
  constexpr std::uint64_t window = 64 * 1024;
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return {};
  const auto size = static_cast<std::uint64_t>(found.st_size);
  return last_lines(read_file(path, window, size > window ? size - window : 0).value_or(""), lines);
}

namespace {

const std::string& boot_id() {
  static const std::string id = [] {
    auto text = read_file("/proc/sys/kernel/random/boot_id").value_or("unknown");
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text;
  }();
  return id;
}

}  // namespace

std::optional<ProcessKey> key_of(pid_t pid) {
  const auto stat = read_file(fmt::format("/proc/{}/stat", pid), 4096);
  if (!stat) return std::nullopt;
  auto at = stat->rfind(')');  // the name before it may hold spaces
  for (int field = 2; field < 22 && at != std::string::npos; ++field) at = stat->find(' ', at + 1);
  if (at == std::string::npos) return std::nullopt;
  std::uint64_t start = 0;
  std::from_chars(stat->data() + at + 1, stat->data() + stat->size(), start);
  return ProcessKey{pid, start, boot_id()};
}

bool is_alive(const ProcessKey& key) {
  const auto found = key_of(key.pid);
  return found && *found == key;
}

// Not pidfd_open(): glibc 2.36 declares it without C linkage.
Descriptor open_pidfd(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

}  // namespace understudy::daemon
