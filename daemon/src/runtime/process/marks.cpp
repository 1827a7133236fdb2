#include "runtime/process/marks.hpp"

#include <fmt/format.h>
#include <signal.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>

#include "runtime/files.hpp"

namespace understudy::daemon {

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

std::size_t kill_marked(const std::function<bool(const Marked&)>& doomed) {
  std::size_t killed = 0;
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator("/proc", ignored)) {
    const auto name = entry.path().filename().string();
    pid_t pid = 0;
    if (std::from_chars(name.data(), name.data() + name.size(), pid).ec != std::errc{} || pid == ::getpid())
      continue;
    const auto mark =
        mark_in(read_file(entry.path().string() + "/environ", largest_environment).value_or(""));
    const auto colon = mark.rfind(':');
    if (colon == std::string::npos) continue;
    const std::string_view text(mark);
    if (!doomed({text.substr(0, colon), text.substr(colon + 1)})) continue;
    if (::kill(pid, SIGKILL) == 0) ++killed;
  }
  return killed;
}

}  // namespace understudy::daemon
