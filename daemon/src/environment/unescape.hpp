#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::environment {

/// A text without its escapes, and where each byte stood in the original.
struct Unescaped {
  std::string text{};
  std::vector<std::uint32_t> begin{};  ///< of each byte, in the original
  std::vector<std::uint32_t> end{};    ///< one past it
};

enum class Escaping : std::uint8_t {
  percent,  ///< %2F, in upper, lower or mixed case
  json,     ///< \n, \u0041, \x41, \/, and those of other languages: \u{41}, \U00000041, \101
  xml,      ///< &amp; &#65; &#x41;
  gap,      ///< a wrapped or coloured line, or hex bytes one by one: what is between them is left out
};

/// Undoes one level of escaping; empty when there is nothing to undo. An escape cut off by the end of the
/// text is left out.
[[nodiscard]] Unescaped unescape(std::string_view text, Escaping escaping);
/// Undoes another level, with positions in the first text.
[[nodiscard]] Unescaped unescape(const Unescaped& outer, Escaping escaping);

}  // namespace understudy::daemon::environment
