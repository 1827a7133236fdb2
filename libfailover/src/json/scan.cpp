#include "json/scan.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {
namespace detail {

std::size_t closing_quote(std::string_view text, std::size_t open) {
  const char quote = text[open];
  std::size_t at = open + 1;
  while (true) {
    at = text.find(quote, at);
    if (at == std::string_view::npos) return text.size();
    std::size_t slashes = 0;
    while (at - slashes > open + 1 && text[at - slashes - 1] == '\\') ++slashes;
    if (slashes % 2 == 0) return at;
    ++at;
  }
}

}  // namespace detail
}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
