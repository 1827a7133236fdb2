#include "runtime/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <cerrno>
#include <charconv>
#include <filesystem>
#include <mutex>
#include <optional>
#include <sstream>

#include "files/directory.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

namespace {

FileResult<PlainFile> open_plain(const fs::path& path) {
  const auto directory = Directory::open(path.has_parent_path() ? path.parent_path().string() : ".");
  if (!directory) return std::unexpected(directory.error());
  return directory->file(path.filename().string());
}

std::optional<std::int64_t> stat_field_in(std::string_view stat, int field) {
  auto at = stat.rfind(')');  // the name before it may hold spaces
  for (int passed = 2; passed < field && at != stat.npos; ++passed) at = stat.find(' ', at + 1);
  if (at == stat.npos) return std::nullopt;
  std::int64_t value = 0;
  std::from_chars(stat.data() + at + 1, stat.data() + stat.size(), value);
  return value;
}

/// A process that ends while it is looked at answers ESRCH.
FileError process_error(int error) {
  return error == ESRCH ? FileError{FileErrorKind::absent, error} : file_error(error);
}

FileResult<std::string> boot_id() {
  static std::mutex alone;
  static std::string id;  // kept only once it is known
  const std::scoped_lock lock(alone);
  if (!id.empty()) return id;
  auto text = read_proc("/proc/sys/kernel/random/boot_id");
  if (!text) return std::unexpected(FileError{FileErrorKind::unknown, text.error().code});
  while (!text->empty() && text->back() == '\n') text->pop_back();
  return id = std::move(*text);
}

}  // namespace

FileResult<std::string> read_proc(const std::string& path, std::size_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return std::unexpected(process_error(errno));
  auto text = read_at(file.get(), 0, limit);
  if (!text) return std::unexpected(process_error(text.error().code));
  return text;
}

FileResult<std::string> read_file(const std::string& path, std::size_t limit, std::uint64_t offset) {
  const auto file = open_plain(path);
  if (!file) return std::unexpected(file.error());
  return read_at(file->descriptor.get(), offset, limit);
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
  const auto file = open_plain(path);
  if (!file) return {};
  const auto size = static_cast<std::uint64_t>(file->found.st_size);
  auto tail = read_at(file->descriptor.get(), size > window ? size - window : 0, window);
  return last_lines(std::move(tail).value_or(""), lines);
}

FileResult<ProcessKey> key_of(pid_t pid) {
  if (pid <= 0) return std::unexpected(FileError{FileErrorKind::absent, ESRCH});
  const auto stat = read_proc(fmt::format("/proc/{}/stat", pid), 4096);
  if (!stat) {
    // A /proc that hides processes says that there is none.
    const bool hidden = stat.error().kind == FileErrorKind::absent && (::kill(pid, 0) == 0 || errno == EPERM);
    return std::unexpected(hidden ? FileError{FileErrorKind::unknown, EPERM} : stat.error());
  }
  const auto start = stat_field_in(*stat, 22);
  if (!start) return std::unexpected(FileError{FileErrorKind::unknown, EIO});
  auto boot = boot_id();
  if (!boot) return std::unexpected(boot.error());
  return ProcessKey{pid, static_cast<std::uint64_t>(*start), std::move(*boot)};
}

FileResult<std::int64_t> stat_field(pid_t pid, int field) {
  const auto stat = read_proc(fmt::format("/proc/{}/stat", pid), 4096);
  if (!stat) return std::unexpected(stat.error());
  const auto value = stat_field_in(*stat, field);
  if (!value) return std::unexpected(FileError{FileErrorKind::unknown, EIO});
  return *value;
}

std::error_code for_each_process(const std::function<bool(pid_t)>& visit) {
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; !failed && at != end; at.increment(failed)) {
    const auto name = at->path().filename().string();
    pid_t pid = 0;
    const auto read = std::from_chars(name.data(), name.data() + name.size(), pid);
    if (read.ec == std::errc{} && !visit(pid)) break;
  }
  return failed;
}

std::vector<pid_t> children_of(pid_t pid) {
  std::vector<pid_t> children;
  std::error_code gone;
  // The kernel keeps children by thread.
  for (const auto& thread : fs::directory_iterator(fmt::format("/proc/{}/task", pid), gone)) {
    std::istringstream list(read_proc((thread.path() / "children").string()).value_or(""));
    for (pid_t child = 0; list >> child;) children.push_back(child);
  }
  return children;
}

bool is_alive(const ProcessKey& key) {
  const auto found = key_of(key.pid);
  return found && *found == key;
}

bool is_gone(const ProcessKey& key) {
  const auto found = key_of(key.pid);
  return found ? *found != key : found.error().kind == FileErrorKind::absent;
}

// Not pidfd_open(): glibc 2.36 declares it without C linkage.
Descriptor open_pidfd(pid_t pid) {
  return Descriptor(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
}

FileResult<Descriptor> pidfd_of(pid_t pid) {
  auto handle = open_pidfd(pid);
  if (!handle) return std::unexpected(process_error(errno));
  return handle;
}

}  // namespace understudy::daemon::runtime
