#pragma once
#include <cstddef>
#include <span>
#include <string_view>

#include "json/utf8.hpp"
#include "understudy/failover/version.hpp"

/// ASCII and UTF-8, whatever the locale.
namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
constexpr bool is_letter(char c) {
  return is_lower(c) || is_upper(c);
}
constexpr char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c + ('a' - 'A')) : c;
}
constexpr bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}
constexpr bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xC0u) == 0x80u;
}

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool same_word(std::string_view a, std::string_view b);
[[nodiscard]] bool one_of(std::string_view word, std::span<const std::string_view> words);

/// Without the white space around it.
[[nodiscard]] std::string_view trimmed(std::string_view text);

using json::character_length;

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
