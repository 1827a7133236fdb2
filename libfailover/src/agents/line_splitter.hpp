#pragma once
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

#include "understudy/failover/version.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace agents {

/// Cuts a stream of bytes into lines, whatever pieces it comes in. Of a line longer than `limit` only the
/// first `limit` bytes are kept and given, marked as not whole.
class LineSplitter {
 public:
  explicit LineSplitter(std::size_t limit) : limit_(limit) {}

  /// Calls `on_line(std::string_view line, bool whole)` for each line that ends in `bytes`; the terminator
  /// (LF or CRLF) is not part of it.
  template <class OnLine>
  void feed(std::string_view bytes, OnLine&& on_line) {
    while (true) {
      const auto end = bytes.find('\n');
      if (end == std::string_view::npos) return hold(bytes);
      if (held_.empty() && !cut_ && end <= limit_) {
        on_line(without_return(bytes.substr(0, end)), true);
      } else {
        hold(bytes.substr(0, end));
        release(on_line);
      }
      bytes.remove_prefix(end + 1);
    }
  }

  /// The last line, when the stream ended without a terminator.
  template <class OnLine>
  void finish(OnLine&& on_line) {
    if (!held_.empty() || cut_) release(on_line);
  }

 private:
  static constexpr std::size_t worth_keeping = 64 * 1024;

  static std::string_view without_return(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    return line;
  }

  void hold(std::string_view bytes) {
    const auto room = limit_ - held_.size();
    if (bytes.size() > room) cut_ = true;
    held_.append(bytes.substr(0, std::min(room, bytes.size())));
  }

  template <class OnLine>
  void release(OnLine& on_line) {
    on_line(cut_ ? std::string_view(held_) : without_return(held_), !cut_);
    held_.clear();
    cut_ = false;
    if (held_.capacity() > worth_keeping) held_.shrink_to_fit();
  }

  std::size_t limit_;
  std::string held_;
  bool cut_{false};
};

}  // namespace agents
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
