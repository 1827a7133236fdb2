#pragma once
#include <array>
#include <limits>
#include <string>
#include <string_view>

#include "json/utf8.hpp"
#include "json/view.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

/// A JSON text (RFC 8259), read once. Strings are kept as they are where they have no escapes, so the text
/// must outlive it. Any bytes may stand in a string; half a surrogate pair becomes U+FFFD. Of members with
/// the same name the last counts.
class Document {
 public:
  static constexpr int usual_depth = 64;

  explicit Document(std::string_view text, int max_depth = usual_depth) : left_(max_depth) {
    source_.text = text;
    if (text.size() >= std::numeric_limits<std::uint32_t>::max()) {
      fail("it is too long");
      return;
    }
    skip_blanks();
    value(0, 0, false);
    skip_blanks();
    if (ok() && at_ < text.size()) fail("something follows the value");
  }
  Document(const Document&) = delete;
  Document& operator=(const Document&) = delete;

  [[nodiscard]] bool ok() const { return error_.empty(); }
  /// "byte 17: a comma or } is missing"; empty when it is JSON.
  [[nodiscard]] const std::string& error() const { return error_; }
  /// None when it is no JSON.
  [[nodiscard]] View root() const { return ok() ? View(&source_, 0) : View(); }

 private:
  struct Text {
    std::uint32_t at{0}, size{0};
    bool unescaped{false};
  };

  static constexpr auto ends_run = [] {
    std::array<bool, 256> table{};
    for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
    table['"'] = table['\\'] = true;
    return table;
  }();

  [[nodiscard]] char peek() const { return at_ < source_.text.size() ? source_.text[at_] : '\0'; }
  [[nodiscard]] bool digit() const { return peek() >= '0' && peek() <= '9'; }
  [[nodiscard]] std::uint32_t here() const { return static_cast<std::uint32_t>(at_); }

  void fail(std::string_view why) {
    if (ok()) error_ = "byte " + std::to_string(at_) + ": " + std::string(why);
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\t' || peek() == '\r') ++at_;
  }
  bool take(char c) {
    if (at_ >= source_.text.size() || source_.text[at_] != c) return false;
    ++at_;
    return true;
  }

  void value(std::uint32_t key_at, std::uint32_t key_size, bool key_unescaped) {
    const std::size_t place = source_.nodes.size();
    source_.nodes.push_back(
        {.key_at = key_at, .key_size = key_size, .at = here(), .key_unescaped = key_unescaped});
    Kind kind = Kind::number;
    if (take('"')) {
      const auto text = string();
      auto& node = source_.nodes[place];
      node = {key_at, key_size, text.at, text.size, 0, Kind::string, key_unescaped, text.unescaped};
      node.next = static_cast<std::uint32_t>(place + 1);
      return;
    }
    if (take('{'))
      kind = Kind::object, children('}');
    else if (take('['))
      kind = Kind::array, children(']');
    else if (word("true") || word("false"))
      kind = Kind::boolean;
    else if (word("null"))
      kind = Kind::null;
    else
      number();
    auto& node = source_.nodes[place];
    node.kind = kind;
    node.size = here() - node.at;
    node.next = static_cast<std::uint32_t>(source_.nodes.size());
  }

  void children(char close) {
    if (--left_ < 0) return fail("it is nested too deeply");
    skip_blanks();
    if (take(close)) return void(++left_);
    do {
      skip_blanks();
      Text key;
      if (close == '}') {
        if (!take('"')) return fail("a name in quotes is missing");
        key = string();
        skip_blanks();
        if (ok() && !take(':')) return fail("a colon is missing");
        skip_blanks();
      }
      if (!ok()) return;
      value(key.at, key.size, key.unescaped);
      skip_blanks();
    } while (ok() && take(','));
    if (ok() && !take(close))
      return fail(close == '}' ? "a comma or } is missing" : "a comma or ] is missing");
    ++left_;
  }

  bool word(std::string_view word) {
    if (!source_.text.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }

  void number() {
    take('-');
    if (!digit()) return fail("a value is missing");
    if (!take('0')) digits();
    if (take('.')) digits();
    if (peek() == 'e' || peek() == 'E') {
      ++at_;
      if (!take('+')) take('-');
      digits();
    }
  }
  void digits() {
    if (!digit()) return fail("a digit is missing");
    while (digit()) ++at_;
  }

  [[nodiscard]] std::string_view run() {
    const auto begin = at_;
    while (at_ < source_.text.size() && !ends_run[static_cast<unsigned char>(source_.text[at_])]) ++at_;
    return source_.text.substr(begin, at_ - begin);
  }

  /// Behind the quote that opens it.
  Text string() {
    const auto begin = here();
    auto piece = run();
    if (take('"')) return {begin, static_cast<std::uint32_t>(piece.size()), false};
    auto& out = source_.unescaped;
    const auto kept = static_cast<std::uint32_t>(out.size());
    // It never gets longer than the text, so twice as much would be waste.
    if (out.capacity() < source_.text.size()) out.reserve(source_.text.size());
    out.append(piece);
    while (ok() && !take('"')) {
      if (!take('\\'))
        fail(at_ < source_.text.size() ? "a control character in a string" : "a string does not end");
      else
        escape(out);
      out.append(run());
    }
    return {kept, static_cast<std::uint32_t>(out.size()) - kept, true};
  }

  void escape(std::string& out) {
    const char c = peek();
    ++at_;
    switch (c) {
      case '"':
      case '\\':
      case '/': out += c; return;
      case 'b': out += '\b'; return;
      case 'f': out += '\f'; return;
      case 'n': out += '\n'; return;
      case 'r': out += '\r'; return;
      case 't': out += '\t'; return;
      case 'u': break;
      default: return fail("an unknown escape");
    }
    std::uint32_t code = unit();
    if (code >= 0xD800 && code < 0xDC00 && source_.text.substr(at_).starts_with("\\u")) {
      const auto back = at_;
      at_ += 2;
      if (const auto low = unit(); low >= 0xDC00 && low < 0xE000)
        code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
      else
        at_ = back;  // it stands for itself
    }
    append_character(out, code >= 0xD800 && code < 0xE000 ? 0xFFFD : code);
  }

  std::uint32_t unit() {
    std::uint32_t code = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = peek();
      const int digit = c >= '0' && c <= '9'   ? c - '0'
                        : c >= 'a' && c <= 'f' ? c - 'a' + 10
                        : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                               : -1;
      if (digit < 0) {
        fail("four hex digits are missing");
        return 0;
      }
      code = code * 16 + static_cast<std::uint32_t>(digit);
    }
    return code;
  }

  View::Source source_;
  std::size_t at_{0};
  int left_;  ///< containers that may still be opened
  std::string error_;
};

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
