#pragma once
#include <array>
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "files/directory.hpp"

/// A spool directory belongs to one attempt: `input`, `output`, `stderr`, then `pid` when the task runs and
/// `status` when it has ended. The shim holds a lock on `lock` while it lives, so a reader can tell "running"
/// from "lost" across daemon restarts, container restarts and pid namespaces.
///
/// It lies in `<agent_dir>/spool`, which a container has mounted, and whatever runs there may do to it what
/// it likes; so it is read through files/directory.hpp alone. What the daemon writes it writes in
/// `<agent_dir>/drafts` and renames, and when the attempt is over its directory goes to
/// `<agent_dir>/archive`: neither is mounted, so no task sees another's.
namespace understudy::daemon::runtime {

using namespace files;

enum class TaskPhase : std::uint8_t {
  running,
  finished,  ///< `status` is there
  lost,      ///< the shim is gone without a word: the container or the machine went down
  unknown,   ///< it could not be looked at: look again, nothing is known
};

struct TaskEnd {
  std::optional<int> exit_code{};
  std::optional<int> signal{};
  int memory_kills{0};  ///< processes of its container that the kernel killed meanwhile for lack of memory
  std::string error{};  ///< the command could not be run at all, or its records were tampered with
  bool tampered{false};
  std::int64_t started_ms{0};
  std::int64_t ended_ms{0};
};

struct TaskState {
  TaskPhase phase{TaskPhase::running};
  TaskEnd end{};           ///< when finished
  bool shim_lives{false};  ///< somebody still holds the lock
  std::string error{};     ///< when unknown: why, as a sentence
};

/// What is known of the two files that show a task's state.
enum class StatusFile : std::uint8_t { none, good, tampered, unknown };
enum class LockState : std::uint8_t { held, free, tampered, unknown };
[[nodiscard]] TaskPhase phase_from(StatusFile status, LockState lock);

/// One attempt's directory. It is opened when first needed and then kept, with the files that were read: what
/// becomes of their names later does not matter.
class Spool {
 public:
  enum Stream : std::uint8_t { output, errors };

  explicit Spool(std::string spool_dir) : path_(std::move(spool_dir)) {}

  using Time = std::chrono::steady_clock::time_point;

  /// A task that nobody took over counts as lost; so ask only after start_task has answered, or when its
  /// daemon is gone. A status that its shim has left behind and that cannot be read for a minute, though we
  /// have what it takes, counts as tampered with.
  [[nodiscard]] TaskState look(Time now = std::chrono::steady_clock::now());
  /// New bytes of a stream, at most `limit`; empty when there are none. Holes are left out: nobody wrote
  /// them.
  [[nodiscard]] FileResult<std::string> read_more(Stream stream, std::size_t limit = 256 * 1024);
  /// How long both streams are, holes and all.
  [[nodiscard]] std::uint64_t size();
  /// The directory itself, for a watch; nothing yet when it could not be opened.
  [[nodiscard]] const Directory* directory();

 private:
  struct Reading {
    std::optional<Descriptor> file{};
    std::uint64_t offset{0};
  };

  FileResult<void> open();
  [[nodiscard]] LockState lock_state();
  [[nodiscard]] StatusFile read_status(TaskEnd& end, FileError& error) const;
  [[nodiscard]] bool is_out_of_patience(const FileError& error, Time now);

  std::string path_;
  std::optional<Directory> directory_{};
  std::optional<Descriptor> lock_{};
  std::optional<Time> unreadable_since_{};
  std::array<Reading, 2> readings_{};
};

/// One look, also at a directory of an earlier daemon.
[[nodiscard]] TaskState look_at_spool(const std::string& spool_dir);

/// A shim has started: it has written `pid`, or already `status`. False also when that is not known.
[[nodiscard]] bool is_taken_over(const std::string& spool_dir);

enum class StartPrevented : std::uint8_t {
  yes,      ///< no shim has begun this task; from now on none will, not even one that is on its way
  begun,    ///< or it cannot be told
  unknown,  ///< ask again
};
[[nodiscard]] StartPrevented prevent_start(const std::string& spool_dir);

/// Makes the directory with `input` in it, and everything above it that is missing; former attempts leave. A
/// container's other users may use it when it is `shared`. The error is a sentence.
[[nodiscard]] std::expected<void, std::string> prepare_spool(const std::string& spool_dir,
                                                             const std::string& input, bool shared);

/// Moves an attempt that is over out of sight. What cannot be moved now is moved when the next one begins.
void retire_spool(const std::string& spool_dir);

/// The directory of an attempt, whether it is over or not.
[[nodiscard]] FileResult<Directory> open_spool(const std::string& spool_dir);
/// What the attempt has written so far.
[[nodiscard]] FileResult<PlainFile> open_transcript(const std::string& spool_dir);

/// Whether a task has written more than it may; 0: no limit. Decided nowhere else.
[[nodiscard]] constexpr bool exceeds(std::uint64_t written, std::uint64_t limit) {
  return limit > 0 && written > limit;
}

/// Cuts what the attempt wrote to so many bytes a stream.
void cut_spool(const std::string& spool_dir, std::uint64_t limit);

/// All that a container of this agent may have mounted or an attempt needs: `<agent_dir>` and the `spool` in
/// it.
[[nodiscard]] std::expected<void, std::string> make_spools(const std::string& agent_dir, bool shared);

}  // namespace understudy::daemon::runtime
