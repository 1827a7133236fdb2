#include "wire/json_value.hpp"

#include <cmath>
#include <cstdlib>

#include "text/hex.hpp"
#include "text/utf8.hpp"
#include "wire/raw_json.hpp"

namespace understudy::daemon::wire {

namespace {

/// Python reads no longer ones, so that clients could not read it back.
constexpr std::size_t max_digits = 4300;

/// The letters of escapes and what they mean; the slash, last, needs none.
constexpr std::string_view escape_names = "\"\\bfnrt/";
constexpr std::string_view escape_meanings = "\"\\\b\f\n\r\t/";

void append_escaped(std::string& out, std::uint32_t point) {
  const auto known = point < 0x80 && point != '/' ? escape_meanings.find(static_cast<char>(point)) : out.npos;
  if (known != out.npos) {
    out += '\\';
    out += escape_names[known];
    return;
  }
  if (point >= 0x20) return text::append_utf8(out, point);
  out += "\\u00";
  out += text::hex_digits[point >> 4];
  out += text::hex_digits[point & 15u];
}

class Compactor {
 public:
  explicit Compactor(std::string_view text) : text_(text) { out_.reserve(text.size()); }

  std::expected<std::string, JsonProblem> run() {
    skip_space();
    if (!value(0)) return std::unexpected(std::move(problem_));
    skip_space();
    if (at_ < text_.size()) return std::unexpected(JsonProblem{at_, "Extra data"});
    return std::move(out_);
  }

 private:
  [[nodiscard]] char here() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() { at_ = wire::skip_space(text_, at_); }
  bool fail(std::size_t offset, std::string reason) {
    problem_ = {offset, std::move(reason)};
    return false;
  }
  bool word(std::string_view spelled, std::string_view written) {
    if (!text_.substr(at_).starts_with(spelled)) return fail(at_, "Expecting value");
    at_ += spelled.size();
    out_ += written;
    return true;
  }

  bool value(std::size_t depth) {
    switch (here()) {
      case '{':
      case '[':
        if (depth == max_depth)
          return fail(at_, "Nested deeper than " + std::to_string(max_depth) + " levels");
        return here() == '{' ? object(depth + 1) : array(depth + 1);
      case '"': return string();
      case 't': return word("true", "true");
      case 'f': return word("false", "false");
      case 'n': return word("null", "null");
      case 'N': return word("NaN", "null");
      case 'I': return word("Infinity", "null");
      default: break;
    }
    if (text_.substr(at_).starts_with("-Infinity")) return word("-Infinity", "null");
    return number();
  }

  bool object(std::size_t depth) {
    return items('}', [&] {
      if (here() != '"') return fail(at_, "Expecting property name enclosed in double quotes");
      if (!string()) return false;
      skip_space();
      if (here() != ':') return fail(at_, "Expecting ':' delimiter");
      out_ += ':';
      ++at_;
      skip_space();
      return value(depth);
    });
  }

  bool array(std::size_t depth) {
    return items(']', [&] { return value(depth); });
  }

  /// The items from an opening bracket to its closing one.
  template <class Item>
  bool items(char close, const Item& item) {
    out_ += here();
    ++at_;
    skip_space();
    for (bool first = true; here() != close; first = false) {
      if (!first) {
        if (here() != ',') return fail(at_, "Expecting ',' delimiter");
        out_ += ',';
        ++at_;
        skip_space();
      }
      if (!item()) return false;
      skip_space();
    }
    out_ += close;
    ++at_;
    return true;
  }

  bool number() {
    const auto begin = at_;
    if (here() == '-') ++at_;
    const auto digits = [&] {
      const auto from = at_;
      while (text::is_digit(here())) ++at_;
      return at_ - from;
    };
    const bool zero = here() == '0';
    const auto whole = digits();
    if (whole == 0 || (zero && whole > 1)) return fail(begin, "Expecting value");
    bool real = false;
    if (here() == '.') {
      ++at_;
      real = true;
      if (digits() == 0) return fail(begin, "Expecting value");
    }
    if (here() == 'e' || here() == 'E') {
      ++at_;
      real = true;
      if (here() == '+' || here() == '-') ++at_;
      if (digits() == 0) return fail(begin, "Expecting value");
    }
    const auto written = text_.substr(begin, at_ - begin);
    if (written.size() > max_digits) return fail(begin, "A number has too many digits");
    if (real && !std::isfinite(std::strtod(std::string(written).c_str(), nullptr)))
      out_ += "null";
    else
      out_ += written;
    return true;
  }

  bool string() {
    const auto begin = at_++;
    out_ += '"';
    for (;;) {
      const auto plain = at_;
      while (at_ < text_.size() && is_plain(text_[at_])) ++at_;
      out_ += text_.substr(plain, at_ - plain);
      if (at_ >= text_.size()) return fail(begin, "Unterminated string starting at");
      const char c = text_[at_];
      if (c == '"') break;
      if (c == '\\') {
        if (!escape(begin)) return false;
      } else if (static_cast<unsigned char>(c) < 0x20) {
        return fail(at_, "Invalid control character at");
      } else if (!multibyte()) {
        return fail(at_, "Invalid UTF-8");
      }
    }
    ++at_;
    out_ += '"';
    return true;
  }
  static bool is_plain(char c) {
    return static_cast<unsigned char>(c) >= 0x20 && static_cast<unsigned char>(c) < 0x80 && c != '"' &&
           c != '\\';
  }

  /// Copies one character beyond ASCII.
  bool multibyte() {
    const auto length = text::utf8_length(text_, at_);
    out_ += text_.substr(at_, length);
    at_ += length;
    return length > 0;
  }

  bool escape(std::size_t begin) {
    if (at_ + 1 >= text_.size()) return fail(begin, "Unterminated string starting at");
    const char kind = text_[at_ + 1];
    if (const auto known = escape_names.find(kind); known != std::string_view::npos) {
      append_escaped(out_, static_cast<unsigned char>(escape_meanings[known]));
      at_ += 2;
      return true;
    }
    if (kind != 'u') return fail(at_, "Invalid \\escape");
    const auto first = unit(at_);
    if (!first) return fail(at_, "Invalid \\uXXXX escape");
    std::uint32_t point = *first;
    if (point >= 0xDC00 && point < 0xE000) return fail(at_, "Half a surrogate pair");
    if (point >= 0xD800 && point < 0xDC00) {
      const auto second = unit(at_ + 6);
      if (!second || *second < 0xDC00 || *second >= 0xE000) return fail(at_, "Half a surrogate pair");
      point = 0x10000 + ((point - 0xD800) << 10) + (*second - 0xDC00);
      at_ += 6;
    }
    append_escaped(out_, point);
    at_ += 6;
    return true;
  }
  [[nodiscard]] std::optional<std::uint32_t> unit(std::size_t at) const {
    if (text_.size() < at + 6 || text_[at] != '\\' || text_[at + 1] != 'u') return std::nullopt;
    std::uint32_t point = 0;
    for (std::size_t i = 2; i < 6; ++i) {
      const int digit = text::hex_value(text_[at + i]);
      if (digit < 0) return std::nullopt;
      point = point * 16 + static_cast<std::uint32_t>(digit);
    }
    return point;
  }

  std::string_view text_;
  std::size_t at_{0};
  std::string out_;
  JsonProblem problem_{};
};

}  // namespace

std::expected<std::string, JsonProblem> compact_json(std::string_view text) {
  return Compactor(text).run();
}

Value::Kind Value::kind() const {
  switch (text_.empty() ? 'n' : text_.front()) {
    case 'n': return Kind::null;
    case 't':
    case 'f': return Kind::boolean;
    case '"': return Kind::string;
    case '[': return Kind::array;
    case '{': return Kind::object;
    default: return text_.find_first_of(".eE") == std::string_view::npos ? Kind::integer : Kind::real;
  }
}

std::string Value::string() const {
  std::string out;
  if (!is_string()) return out;
  const auto inside = text_.substr(1, text_.size() - 2);
  for (std::size_t i = 0; i < inside.size(); ++i) {
    if (inside[i] != '\\') {
      out += inside[i];
      continue;
    }
    if (inside[++i] == 'u') {
      out += static_cast<char>(text::hex_value(inside[i + 3]) * 16 + text::hex_value(inside[i + 4]));
      i += 4;
    } else {
      const auto known = escape_names.find(inside[i]);
      out += known == out.npos ? inside[i] : escape_meanings[known];
    }
  }
  return out;
}

std::size_t Value::size() const {
  std::size_t count = 0;
  members([&](std::string_view, Value) { ++count; });
  elements([&](Value) { ++count; });
  return count;
}

std::optional<Value> Value::find(std::string_view key) const {
  std::optional<Value> found;
  members([&](std::string_view name, Value value) {
    if (name == key) found = value;
  });
  return found;
}

std::size_t Value::end_of(std::size_t at) const {
  if (at >= text_.size()) return text_.size();
  if (text_[at] == '"') return end_of_string(text_, at);
  if (text_[at] != '{' && text_[at] != '[') return std::min(text_.find_first_of(",]}", at), text_.size());
  for (std::size_t depth = 0; at < text_.size();) {
    const char c = text_[at];
    if (c == '"') {
      at = end_of_string(text_, at);
      continue;
    }
    ++at;
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) break;
  }
  return at;
}

}  // namespace understudy::daemon::wire
