#include "runtime/process/task_signal.hpp"

#include <fmt/format.h>
#include <signal.h>

#include <boost/json.hpp>
#include <filesystem>
#include <optional>
#include <vector>

#include "runtime/files.hpp"
#include "runtime/spool.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

std::optional<ProcessKey> recorded_leader(const std::string& spool_dir) {
  const auto spool = open_spool(spool_dir);
  const auto text = spool ? spool->text("pid", 4096, Links::one) : std::unexpected(spool.error());
  if (!text) return std::nullopt;
  boost::system::error_code bad;
  const json::value parsed = json::parse(*text, bad);
  if (bad || !parsed.is_object()) return std::nullopt;
  const auto& object = parsed.get_object();
  const auto* pid = object.if_contains("pid");
  const auto* start = object.if_contains("start");
  const auto* boot_id = object.if_contains("boot_id");
  if (!pid || !pid->is_int64() || !start || !start->is_int64() || !boot_id || !boot_id->is_string())
    return std::nullopt;
  if (pid->get_int64() <= 1 || !std::in_range<pid_t>(pid->get_int64())) return std::nullopt;
  return ProcessKey{static_cast<pid_t>(pid->get_int64()), static_cast<std::uint64_t>(start->get_int64()),
                    std::string(std::string_view(boot_id->get_string()))};
}

/// Zero-terminated words, as /proc shows them.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = text.find('\0');
    words.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return words;
}

/// The fleet gives it to every process of a task, which may have rid itself of it.
bool carries(pid_t pid, const std::string& attempt) {
  const auto environment = read_proc(fmt::format("/proc/{}/environ", pid), 1 << 21);
  if (!environment) return false;
  const auto mark = "UNDERSTUDY_ATTEMPT_ID=" + attempt;
  for (const auto& word : words_of(*environment))
    if (word == mark) return true;
  return false;
}

/// The leader may have cleared its environment; its parent is the shim that was sent for this spool.
bool is_child_of_its_shim(pid_t pid, const std::string& spool_dir) {
  const auto parent = stat_field(pid, 4);
  const auto line = read_proc(fmt::format("/proc/{}/cmdline", parent.value_or(0)), 1 << 16);
  if (!line) return false;
  const auto words = words_of(*line);
  return words.size() > 2 && words[1] == "run" && words[2] == spool_dir;
}

bool has_member_that_carries(pid_t group, const std::string& attempt) {
  bool found = false;
  for_each_process([&](pid_t pid) {
    found = stat_field(pid, 5) == group && carries(pid, attempt);
    return !found;
  });
  return found;
}

}  // namespace

void signal_group(const std::string& spool_dir, int number) {
  const auto leader = recorded_leader(spool_dir);
  if (!leader) return;
  const auto attempt = std::filesystem::path(spool_dir).filename().string();
  const auto now = key_of(leader->pid);
  // The leader may be gone while its group lives; with members, the number cannot belong to anybody else.
  const bool is_its_group =
      now ? *now == *leader && (carries(leader->pid, attempt) || is_child_of_its_shim(leader->pid, spool_dir))
          : has_member_that_carries(leader->pid, attempt);
  if (is_its_group) ::kill(-leader->pid, number);
}

}  // namespace understudy::daemon::runtime
