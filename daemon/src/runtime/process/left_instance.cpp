#include "runtime/process/left_instance.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "runtime/process/exit_watch.hpp"
#include "runtime/process/fresh.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;

std::expected<std::vector<std::string>, std::string> agents_below(const std::string& agents_dir) {
  std::vector<std::string> found;
  std::error_code failed;
  for (fs::directory_iterator at(agents_dir, failed), end; !failed && at != end; at.increment(failed))
    found.push_back(at->path().string());
  if (failed && failed != std::errc::no_such_file_or_directory)
    return std::unexpected(fmt::format("{} cannot be read: {}", agents_dir, failed.message()));
  return found;
}

std::expected<std::optional<LeftInstance>, std::string> read_left(const std::string& agent_dir,
                                                                  const std::set<ContainerId>& known) {
  const auto may_run = [&agent_dir](const FileError& error) {
    return std::unexpected(describe(error, agent_dir + "'s process"));
  };
  delete_what_was_set_aside(agent_dir);
  auto record = load_record(agent_dir);
  if (!record && record.error().kind == FileErrorKind::unknown) return may_run(record.error());
  if (!record || known.contains(record->id)) return std::nullopt;
  if (record->phase == ProcessPhase::starting) {
    const auto found = find_by_output(record->log_path());
    if (!found && found.error().kind == FileErrorKind::unknown) return may_run(found.error());
    record->key = found.value_or(ProcessKey{});
    record->phase = found ? ProcessPhase::running : ProcessPhase::created;
  }
  LeftInstance left{.record = std::move(*record)};
  if (left.record.phase != ProcessPhase::running) return left;
  auto child = adopt(left.record.key);
  if (!child && child.error().kind == FileErrorKind::unknown) return may_run(child.error());
  if (child) {
    left.record.key = child->key;
    left.child = std::move(*child);
    return left;
  }
  const auto end = load_exit(agent_dir);
  left.record.phase = ProcessPhase::exited;
  left.record.exit_code = end.exit_code;
  left.record.oom = end.oom;
  (void)save(left.record);  // only remembers what the next look would find again
  return left;
}

}  // namespace understudy::daemon::runtime
