// What is read of a spool.
#include "runtime/spool.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cerrno>

#include "runtime/spool_place.hpp"

namespace understudy::daemon::runtime {

namespace json = boost::json;

namespace {

constexpr std::array<const char*, 2> stream_names{"output", "stderr"};
constexpr std::size_t longest_status = 16 * 1024;

std::optional<int> small_int(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  if (!value || !value->is_int64()) return std::nullopt;
  return static_cast<int>(value->as_int64());
}

std::int64_t milliseconds(const json::object& object, std::string_view key) {
  const auto* value = object.if_contains(key);
  return value && value->is_int64() ? value->as_int64() : 0;
}

/// False when it is no status that a shim would write.
bool parse_status(std::string_view text, TaskEnd& end) {
  boost::system::error_code bad;
  const json::value parsed = json::parse(text, bad);
  const auto* object = bad ? nullptr : parsed.if_object();
  if (!object) return false;
  end.exit_code = small_int(*object, "exit_code");
  end.signal = small_int(*object, "signal");
  end.memory_kills = small_int(*object, "memory_kills").value_or(0);
  if (const auto* error = object->if_contains("error"); error && error->is_string())
    end.error = std::string_view(error->as_string());
  end.started_ms = milliseconds(*object, "started_ms");
  end.ended_ms = milliseconds(*object, "ended_ms");
  return true;
}

/// Asks without taking, so a shim that starts at this moment is not disturbed.
Grip grip_on(int file) {
  struct flock lock {};
  lock.l_type = F_RDLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(file, F_OFD_GETLK, &lock) != 0) return Grip::unknown;
  return lock.l_type == F_UNLCK ? Grip::free : Grip::held;
}

TaskState tampered_with(std::string what) {
  return {.phase = TaskPhase::finished, .end = {.error = std::move(what), .tampered = true}};
}

}  // namespace

TaskPhase judge_sight(Record status, Grip lock) {
  if (status == Record::good) return TaskPhase::finished;
  if (lock == Grip::held) return TaskPhase::running;
  if (status == Record::unknown || lock == Grip::unknown) return TaskPhase::unknown;
  // Nobody is there who could put it right.
  if (status == Record::tampered || lock == Grip::tampered) return TaskPhase::finished;
  return TaskPhase::lost;
}

Seen<Directory> open_spool(const std::string& spool_dir) {
  const auto place = place_of(spool_dir);
  const auto agent = Directory::open(place.agent_dir);
  if (!agent) return std::unexpected(agent.error());
  auto over = agent->directory(place.archived());
  if (over || over.error().why != Unseen::absent) return over;
  return agent->directory(place.live());
}

Seen<PlainFile> open_transcript(const std::string& spool_dir) {
  const auto place = place_of(spool_dir);
  const auto agent = Directory::open(place.agent_dir);
  if (!agent) return std::unexpected(agent.error());
  auto over = agent->file(place.archived() + "/output");
  if (over || over.error().why != Unseen::absent) return over;
  return agent->file(place.live() + "/output", O_RDONLY, Links::one);
}

Seen<void> Spool::open() {
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
Grip Spool::grip() {
  if (!lock_) {
    auto file = directory_->file("lock", O_RDONLY, Links::one);
    if (!file && file.error().why == Unseen::absent) return Grip::free;
    if (!file) return file.error().why == Unseen::tampered ? Grip::tampered : Grip::unknown;
    lock_ = std::move(file->descriptor);
  }
  return grip_on(lock_->get());
}

Record Spool::read_status(TaskEnd& end, Fault& fault) const {
  const auto text = directory_->text("status", longest_status, Links::one);
  if (text) return parse_status(*text, end) ? Record::good : Record::tampered;
  fault = text.error();
  switch (fault.why) {
    case Unseen::absent: return Record::none;
    case Unseen::tampered: return Record::tampered;
    case Unseen::unknown: break;
  }
  return Record::unknown;
}

/// What the whole machine lacks comes back; a right, a lease or a bad block may not.
bool Spool::is_out_of_patience(const Fault& fault, Time now) {
  if (fault.error == EMFILE || fault.error == ENFILE || fault.error == ENOMEM) return false;
  if (!unreadable_since_) unreadable_since_ = now;
  return now - *unreadable_since_ > std::chrono::minutes(1);
}

TaskState Spool::look(Time now) {
  if (const auto opened = open(); !opened) {
    switch (opened.error().why) {
      case Unseen::absent: return {.phase = TaskPhase::lost};
      case Unseen::tampered: return tampered_with("the task's directory was tampered with");
      case Unseen::unknown: break;
    }
    return {.phase = TaskPhase::unknown, .trouble = describe(opened.error(), path_)};
  }
  // The shim writes the status before it lets the lock go: so the lock is looked at first.
  const Grip lock = grip();
  TaskState state;
  Fault fault;
  const Record status = read_status(state.end, fault);
  state.phase = judge_sight(status, lock);
  state.shim_lives = lock == Grip::held;
  const bool unreadable = status == Record::unknown && (lock == Grip::free || lock == Grip::tampered);
  if (!unreadable) unreadable_since_.reset();
  if (unreadable && is_out_of_patience(fault, now))
    return tampered_with(describe(fault, "the task's status"));
  if (state.phase == TaskPhase::unknown)
    state.trouble = describe(fault, status == Record::unknown ? "the task's status" : "the task's lock");
  if (state.phase == TaskPhase::finished && status != Record::good)
    return tampered_with(status == Record::tampered ? "the task's status was tampered with"
                                                    : "the task's lock was tampered with");
  return state;
}

Seen<std::string> Spool::read_more(Stream stream, std::size_t limit) {
  auto& reading = readings_[stream];
  if (!reading.file) {
    const auto opened = open();
    auto file = opened ? directory_->file(stream_names[stream], O_RDONLY, Links::one)
                       : std::unexpected(opened.error());
    if (!file && file.error().why == Unseen::unknown) return std::unexpected(file.error());
    if (!file) return "";  // it says nothing, and what is in its place is not its word
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
    // What it writes to need not be what has the name any more.
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
