#include "runtime/process/record.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/json.hpp>
#include <filesystem>

#include "files/atomic_file.hpp"

namespace understudy::daemon::runtime {

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

constexpr std::array<std::string_view, 4> phase_names{"created", "starting", "running", "exited"};

std::string text_of(const json::object& object, std::string_view key) {
  return std::string(std::string_view(object.at(key).as_string()));
}

std::vector<std::string> words_of(const json::object& object, std::string_view key) {
  std::vector<std::string> words;
  for (const auto& word : object.at(key).as_array()) words.emplace_back(std::string_view(word.as_string()));
  return words;
}

void read_number(const json::object& object, std::string_view key, std::int64_t& to) {
  if (const auto* value = object.if_contains(key)) to = value->as_int64();
}

ProcessPhase phase_of(std::string_view name) {
  for (std::size_t i = 0; i < phase_names.size(); ++i)
    if (phase_names[i] == name) return static_cast<ProcessPhase>(i);
  return ProcessPhase::exited;
}

json::object to_object(const ProcessRecord& record) {
  json::array env;
  for (const auto& [key, value] : record.spec.env) env.push_back(json::array{key, value});
  json::array writable;
  for (const auto& mount : record.spec.mounts)
    if (!mount.read_only) writable.emplace_back(mount.source);
  return {{"id", record.id},
          {"owner", record.spec.owner},
          {"instance", record.spec.instance},
          {"generation", record.spec.generation},
          {"spec_hash", record.spec.spec_hash},
          {"command", json::array(record.spec.command.begin(), record.spec.command.end())},
          {"env", std::move(env)},
          {"workdir", record.spec.workdir},
          {"writable", std::move(writable)},
          {"no_new_privileges", record.spec.containment.no_new_privileges},
          {"log_max_bytes", record.spec.log_max_bytes},
          {"pids_limit", record.spec.containment.pids_limit},
          {"memory_mb", record.spec.memory_mb},
          {"ready_pattern", record.spec.readiness.pattern},
          {"ephemeral", record.spec.ephemeral},
          {"phase", phase_names[static_cast<std::size_t>(record.phase)]},
          {"pid", record.key.pid},
          {"start", record.key.start},
          {"boot_id", record.key.boot_id},
          {"exit_code", record.exit_code ? json::value(*record.exit_code) : json::value(nullptr)},
          {"oom", record.oom}};
}

ProcessRecord from_object(const json::object& object, const std::string& agent_dir) {
  ProcessRecord record;
  record.id = text_of(object, "id");
  record.spec.owner = text_of(object, "owner");
  record.spec.instance = text_of(object, "instance");
  record.spec.generation = object.at("generation").as_int64();
  record.spec.spec_hash = text_of(object, "spec_hash");
  record.spec.command = words_of(object, "command");
  for (const auto& entry : object.at("env").as_array())
    record.spec.env.emplace_back(std::string_view(entry.at(0).as_string()),
                                 std::string_view(entry.at(1).as_string()));
  record.spec.workdir = text_of(object, "workdir");
  if (object.contains("writable"))
    for (auto& path : words_of(object, "writable")) record.spec.mounts.push_back({path, path, false});
  if (const auto* flag = object.if_contains("no_new_privileges"))
    record.spec.containment.no_new_privileges = flag->as_bool();
  read_number(object, "log_max_bytes", record.spec.log_max_bytes);
  read_number(object, "pids_limit", record.spec.containment.pids_limit);
  read_number(object, "memory_mb", record.spec.memory_mb);
  if (object.contains("ready_pattern")) {
    record.spec.readiness.pattern = text_of(object, "ready_pattern");
    if (!record.spec.readiness.pattern.empty()) record.spec.readiness.kind = ReadinessKind::log;
  }
  if (const auto* one_task = object.if_contains("ephemeral")) record.spec.ephemeral = one_task->as_bool();
  record.spec.agent_dir = agent_dir;
  record.phase = phase_of(text_of(object, "phase"));
  record.key = {static_cast<pid_t>(object.at("pid").as_int64()),
                object.at("start").to_number<std::uint64_t>(), text_of(object, "boot_id")};
  if (const auto& code = object.at("exit_code"); code.is_int64())
    record.exit_code = static_cast<int>(code.as_int64());
  record.oom = object.at("oom").as_bool();
  return record;
}

}  // namespace

std::string ProcessRecord::stamp() const {
  return key.pid == 0 ? std::string{} : fmt::format("{}/{}/{}", key.boot_id, key.pid, key.start);
}

std::expected<void, std::string> save(const ProcessRecord& record) {
  return files::write_atomically(record.path(), json::serialize(to_object(record)) + "\n",
                                 files::Durable::no);
}

FileResult<ProcessRecord> load_record(const std::string& agent_dir) {
  const auto text = read_file(agent_dir + "/process.json");
  if (!text) return std::unexpected(text.error());
  try {
    const json::value parsed = json::parse(*text);
    return from_object(parsed.as_object(), agent_dir);
  } catch (const std::exception&) {  // half a file after power loss; its process is gone too
    return std::unexpected(FileError{FileErrorKind::tampered, 0});
  }
}

ProcessExit load_exit(const std::string& agent_dir) {
  boost::system::error_code bad;
  const auto parsed = json::parse(read_file(agent_dir + "/exit", 4096).value_or(""), bad);
  const auto* object = bad ? nullptr : parsed.if_object();
  if (!object) return {};
  ProcessExit end;
  if (const auto* code = object->if_contains("exit_code"); code && code->is_int64())
    end.exit_code = static_cast<int>(code->get_int64());
  if (const auto* number = object->if_contains("signal"); number && number->is_int64())
    end.exit_code = 128 + static_cast<int>(number->get_int64());
  if (const auto* oom = object->if_contains("oom"); oom && oom->is_bool()) end.oom = oom->get_bool();
  return end;
}

FileResult<ProcessKey> find_by_output(const std::string& path) {
  std::error_code failed;
  const auto wanted = fs::weakly_canonical(path, failed);
  FileError error{FileErrorKind::absent, 0};
  std::optional<ProcessKey> found;
  failed = for_each_process([&](pid_t pid) {
    std::error_code hidden;  // it has ended, or is another user's
    if (fs::read_symlink(fmt::format("/proc/{}/fd/1", pid), hidden) != wanted || hidden) return true;
    const auto session = stat_field(pid, 6);
    if (session && *session != pid) return true;
    const auto key = session ? key_of(pid) : std::unexpected(session.error());
    if (key) found = *key;
    if (!key && key.error().kind == FileErrorKind::unknown) error = key.error();
    return !found;
  });
  if (found) return *found;
  if (failed) error = {FileErrorKind::unknown, failed.value()};
  return std::unexpected(error);
}

}  // namespace understudy::daemon::runtime
