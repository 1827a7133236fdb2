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
  address,  ///< %2F, also with one letter in capitals and one not
  json,     ///< \n, \u0041, \x41, \/, and what other languages have: \u{41}, \U00000041, \101
  xml,      ///< &amp; &#65; &#x41;
  gap,      ///< a wrapped or coloured line, bytes in hex one by one: what stands between is left out
};

/// Read once; empty when there is nothing to read back. An escape that the end of the text cuts off is left
/// out.
[[nodiscard]] Reading read_back(std::string_view text, Escapes escapes);
/// The reading of a reading, with the places in the first text.
[[nodiscard]] Reading read_back(const Reading& reading, Escapes escapes);

}  // namespace understudy::daemon::environment
