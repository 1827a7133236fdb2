#include "runtime/process/marks.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <filesystem>

#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t largest_environment = 4 << 20;

/// The value of the mark; empty without one. A zombie has no environment any more.
std::string mark_in(std::string_view environment) {
  const auto wanted = fmt::format("{}=", mark_variable);
  for (std::size_t at = 0; at < environment.size();) {
    const auto end = std::min(environment.find('\0', at), environment.size());
    const auto entry = environment.substr(at, end - at);
    if (entry.starts_with(wanted)) return std::string(entry.substr(wanted.size()));
    at = end + 1;
  }
  return {};
}

}  // namespace

std::string mark_of(std::string_view run, std::string_view attempt) {
  return fmt::format("{}:{}", run, attempt);
}

KillPass kill_marked(const std::function<bool(const Marked&)>& doomed) {
  KillPass pass;
  std::error_code failed;
  for (fs::directory_iterator at("/proc", failed), end; !failed && at != end; at.increment(failed)) {
    const auto name = at->path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{} || pid == ::getpid())
      continue;
    const auto environment = read_proc(at->path().string() + "/environ", largest_environment);
    if (!environment) {
      // One of another user is none that we have started.
      const auto& [kind, code] = environment.error();
      if (kind != FileErrorKind::absent && code != EACCES && code != EPERM) pass.saw_all = false;
      continue;
    }
    const auto mark = mark_in(*environment);
    const auto colon = mark.rfind(':');
    if (colon == std::string::npos) continue;
    const std::string_view text(mark);
    if (!doomed({text.substr(0, colon), text.substr(colon + 1)})) continue;
    if (::kill(pid, SIGKILL) == 0) ++pass.killed;
  }
  if (failed) pass.saw_all = false;
  return pass;
}

}  // namespace understudy::daemon::runtime
