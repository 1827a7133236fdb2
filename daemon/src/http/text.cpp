#include "http/text.hpp"

#include <algorithm>

#include "text/hex.hpp"
#include "text/utf8.hpp"

namespace understudy::daemon::http {

bool iequals(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return text::to_lower(x) == text::to_lower(y);
         });
}

std::string to_lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), text::to_lower);
  return result;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

bool has_token(std::string_view list, std::string_view token) {
  return any_item(list, ',', [&](std::string_view item) { return iequals(item, token); });
}

bool accepts(std::string_view list, std::string_view token) {
  return any_item(list, ',', [&](std::string_view item) {
    const auto semicolon = item.find(';');
    if (!iequals(trim(item.substr(0, semicolon)), token)) return false;
    if (semicolon == std::string_view::npos) return true;
    const bool refused = any_item(item.substr(semicolon + 1), ';', [](std::string_view parameter) {
      return parameter.starts_with("q=0") && parameter.find_first_not_of("0.", 2) == std::string_view::npos;
    });
    return !refused;
  });
}

std::string media_type(std::string_view content_type) {
  return to_lower(trim(content_type.substr(0, content_type.find(';'))));
}

bool is_json(std::string_view content_type) {
  const auto type = media_type(content_type);
  return type == "application/json" || (type.starts_with("application/") && type.ends_with("+json"));
}

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string result;
  result.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      if (text.size() - i < 3) return std::nullopt;
      const int high = text::hex_value(text[i + 1]);
      const int low = text::hex_value(text[i + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      result.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    } else {
      result.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  if (result.find('\0') != std::string::npos || !text::is_utf8(result)) return std::nullopt;
  return result;
}

std::optional<Pairs> parse_query(std::string_view text) {
  Pairs pairs;
  const bool bad = any_item(text, '&', [&](std::string_view item) {
    const auto equals = item.find('=');
    auto name = percent_decode(item.substr(0, equals), true);
    auto value =
        percent_decode(equals == std::string_view::npos ? std::string_view{} : item.substr(equals + 1), true);
    if (!name || !value) return true;
    pairs.emplace_back(std::move(*name), std::move(*value));
    return false;
  });
  if (bad) return std::nullopt;
  return pairs;
}

}  // namespace understudy::daemon::http
