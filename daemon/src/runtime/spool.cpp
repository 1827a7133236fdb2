// What is read of a spool.
#include "runtime/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "runtime/spool_place.hpp"
#include "understudy/check.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

constexpr std::array<const char*, 2> stream_names{"output", "stderr"};
constexpr std::size_t longest_status = 16 * 1024;

template <class Integer>
std::optional<Integer> integer(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return static_cast<Integer>(value->as_int64());
}

/// False when it is not a status that a shim would write.
bool parse_status(std::string_view text, TaskEnd& end) {
  boost::system::error_code bad;
  const json::value parsed = json::parse(text, bad);
  const auto* object = bad ? nullptr : parsed.if_object();
  if (!object) return false;
  end.exit_code = integer<int>(*object, "exit_code");
  end.signal = integer<int>(*object, "signal");
  end.memory_kills = integer<int>(*object, "memory_kills").value_or(0);
  if (const auto* error = object->if_contains("error"); error && error->is_string())
    end.error = std::string_view(error->as_string());
  end.started_ms = integer<std::int64_t>(*object, "started_ms").value_or(0);
  end.ended_ms = integer<std::int64_t>(*object, "ended_ms").value_or(0);
  return true;
}

/// Asks without taking, so a shim that starts at this moment is not disturbed.
LockState state_of_lock(int file) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0) return LockState::unknown;
  return lock.l_type == F_UNLCK ? LockState::free : LockState::held;
}

TaskState tampered_with(std::string what) {
  return {.phase = TaskPhase::finished, .end = {.error = std::move(what), .tampered = true}};
}

}  // namespace

TaskPhase phase_from(StatusFile status, LockState lock) {
  if (status == StatusFile::good) return TaskPhase::finished;
  if (lock == LockState::held) return TaskPhase::running;
  if (status == StatusFile::unknown || lock == LockState::unknown) return TaskPhase::unknown;
  // Nobody is there who could put it right.
  if (status == StatusFile::tampered || lock == LockState::tampered) return TaskPhase::finished;
  return TaskPhase::lost;
}

FileResult<Directory> open_spool(const std::string& spool_dir) {
  const auto place = place_of(spool_dir);
  const auto agent = Directory::open(place.agent_dir);
  if (!agent) return std::unexpected(agent.error());
  auto over = agent->directory(place.archived());
  if (over || over.error().kind != FileErrorKind::absent) return over;
  return agent->directory(place.live());
}

FileResult<PlainFile> open_transcript(const std::string& spool_dir) {
  const auto place = place_of(spool_dir);
  const auto agent = Directory::open(place.agent_dir);
  if (!agent) return std::unexpected(agent.error());
  auto over = agent->file(place.archived() + "/output");
  if (over || over.error().kind != FileErrorKind::absent) return over;
  return agent->file(place.live() + "/output", O_RDONLY, Links::one);
}

FileResult<void> Spool::open() {
  if (directory_) return {};
  auto found = open_spool(path_);
  if (!found) return std::unexpected(found.error());
  directory_ = std::move(*found);
  return {};
}

const Directory* Spool::directory() {
  return open() ? &*directory_ : nullptr;
}

/// The lock once seen is kept: a name that leads elsewhere now says nothing about the shim.
LockState Spool::lock_state() {
  UNDERSTUDY_CHECK(directory_, path_);
  if (!lock_) {
    auto file = directory_->file("lock", O_RDONLY, Links::one);
    if (!file && file.error().kind == FileErrorKind::absent) return LockState::free;
    if (!file) return file.error().kind == FileErrorKind::tampered ? LockState::tampered : LockState::unknown;
    lock_ = std::move(file->descriptor);
  }
  return state_of_lock(lock_->get());
}

StatusFile Spool::read_status(TaskEnd& end, FileError& error) const {
  const auto text = directory_->text("status", longest_status, Links::one);
  if (text) return parse_status(*text, end) ? StatusFile::good : StatusFile::tampered;
  error = text.error();
  switch (error.kind) {
    case FileErrorKind::absent: return StatusFile::none;
    case FileErrorKind::tampered: return StatusFile::tampered;
    case FileErrorKind::unknown: break;
  }
  return StatusFile::unknown;
}

/// What the whole machine is short of comes back; a permission, a lease or a bad block may not.
bool Spool::is_out_of_patience(const FileError& error, Time now) {
  if (error.code == EMFILE || error.code == ENFILE || error.code == ENOMEM) return false;
  if (!unreadable_since_) unreadable_since_ = now;
  return now - *unreadable_since_ > std::chrono::minutes(1);
}

TaskState Spool::look(Time now) {
  if (const auto opened = open(); !opened) {
    switch (opened.error().kind) {
      case FileErrorKind::absent: return {.phase = TaskPhase::lost};
      case FileErrorKind::tampered: return tampered_with("the task's directory was tampered with");
      case FileErrorKind::unknown: break;
    }
    return {.phase = TaskPhase::unknown, .error = describe(opened.error(), path_)};
  }
  // The shim writes the status before it lets the lock go: so the lock is looked at first.
  const LockState lock = lock_state();
  TaskState state;
  FileError error;
  const StatusFile status = read_status(state.end, error);
  state.phase = phase_from(status, lock);
  state.shim_lives = lock == LockState::held;
  const bool unreadable =
      status == StatusFile::unknown && (lock == LockState::free || lock == LockState::tampered);
  if (!unreadable) unreadable_since_.reset();
  if (unreadable && is_out_of_patience(error, now))
    return tampered_with(describe(error, "the task's status"));
  if (state.phase == TaskPhase::unknown)
    state.error = describe(error, status == StatusFile::unknown ? "the task's status" : "the task's lock");
  if (state.phase == TaskPhase::finished && status != StatusFile::good)
    return tampered_with(status == StatusFile::tampered ? "the task's status was tampered with"
                                                        : "the task's lock was tampered with");
  return state;
}

FileResult<std::string> Spool::read_more(Stream stream, std::size_t limit) {
  auto& reading = readings_[stream];
  if (!reading.file) {
    const auto opened = open();
    auto file = opened ? directory_->file(stream_names[stream], O_RDONLY, Links::one)
                       : std::unexpected(opened.error());
    if (!file && file.error().kind == FileErrorKind::unknown) return std::unexpected(file.error());
    if (!file) return "";  // it has written nothing, and what is in its place is not its own
    reading.file = std::move(file->descriptor);
  }
  const int file = reading.file->get();
  const auto data = ::lseek(file, static_cast<off_t>(reading.offset), SEEK_DATA);
  if (data < 0 && errno == ENXIO) return "";
  if (data > 0) reading.offset = std::max(reading.offset, static_cast<std::uint64_t>(data));
  if (const auto hole = ::lseek(file, static_cast<off_t>(reading.offset), SEEK_HOLE); hole > 0)
    limit = std::min(limit, static_cast<std::size_t>(hole) - reading.offset);
  auto bytes = read_at(file, reading.offset, limit);
  if (bytes) reading.offset += bytes->size();
  return bytes;
}

std::uint64_t Spool::size() {
  std::uint64_t total = 0;
  for (const auto stream : {output, errors}) {
    std::uint64_t longest = 0;
    const auto count = [&longest](const struct stat& found) {
      if (S_ISREG(found.st_mode)) longest = std::max(longest, static_cast<std::uint64_t>(found.st_size));
    };
    // What it writes to may no longer be what has the name.
    struct stat found {};
    if (const auto& file = readings_[stream].file; file && ::fstat(file->get(), &found) == 0) count(found);
    if (open())
      if (const auto named = directory_->look(stream_names[stream])) count(*named);
    total += longest;
  }
  return total;
}

TaskState look_at_spool(const std::string& spool_dir) {
  return Spool(spool_dir).look();
}

bool is_taken_over(const std::string& spool_dir) {
  const auto directory = open_spool(spool_dir);
  return directory && (directory->look("pid") || directory->look("status"));
}

}  // namespace understudy::daemon::runtime
