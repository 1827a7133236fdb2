#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

#pragma GCC visibility push(default)  // what libunderstudy_container.so shows
namespace understudy::container {

/// The enumerator whose to_string() is `text`. Enums here count from 0 and are named without a gap.
template <class Enum>
[[nodiscard]] std::optional<Enum> parse(std::string_view text) {
  if (text.empty()) return std::nullopt;
  for (std::uint8_t value = 0;; ++value) {
    const auto candidate = static_cast<Enum>(value);
    const auto name = to_string(candidate);
    if (name == text) return candidate;
    if (name.empty() && value > 0) return std::nullopt;
  }
}

}  // namespace understudy::container
#pragma GCC visibility pop
