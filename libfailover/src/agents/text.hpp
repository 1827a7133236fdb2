#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

#include "understudy/failover/version.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Replaces NUL and each byte that is not part of valid UTF-8 with U+FFFD, so that the result can be stored
/// and sent as JSON.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

/// At most the first `limit` bytes, without half a character.
[[nodiscard]] std::string_view head_of(std::string_view text, std::size_t limit);

/// The same as valid UTF-8, with "…" in place of what was cut off: the cut may be in a secret, and what masks
/// secrets must know.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t limit);

/// The newest bytes of a stream, at most `limit` of them. It uses at most twice that much memory.
class Tail {
 public:
  explicit Tail(std::size_t limit) : limit_(limit) {}
  void append(std::string_view bytes);
  /// At most the newest `max` bytes. Unless they are all there are, they begin with a whole line, because
  /// half a line misleads, or within a longer line with a whole word.
  [[nodiscard]] std::string_view newest(std::size_t max) const;
  [[nodiscard]] std::size_t size() const { return kept_.size() < limit_ ? kept_.size() : limit_; }

 private:
  std::size_t limit_;
  std::string kept_;
  bool lost_{false};
};

/// The newest lines of a stream, at most `limit` bytes of them.
class NewestLines {
 public:
  explicit NewestLines(std::size_t limit) : limit_(limit) {}
  void add(std::string line);
  /// Appends the lines, each with its terminator.
  void append_to(std::string& out) const;

 private:
  std::size_t limit_;
  std::size_t size_{0};
  std::deque<std::string> lines_;
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
