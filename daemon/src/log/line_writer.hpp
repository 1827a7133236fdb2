#pragma once
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace understudy::daemon::log {

/// Writes lines to a descriptor on a thread of its own. Who posts one never waits for whoever reads them: of
/// what does not fit, the oldest are dropped and counted. All of it may be used on any thread.
class LineWriter {
 public:
  /// Makes a line of a sentence about lost ones. Called on the writer's thread.
  using Notice = std::function<std::string(std::string_view sentence)>;

  /// While a slow reader falls behind it is told no more often than `between_notices`.
  explicit LineWriter(int descriptor, Notice notice = {},
                      std::chrono::milliseconds between_notices = std::chrono::seconds(1));
  /// Gives what is left a second. When nobody reads then either, it is forgotten.
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
