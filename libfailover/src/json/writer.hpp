#pragma once
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "json/utf8.hpp"
#include "json/view.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

/// Writes one JSON text from its beginning to its end; it puts the commas.
class Writer {
 public:
  Writer& open_object() { return open('{'); }
  Writer& open_array() { return open('['); }
  Writer& open_object(std::string_view key) { return name(key).open('{'); }
  Writer& open_array(std::string_view key) { return name(key).open('['); }
  Writer& close_object() { return out_ += '}', *this; }
  Writer& close_array() { return out_ += ']', *this; }

  Writer& name(std::string_view key) {
    text(key);
    out_ += ':';
    return *this;
  }

  /// Bytes that are no UTF-8 become U+FFFD.
  Writer& text(std::string_view value) {
    separate();
    out_ += '"';
    for (std::size_t at = 0; at < value.size();) {
      std::size_t end = at;
      while (end < value.size() && is_plain(value[end])) ++end;
      out_.append(value, at, end - at);
      at = end;
      if (at < value.size()) at += escaped(value, at);
    }
    out_ += '"';
    return *this;
  }
  Writer& integer(std::int64_t value) { return number_text(value); }
  Writer& number(double value) { return std::isfinite(value) ? number_text(value) : null(); }
  Writer& flag(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// JSON already.
  Writer& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }
  Writer& value(const View& view) {
    return view.kind() == Kind::string ? text(view.string()) : raw(view.raw());
  }

  Writer& text(std::string_view key, std::string_view value) { return name(key).text(value); }
  Writer& integer(std::string_view key, std::int64_t value) { return name(key).integer(value); }
  Writer& number(std::string_view key, double value) { return name(key).number(value); }
  Writer& flag(std::string_view key, bool value) { return name(key).flag(value); }
  Writer& null(std::string_view key) { return name(key).null(); }

  [[nodiscard]] std::string done() { return std::move(out_); }

 private:
  static bool is_plain(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte < 0x80 && c != '"' && c != '\\';
  }
  /// What it took of `value` at `at`.
  std::size_t escaped(std::string_view value, std::size_t at) {
    const char c = value[at];
    const auto byte = static_cast<unsigned char>(c);
    constexpr std::string_view hex = "0123456789abcdef";
    if (byte >= 0x80) {
      const auto length = character_length(value, at);
      out_.append(length == 0 ? "\xEF\xBF\xBD" : value.substr(at, length));
      return length == 0 ? 1 : length;
    }
    out_ += '\\';
    if (c == '"' || c == '\\')
      out_ += c;
    else if (c == '\n')
      out_ += 'n';
    else
      out_.append("u00").append(1, hex[byte >> 4]).append(1, hex[byte & 15u]);
    return 1;
  }
  Writer& open(char bracket) {
    separate();
    out_ += bracket;
    return *this;
  }
  void separate() {
    if (!out_.empty() && out_.back() != '{' && out_.back() != '[' && out_.back() != ':') out_ += ',';
  }
  template <class Number>
  Writer& number_text(Number value) {
    char digits[32];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    return raw({digits, static_cast<std::size_t>(end - digits)});
  }

  std::string out_;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
