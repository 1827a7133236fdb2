#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace understudy::daemon::log {

/// Writes lines to a descriptor on a thread of its own. Posting one never waits for the reader: when the
/// queue is full the oldest are dropped and counted. Any thread may use it.
class LineWriter {
 public:
  /// Makes a line of a sentence about lost ones. Called on the writer's thread.
  using Notice = std::function<std::string(std::string_view sentence)>;

  /// While a slow reader falls behind it is told no more often than `between_notices`.
  explicit LineWriter(int descriptor, Notice notice = {},
                      std::chrono::milliseconds between_notices = std::chrono::seconds(1));
  /// Gives what is left a second, then gives it up.
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  void post(std::string_view line);  ///< with its newline
  /// True when all that was posted is written or lost.
  bool flush(std::chrono::milliseconds patience);
  /// Lines that nobody will read: no room, or the descriptor did not take them.
  [[nodiscard]] std::uint64_t dropped() const;

 private:
  struct Core;
  std::unique_ptr<Core> core_;
};

}  // namespace understudy::daemon::log
