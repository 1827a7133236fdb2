#pragma once
#include <cstddef>
#include <deque>
#include <string>
#include <string_view>

namespace understudy::failover::agents {

/// Each byte that is no part of valid UTF-8 becomes U+FFFD, and NUL too: the result can be stored and sent as
/// JSON.
[[nodiscard]] std::string valid_utf8(std::string_view bytes);

/// The first `limit` bytes at most, not ending inside a character.
[[nodiscard]] std::string_view head_of(std::string_view text, std::size_t limit);

/// The same as valid UTF-8, with "…" in the place of what was cut off: it is known for a cut then wherever
/// the text goes, to readers and to what masks secrets.
[[nodiscard]] std::string clipped(std::string_view text, std::size_t limit);

/// The newest bytes of a stream, at most `limit` of them; memory is twice that at most.
class Tail {
 public:
  explicit Tail(std::size_t limit) : limit_(limit) {}
  void append(std::string_view bytes);
  /// The newest `most` bytes, from the start of a line when something before it is gone: half a line
  /// misleads. Of a line that is longer than that, from the start of a word.
  [[nodiscard]] std::string_view newest(std::size_t most) const;
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

}  // namespace understudy::failover::agents
