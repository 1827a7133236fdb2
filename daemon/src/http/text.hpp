#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "http/types.hpp"

/// The small grammar of HTTP text: case, lists, percent-encoding.
namespace understudy::daemon::http {

/// Equal but for the case of ASCII letters.
[[nodiscard]] bool iequals(std::string_view a, std::string_view b);
[[nodiscard]] std::string to_lower(std::string_view text);
[[nodiscard]] std::string_view trim(std::string_view text);

/// Calls `visit(item)` for each trimmed, non-empty item of a separated list, until it returns true.
template <class Visit>
bool any_item(std::string_view list, char separator, Visit visit) {
  while (!list.empty()) {
    const auto end = list.find(separator);
    const auto item = trim(list.substr(0, end));
    if (!item.empty() && visit(item)) return true;
    list = end == std::string_view::npos ? std::string_view{} : list.substr(end + 1);
  }
  return false;
}

/// Whether a comma-separated list names that token.
[[nodiscard]] bool has_token(std::string_view list, std::string_view token);
/// The same for Accept-like lists, where `token;q=0` means no.
[[nodiscard]] bool accepts(std::string_view list, std::string_view token);

/// Of "Text/HTML; charset=utf-8": "text/html".
[[nodiscard]] std::string media_type(std::string_view content_type);
/// application/json, or a type that ends in +json.
[[nodiscard]] bool is_json(std::string_view content_type);

/// Nothing when an escape is incomplete, or the result has a NUL or is not UTF-8.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// `a=1&b&c=%20`; nothing when an escape is bad.
[[nodiscard]] std::optional<Pairs> parse_query(std::string_view text);

}  // namespace understudy::daemon::http
