#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "characters.hpp"

namespace understudy::json {
inline namespace UNDERSTUDY_ABI {

using failover::is_blank;
using failover::is_digit;
using failover::is_letter;

/// One value of a document, in document order. Containers are reported when they open.
struct Value {
  enum class Type : std::uint8_t { string, number, word, object, array };
  Type type{Type::word};
  int depth{0};               ///< number of containers around it
  std::string_view key{};     ///< empty for array elements
  std::string_view parent{};  ///< key of the container around it
  std::string_view raw{};     ///< the value without its quotes, escapes as they are; empty for containers
};

namespace detail {

inline bool is_word(char c) {
  return is_digit(c) || is_letter(c) || c == '-' || c == '+' || c == '.' || c == '_';
}

/// Index of the quote that closes the string opened at `open`, or text.size() when nothing closes it.
[[nodiscard]] std::size_t closing_quote(std::string_view text, std::size_t open);

/// The keys of the containers around the cursor; deeper ones are only counted.
class Path {
 public:
  [[nodiscard]] int depth() const { return depth_; }
  [[nodiscard]] std::string_view parent() const { return name_at(depth_ - 1); }
  void open(std::string_view key) {
    if (depth_ < limit) names_[depth_] = key;
    ++depth_;
  }
  void close() { --depth_; }

 private:
  static constexpr int limit = 24;
  [[nodiscard]] std::string_view name_at(int index) const {
    return index >= 0 && index < limit ? names_[index] : std::string_view{};
  }
  std::string_view names_[limit];
  int depth_{0};
};

}  // namespace detail

/// Reads one object or array from the front of `text` in a single pass, without allocating, and returns how
/// many bytes it read. Garbage, cut-off documents and deep nesting only end it early. It is lenient because
/// exception texts carry Python dictionaries ('single quotes', None). `visit` returns false to stop.
template <class Visit>
std::size_t scan(std::string_view text, Visit&& visit) {
  detail::Path path;
  std::string_view key;
  std::size_t at = 0;
  while (at < text.size()) {
    const char c = text[at];
    if (c == '{' || c == '[') {
      if (!visit(Value{
              c == '{' ? Value::Type::object : Value::Type::array, path.depth(), key, path.parent(), {}}))
        return at;
      path.open(key);
      key = {};
      ++at;
    } else if (c == '}' || c == ']') {
      path.close();
      key = {};
      ++at;
      if (path.depth() <= 0) return at;
    } else if (c == '"' || c == '\'') {
      const std::size_t end = detail::closing_quote(text, at);
      const std::string_view raw = text.substr(at + 1, end - at - 1);
      at = end < text.size() ? end + 1 : end;
      while (at < text.size() && is_blank(text[at])) ++at;
      if (at < text.size() && text[at] == ':') {
        key = raw;
        ++at;
        continue;
      }
      if (!visit(Value{Value::Type::string, path.depth(), key, path.parent(), raw})) return at;
      key = {};
    } else if (detail::is_word(c)) {
      const std::size_t begin = at;
      while (at < text.size() && detail::is_word(text[at])) ++at;
      const auto type = is_digit(c) || c == '-' ? Value::Type::number : Value::Type::word;
      if (at < text.size() && (text[at] == '"' || text[at] == '\'')) continue;  // b'…', u"…"
      if (!visit(Value{type, path.depth(), key, path.parent(), text.substr(begin, at - begin)})) return at;
      key = {};
    } else {
      ++at;
    }
    if (path.depth() <= 0) return at;
  }
  return at;
}

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::json
