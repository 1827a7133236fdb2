#include "characters.hpp"

#include <algorithm>

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return to_lower(x) == to_lower(y); });
}

bool one_of(std::string_view word, std::span<const std::string_view> words) {
  return std::ranges::any_of(words, [word](std::string_view one) { return same_word(word, one); });
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view space{" \t\r\n\v\f"};
  const auto first = text.find_first_not_of(space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(space) - first + 1);
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
