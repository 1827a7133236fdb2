#include "runtime/spool.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <boost/json.hpp>
#include <filesystem>

#include "runtime/files.hpp"

namespace understudy::daemon {

namespace json = boost::json;

namespace {

bool is_locked(const std::string& spool_dir) {
  const Descriptor file(::open((spool_dir + "/lock").c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) return false;
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  // Asks without taking, so a shim that starts at this moment is not disturbed.
  return ::fcntl(file.get(), F_OFD_GETLK, &lock) == 0 && lock.l_type != F_UNLCK;
}

std::optional<int> small_int(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return static_cast<int>(value->as_int64());
}

std::int64_t milliseconds(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? value->as_int64() : 0;
}

std::optional<TaskState> read_status(const std::string& spool_dir) {
  const auto text = read_file(spool_dir + "/status", 16 * 1024);
  if (!text) return std::nullopt;
  TaskState state{TaskPhase::finished, {}};
  boost::system::error_code bad;
  const json::value parsed = json::parse(*text, bad);
  const auto* object = bad ? nullptr : parsed.if_object();
  if (!object) {
    state.end.error = "the task's status file cannot be read";
    return state;
  }
  state.end.exit_code = small_int(*object, "exit_code");
  state.end.signal = small_int(*object, "signal");
  if (const auto* error = object->if_contains("error"); error && error->is_string())
    state.end.error = std::string_view(error->as_string());
  state.end.started_ms = milliseconds(*object, "started_ms");
  state.end.ended_ms = milliseconds(*object, "ended_ms");
  return state;
}

}  // namespace

TaskState look_at_spool(const std::string& spool_dir) {
  if (auto ended = read_status(spool_dir)) return *ended;
  if (is_locked(spool_dir)) return {TaskPhase::running, {}};
  // The shim writes the status before it lets the lock go: without a lock a second look is final.
  if (auto ended = read_status(spool_dir)) return *ended;
  return {TaskPhase::lost, {}};
}

bool is_taken_over(const std::string& spool_dir) {
  return ::access((spool_dir + "/pid").c_str(), F_OK) == 0 ||
         ::access((spool_dir + "/status").c_str(), F_OK) == 0;
}

bool forestall(const std::string& spool_dir) {
  constexpr std::string_view nobody = "{}\n";  // as `pid`; a shim that finds one does not begin
  if (read_file(spool_dir + "/pid", 16) == nobody) return true;
  if (is_taken_over(spool_dir)) return false;
  const Descriptor file(::open((spool_dir + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) return errno == ENOENT;  // without a directory no shim was sent for
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file.get(), F_OFD_SETLK, &lock) != 0 || is_taken_over(spool_dir)) return false;
  return replace_file(spool_dir + "/pid", std::string(nobody)).has_value();
}

std::expected<void, std::string> prepare_spool(const std::string& spool_dir, const std::string& input,
                                               bool shared) {
  const std::filesystem::path path(spool_dir);
  std::error_code failed;
  std::filesystem::create_directories(path, failed);
  if (failed) return std::unexpected(fmt::format("{} cannot be made: {}", spool_dir, failed.message()));
  // A container's user may be anyone. What keeps the host's other users out is the agent's own directory
  // (0700).
  if (::chmod(path.c_str(), shared ? 0777 : 0700) != 0)
    return std::unexpected(fmt::format("{} is not ours: {}", spool_dir, describe_errno(errno)));
  if (auto written = replace_file(spool_dir + "/input", input); !written) return written;
  if (shared) ::chmod((spool_dir + "/input").c_str(), 0644);
  return {};
}

std::string SpoolReader::read_more(std::size_t limit) {
  auto bytes = read_file(path_, limit, offset_).value_or("");
  offset_ += bytes.size();
  return bytes;
}

}  // namespace understudy::daemon
