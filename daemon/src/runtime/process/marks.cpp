#include "runtime/process/marks.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/files.hpp"

namespace understudy::daemon::runtime {

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
  const auto failed = for_each_process([&](pid_t pid) {
    if (pid == ::getpid()) return true;
    const auto environment = read_proc(fmt::format("/proc/{}/environ", pid), largest_environment);
    if (!environment) {
      // A process of another user is not one that we have started.
      const auto& [kind, code] = environment.error();
      if (kind != FileErrorKind::absent && code != EACCES && code != EPERM) pass.saw_all = false;
      return true;
    }
    const auto mark = mark_in(*environment);
    const auto colon = mark.rfind(':');
    if (colon == std::string::npos) return true;
    const std::string_view text(mark);
    if (doomed({text.substr(0, colon), text.substr(colon + 1)}) && ::kill(pid, SIGKILL) == 0) ++pass.killed;
    return true;
  });
  if (failed) pass.saw_all = false;
  return pass;
}

}  // namespace understudy::daemon::runtime
