#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include "text/ascii.hpp"

namespace understudy::daemon::text {

inline constexpr std::string_view hex_digits = "0123456789abcdef";

/// The value of a hexadecimal digit, or -1.
[[nodiscard]] constexpr int hex_value(char c) {
  const char lower = to_lower(c);
  return is_digit(c) ? c - '0' : lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

/// Two digits for each byte.
[[nodiscard]] std::string to_hex(std::string_view bytes, std::string_view digits = hex_digits);
/// 2n digits from the kernel's random source.
[[nodiscard]] std::string random_hex(std::size_t bytes);
[[nodiscard]] std::string sha256_hex(std::string_view text);
/// Only who has the key can make it.
[[nodiscard]] std::string hmac_sha256_hex(std::string_view key, std::string_view text);

}  // namespace understudy::daemon::text
