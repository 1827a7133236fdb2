#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#include "understudy/failover/version.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

/// The value of an enum whose to_string() is `text`. It counts from 0, and ends where a name is empty or "?".
template <class Enum>
[[nodiscard]] std::optional<Enum> parse_word(std::string_view text) {
  for (std::uint8_t value = 0; !text.empty(); ++value) {
    const std::string_view name = to_string(static_cast<Enum>(value));
    if (name.empty() || name == "?") break;
    if (name == text) return static_cast<Enum>(value);
  }
  return std::nullopt;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
