#include "environment/unescape.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "text/hex.hpp"
#include "text/utf8.hpp"

namespace understudy::daemon::environment {

namespace {

/// The bytes that an escape stands for, and its length.
struct Meaning {
  std::string bytes{};
  std::size_t length{0};
};

std::optional<std::uint32_t> number(std::string_view digits, int base) {
  std::uint32_t value = 0;
  for (const char c : digits) {
    const int digit = text::hex_value(c);
    if (digit < 0 || digit >= base || value > 0x10FFFF) return std::nullopt;
    value = value * static_cast<std::uint32_t>(base) + static_cast<std::uint32_t>(digit);
  }
  return digits.empty() ? std::nullopt : std::optional(value);
}

std::string utf8(std::uint32_t code_point) {
  std::string out;
  text::append_utf8(out, code_point);
  return out;
}

std::optional<Meaning> of_percent(std::string_view at) {
  const auto byte = at.size() < 3 ? std::nullopt : number(at.substr(1, 2), 16);
  if (!byte) return std::nullopt;
  return Meaning{std::string(1, static_cast<char>(*byte)), 3};
}

/// \u{1f511}
std::optional<Meaning> of_braces(std::string_view at) {
  constexpr std::size_t longest = 12;
  const auto end = at.substr(0, longest).find('}');
  const auto point = end == at.npos ? std::nullopt : number(at.substr(3, end - 3), 16);
  return point ? std::optional(Meaning{utf8(*point), end + 1}) : std::nullopt;
}

/// \101, and not \7 in "C:\78".
std::optional<Meaning> of_octal(std::string_view at) {
  const auto byte = at.size() < 4 ? std::nullopt : number(at.substr(1, 3), 8);
  return byte && *byte < 0x100 ? std::optional(Meaning{std::string(1, static_cast<char>(*byte)), 4})
                               : std::nullopt;
}

std::optional<Meaning> of_json(std::string_view at) {
  if (at.size() < 2) return std::nullopt;
  if (at[1] >= '0' && at[1] <= '3') return of_octal(at);
  if (at.starts_with("\\u{")) return of_braces(at);
  if (at[1] == 'U') {
    const auto point = at.size() < 10 ? std::nullopt : number(at.substr(2, 8), 16);
    return point ? std::optional(Meaning{utf8(*point), 10}) : std::nullopt;
  }
  static constexpr std::string_view names = "bfnrt\"\\/'";
  static constexpr std::string_view named = "\b\f\n\r\t\"\\/'";
  if (const auto i = names.find(at[1]); i != names.npos) return Meaning{std::string(1, named[i]), 2};
  if (at[1] == 'x' && at.size() >= 4)
    if (const auto byte = number(at.substr(2, 2), 16))
      return Meaning{std::string(1, static_cast<char>(*byte)), 4};
  const auto unit = at[1] == 'u' && at.size() >= 6 ? number(at.substr(2, 4), 16) : std::nullopt;
  if (!unit) return std::nullopt;
  if (*unit < 0xD800 || *unit > 0xDBFF || at.size() < 12 || at.substr(6, 2) != "\\u")
    return Meaning{utf8(*unit), 6};
  const auto low = number(at.substr(8, 4), 16);
  if (!low || *low < 0xDC00 || *low > 0xDFFF) return Meaning{utf8(*unit), 6};
  return Meaning{utf8(0x10000u + ((*unit - 0xD800u) << 10) + (*low - 0xDC00u)), 12};
}

std::optional<Meaning> of_xml(std::string_view at) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> names{
      {{"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}}};
  constexpr std::size_t longest = 12;
  const auto end = at.substr(0, longest).find(';');
  if (end == at.npos) return std::nullopt;
  const auto name = at.substr(1, end - 1);
  for (const auto& [known, meant] : names)
    if (known == name) return Meaning{std::string(1, meant), end + 1};
  if (!name.starts_with('#')) return std::nullopt;
  const bool is_hex = name.size() > 2 && (name[1] == 'x' || name[1] == 'X');
  const auto point = is_hex ? number(name.substr(2), 16) : number(name.substr(1), 10);
  return point ? std::optional(Meaning{utf8(*point), end + 1}) : std::nullopt;
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

bool is_hex_digit(char c) {
  return text::hex_value(c) >= 0;
}

/// Bytes without meaning: white space, also after a backslash that continues a line; a terminal's colours;
/// the colon between two hex bytes.
std::optional<Meaning> of_gap(std::string_view at) {
  if (is_space(at[0])) return Meaning{"", 1};
  if (at.size() < 2) return std::nullopt;
  if (at[0] == '\\') return is_space(at[1]) ? std::optional(Meaning{"", 2}) : std::nullopt;
  if (at[0] == ':') {
    const bool before_a_byte = at.size() >= 3 && is_hex_digit(at[1]) && is_hex_digit(at[2]) &&
                               (at.size() == 3 || !is_hex_digit(at[3]));
    return before_a_byte ? std::optional(Meaning{"", 1}) : std::nullopt;
  }
  constexpr std::size_t longest_colour = 24;
  const auto end = at.substr(0, longest_colour).find_first_not_of("0123456789;", 2);
  return at[1] == '[' && end != at.npos ? std::optional(Meaning{"", end + 1}) : std::nullopt;
}

std::optional<Meaning> meaning_of(std::string_view at, Escaping escaping) {
  switch (escaping) {
    case Escaping::percent: return of_percent(at);
    case Escaping::json: return of_json(at);
    case Escaping::xml: return of_xml(at);
    case Escaping::gap: return of_gap(at);
  }
  return std::nullopt;
}

std::string_view marks_of(Escaping escaping) {
  switch (escaping) {
    case Escaping::percent: return "%";
    case Escaping::json: return "\\";
    case Escaping::xml: return "&";
    case Escaping::gap: return " \n\r\t\\:\x1b";
  }
  return "";
}

/// How many bytes of an escape can be there without its end.
std::size_t longest_cut_off(Escaping escaping) {
  switch (escaping) {
    case Escaping::percent: return 2;
    case Escaping::json: return 11;
    case Escaping::xml: return 11;
    case Escaping::gap: return 0;
  }
  return 0;
}

/// How many bytes of an escape are there when it is cut off by the end of the text, or by "…".
std::optional<std::size_t> cut_off(std::string_view rest, Escaping escaping) {
  constexpr std::string_view cut_mark = "…";
  const auto longest = longest_cut_off(escaping);
  rest = rest.substr(0, rest.substr(0, longest + cut_mark.size()).find(cut_mark));
  if (rest.size() > longest) return std::nullopt;
  constexpr std::string_view digits = "0123456789abcdefABCDEF";
  const auto after = rest.substr(1).find_first_not_of(escaping == Escaping::percent ? digits
                                                      : escaping == Escaping::json
                                                          ? std::string_view("0123456789abcdefABCDEFuUx{\\")
                                                          : std::string_view("#0123456789abcdefABCDEFx"));
  return after == rest.npos ? std::optional(rest.size()) : std::nullopt;
}

}  // namespace

Unescaped unescape(std::string_view text, Escaping escaping) {
  const auto marks = marks_of(escaping);
  Unescaped read;
  auto at = text.find_first_of(marks);
  if (at == text.npos) return read;
  bool differs = false;
  const auto put = [&read](char byte, std::size_t begin, std::size_t end) {
    read.text += byte;
    read.begin.push_back(static_cast<std::uint32_t>(begin));
    read.end.push_back(static_cast<std::uint32_t>(end));
  };
  read.text.reserve(text.size());
  read.begin.reserve(text.size());
  read.end.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    if (i == at) {
      at = text.find_first_of(marks, i + 1);
      if (const auto meaning = meaning_of(text.substr(i), escaping)) {
        for (const char byte : meaning->bytes) put(byte, i, i + meaning->length);
        i += meaning->length;
        if (at != text.npos && at < i) at = text.find_first_of(marks, i);
        differs = true;
        continue;
      }
      if (const auto length = cut_off(text.substr(i), escaping)) {
        i += *length;
        if (at != text.npos && at < i) at = text.find_first_of(marks, i);
        differs = true;
        continue;
      }
    }
    put(text[i], i, i + 1);
    ++i;
  }
  return differs ? read : Unescaped{};
}

Unescaped unescape(const Unescaped& outer, Escaping escaping) {
  auto inner = unescape(outer.text, escaping);
  for (auto& place : inner.begin) place = outer.begin[place];
  for (auto& place : inner.end) place = outer.end[place - 1];
  return inner;
}

}  // namespace understudy::daemon::environment
