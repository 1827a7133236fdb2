#pragma once
#include <charconv>
#include <optional>
#include <string_view>
#include <system_error>

namespace understudy::daemon::text {

/// The number that the whole text is; nothing when it is more, less, or out of range. No sign but '-'.
template <class Number>
[[nodiscard]] std::optional<Number> parse_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace understudy::daemon::text
