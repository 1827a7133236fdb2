#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <string>

namespace understudy::daemon {

/// A spool directory belongs to one attempt: `input`, `output`, `stderr`, then `pid` when the task runs and
/// `status` when it has ended. The shim holds a lock on `lock` while it lives, so a reader can tell "running"
/// from "lost" across daemon restarts, container restarts and pid namespaces.
enum class TaskPhase : std::uint8_t {
  running,
  finished,  ///< `status` is there
  lost,      ///< the shim is gone without a word: the container or the machine went down
};

struct TaskEnd {
  std::optional<int> exit_code{};
  std::optional<int> signal{};
  std::string error{};  ///< the command could not be run at all
  std::int64_t started_ms{0};
  std::int64_t ended_ms{0};
};

struct TaskState {
  TaskPhase phase{TaskPhase::running};
  TaskEnd end{};  ///< when finished
};

/// One look at a spool directory, also one of an earlier daemon. A task that nobody took over counts as lost;
/// so ask only after start_task has answered, or when its daemon is gone.
[[nodiscard]] TaskState look_at_spool(const std::string& spool_dir);

/// A shim has started: it has written `pid`, or already `status`.
[[nodiscard]] bool is_taken_over(const std::string& spool_dir);

/// True when no shim has begun this task; from then on none will, not even one that is on its way since an
/// earlier daemon sent for it.
[[nodiscard]] bool forestall(const std::string& spool_dir);

/// Makes the directory and writes `input`. `shared` opens it to a container's other users.
[[nodiscard]] std::expected<void, std::string> prepare_spool(const std::string& spool_dir,
                                                             const std::string& input, bool shared);

/// Reads one file of a spool as it grows.
class SpoolReader {
 public:
  explicit SpoolReader(std::string path, std::uint64_t offset = 0)
      : path_(std::move(path)), offset_(offset) {}

  /// New bytes, at most `limit`; empty when there are none.
  [[nodiscard]] std::string read_more(std::size_t limit = 256 * 1024);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }

 private:
  std::string path_;
  std::uint64_t offset_;
};

/// Waits for news from a spool: inotify, and a look each second in case the file system gives no notice.
class SpoolWatch {
 public:
  SpoolWatch(boost::asio::any_io_executor executor, std::string spool_dir);
  ~SpoolWatch();
  SpoolWatch(const SpoolWatch&) = delete;
  SpoolWatch& operator=(const SpoolWatch&) = delete;

  /// Resolves when `output` or `stderr` changed since the last call, or when the task has ended. Read what is
  /// left after the end as well.
  boost::asio::awaitable<TaskState> next();
  /// Resolves when the task is finished or lost.
  boost::asio::awaitable<TaskState> ended();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace understudy::daemon
