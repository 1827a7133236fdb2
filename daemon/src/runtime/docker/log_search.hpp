#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/docker/frames.hpp"

namespace understudy::daemon::runtime {

/// Looks for words in a container's output as it comes, in any portions and however much it is. Words count
/// within one stream: what stdout begins, stderr does not end.
class LogSearch {
 public:
  LogSearch(std::string words, bool framed) : words_(std::move(words)), framed_(framed) {}

  void feed(std::string_view bytes);
  [[nodiscard]] bool found() const { return found_; }
  /// The last that a stream said is the beginning of a line: more of it is to come.
  [[nodiscard]] bool ends_within_a_line() const { return std::ranges::find(within_, true) != within_.end(); }

 private:
  void look(std::size_t stream, std::string_view payload);

  std::string words_;
  bool framed_;  ///< else a terminal's plain stream
  bool found_{false};
  FrameDecoder decoder_;
  std::array<std::string, 3> ends_;  ///< of each stream, where words may have begun
  std::array<bool, 3> within_{};     ///< a line of each stream
};

/// From when on output belongs to the life that began at `started`. Engines note that moment when the first
/// words may be out already, and the end of the life before when its last words may still be on their way:
/// the cut is between the two, and not long before the start.
[[nodiscard]] std::int64_t output_begins(std::optional<std::int64_t> started_ns,
                                         std::optional<std::int64_t> finished_ns);

/// The time before a line that was asked for with `timestamps=1`.
[[nodiscard]] std::optional<std::int64_t> time_of_line(std::string_view body, bool framed);

}  // namespace understudy::daemon::runtime
