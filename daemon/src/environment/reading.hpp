#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::daemon::environment {

/// A text as a reader understands it, and where each byte of it stood in the original.
struct Reading {
  std::string text{};
  std::vector<std::uint32_t> begin{};  ///< of each byte, in the original
  std::vector<std::uint32_t> end{};    ///< behind it
};

enum class Escapes : std::uint8_t {
  address,   ///< %2F, also with one letter in capitals and one not
  json,      ///< \n, \u0041, \x41, \/
  xml,       ///< &amp; &#65; &#x41;
  new_line,  ///< a line that was wrapped
};

/// Read once; empty when there is nothing to read back.
[[nodiscard]] Reading read_back(std::string_view text, Escapes escapes);
/// The reading of a reading, with the places in the first text.
[[nodiscard]] Reading read_back(const Reading& reading, Escapes escapes);

}  // namespace understudy::daemon::environment
