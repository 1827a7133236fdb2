#include "classify/plain_text.hpp"

#include <algorithm>

#include "characters.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {
namespace {

enum Class : std::uint8_t { drop, keep, upper, escape, colour, lead_c2, lead_e2 };

constexpr auto classes = [] {
  std::array<std::uint8_t, 256> table{};
  for (std::size_t c = 0; c < table.size(); ++c) table[c] = c <= ' ' || c == 0x7f ? drop : keep;
  for (const char c : {'_', '-', '"', '\'', '`', '*'}) table[static_cast<unsigned char>(c)] = drop;
  for (std::size_t c = 'A'; c <= 'Z'; ++c) table[c] = upper;
  table['\\'] = escape;
  table[0x1b] = colour;
  table[0xc2] = lead_c2;
  table[0xe2] = lead_e2;
  return table;
}();

int hex(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// The code unit of \uXXXX at `at` (the backslash), or -1.
int unicode_escape(std::string_view text, std::size_t at) {
  if (at + 6 > text.size() || text[at + 1] != 'u') return -1;
  int unit = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex(text[i]);
    if (digit < 0) return -1;
    unit = unit * 16 + digit;
  }
  return unit;
}

std::size_t after_colour(std::string_view text, std::size_t at) {
  if (at < text.size() && text[at] == '[')
    for (++at; at < text.size(); ++at)
      if (text[at] >= '@' && text[at] <= '~') return at + 1;
  return at;
}

bool in_word(char c) {
  return is_letter(c) || is_digit(c);
}

/// Where the next quotation opens, or `end`. Its mark does not follow a letter, and a matching mark follows
/// that no letter follows: so an apostrophe does not count.
std::size_t quotation(std::string_view text, std::size_t at, std::size_t end) {
  for (; at < end; ++at) {
    const char mark = text[at];
    if ((mark != '\'' && mark != '"' && mark != '`') || (at > 0 && in_word(text[at - 1]))) continue;
    const std::size_t close = text.find(mark, at + 1);
    if (close != std::string_view::npos && close < end &&
        (close + 1 >= text.size() || !in_word(text[close + 1])))
      return at;
  }
  return end;
}

enum class Letter : std::uint8_t { none, lower, upper, digit, foreign };

}  // namespace

void PlainText::put(char c, std::size_t from, bool word) {
  text_[size_] = c;
  origin_[size_] = static_cast<std::uint32_t>(from & ~std::size_t{word_bit}) | (word ? word_bit : 0u);
  ++size_;
}

void PlainText::take(std::string_view field, std::size_t at, std::size_t end, std::size_t room) {
  const std::size_t limit = std::min(capacity - 4, size_ + room);
  Letter before = Letter::none;
  // "don't" is "do not", so that either spelling finds the other.
  const auto put_contraction = [&](std::size_t from) {
    if (size_ == 0 || text_[size_ - 1] != 'n' || before == Letter::none || at >= end) return;
    if (to_lower(field[at]) != 't' || (at + 1 < end && in_word(field[at + 1]))) return;
    origin_[size_ - 1] |= word_bit;
    put('o', from, false);
  };
  const auto put_ascii = [&](char c, std::size_t from) {
    Letter now = Letter::none;
    if (is_lower(c))
      now = Letter::lower;
    else if (is_upper(c))
      now = Letter::upper;
    else if (is_digit(c))
      now = Letter::digit;
    else if (static_cast<unsigned char>(c) >= 0x80)
      now = Letter::foreign;
    bool word = now == Letter::none || (now != before && !(before == Letter::upper && now == Letter::lower));
    if (now == Letter::foreign)
      word =
          static_cast<unsigned char>(c) >= 0xc0;  // in scripts without spaces any character may begin a word
    put(to_lower(c), from, word);
    before = now;
  };
  while (at < end && size_ < limit) {
    const auto c = static_cast<unsigned char>(field[at]);
    const std::size_t from = at++;
    switch (classes[c]) {
      case keep:
      case upper: put_ascii(static_cast<char>(c), from); break;
      case drop:
        if (c == '\'')
          put_contraction(from);
        else if (c != '"' && c != '`')
          before = Letter::none;
        break;
      case colour:
        at = after_colour(field, at);
        before = Letter::none;
        break;
      case lead_c2:  // a non-breaking space
        if (at < end && static_cast<unsigned char>(field[at]) == 0xa0) {
          ++at;
          before = Letter::none;
        } else {
          put_ascii(static_cast<char>(c), from);
        }
        break;
      case lead_e2:  // typographic quotes
        if (at + 1 < end && static_cast<unsigned char>(field[at]) == 0x80 &&
            (static_cast<unsigned char>(field[at + 1]) & 0xf8u) == 0x98) {
          at += 2;
          put_contraction(from);
        } else {
          put_ascii(static_cast<char>(c), from);
        }
        break;
      default: {  // a backslash
        const int unit = unicode_escape(field, from);
        if (unit < 0) {
          if (at < end && (field[at] == 'n' || field[at] == 'r' || field[at] == 't')) {
            ++at;
            before = Letter::none;
          }
          break;
        }
        at = from + 6;
        if (unit == 0x1b) {
          at = after_colour(field, at);
          before = Letter::none;
        } else if (unit < 0x80) {
          const auto ascii = static_cast<unsigned char>(unit);
          if (classes[ascii] == keep || classes[ascii] == upper) put_ascii(static_cast<char>(ascii), from);
          if (ascii == '\'') put_contraction(from);
        } else if (unit < 0x800) {
          put_ascii(static_cast<char>(0xc0 | (unit >> 6)), from);
          put_ascii(static_cast<char>(0x80 | (unit & 0x3f)), from);
        } else if (unit < 0x2018 || unit > 0x201f) {
          put_ascii(static_cast<char>(0xe0 | (unit >> 12)), from);
          put_ascii(static_cast<char>(0x80 | ((unit >> 6) & 0x3f)), from);
          put_ascii(static_cast<char>(0x80 | (unit & 0x3f)), from);
        } else {
          put_contraction(from);
        }
      }
    }
  }
}

void PlainText::append(std::string_view field) {
  if (field.empty() || fields_ == fields_kept_.size() || size_ + 64 > capacity) return;
  fields_kept_[fields_++] = {size_, field};
  constexpr std::size_t head = 1024;
  constexpr std::size_t tail = 640;
  if (field.size() <= head + tail) {
    take(field, 0, field.size(), capacity);
  } else {
    take(field, 0, head, head);
    put(separator, head, true);
    take(field, field.size() - tail, field.size(), tail);
  }
  put(separator, field.size(), true);
}

void PlainText::append_unquoted(std::string_view field) {
  if (field.empty() || fields_ == fields_kept_.size() || size_ + 64 > capacity) return;
  fields_kept_[fields_++] = {size_, field};
  const std::size_t end = std::min<std::size_t>(field.size(), 1024);
  for (std::size_t at = 0; at < end;) {
    const std::size_t open = quotation(field, at, end);
    take(field, at, open, capacity);
    const std::size_t close = open < end ? field.find(field[open], open + 1) : end;
    at = std::min(close, end) + 1;
  }
  put(separator, field.size(), true);
}

std::string_view PlainText::sentence() const {
  for (std::size_t i = 0; i < fields_; ++i)
    if (fields_kept_[i].text.find(' ') != std::string_view::npos) return fields_kept_[i].text;
  return {};
}

std::string_view PlainText::field_at(std::size_t at) const {
  for (std::size_t i = fields_; i-- > 0;)
    if (fields_kept_[i].begin <= at) return fields_kept_[i].text;
  return {};
}

std::string plain(std::string_view words) {
  PlainText text;
  text.append(words);
  std::string_view view = text.view();
  if (!view.empty()) view.remove_suffix(1);
  return std::string{view};
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
