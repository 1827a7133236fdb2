#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

/// JSON whose numbers keep their own text. A body is read once into a compact form; values are views of it,
/// found by skipping, so that nothing is built for what is only passed on.
namespace understudy::daemon::wire {

struct JsonProblem {
  std::size_t offset{0};
  std::string reason{};
};

inline constexpr std::size_t max_depth = 128;

/// The same value without white space and with strings escaped only where they must be. Numbers keep their
/// text; NaN, infinities and what no double can hold become null, as Python clients expect. Refuses what is
/// not JSON, not UTF-8, or nested deeper than max_depth.
[[nodiscard]] std::expected<std::string, JsonProblem> compact_json(std::string_view text);

/// A value in a compact text, which must outlive it.
class Value {
 public:
  enum class Kind : std::uint8_t { null, boolean, integer, real, string, array, object };

  Value() = default;
  explicit Value(std::string_view compact) : text_(compact) {}

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] bool is_null() const { return text_.starts_with('n'); }
  [[nodiscard]] bool is_string() const { return text_.starts_with('"'); }
  [[nodiscard]] bool is_object() const { return text_.starts_with('{'); }
  [[nodiscard]] bool is_array() const { return text_.starts_with('['); }
  /// A string without its quotes and escapes.
  [[nodiscard]] std::string string() const;

  /// Calls see(key, value) for each member; the key is as written, without its quotes.
  template <class See>
  void members(See&& see) const {
    if (!is_object()) return;
    for (std::size_t at = 1; at < text_.size() && text_[at] != '}';) {
      const auto key_end = end_of(at);
      const auto key = text_.substr(at + 1, key_end - at - 2);
      const auto value_end = end_of(key_end + 1);
      see(key, Value(text_.substr(key_end + 1, value_end - key_end - 1)));
      at = value_end + (value_end < text_.size() && text_[value_end] == ',' ? 1 : 0);
    }
  }
  /// Calls see(value) for each element.
  template <class See>
  void elements(See&& see) const {
    if (!is_array()) return;
    for (std::size_t at = 1; at < text_.size() && text_[at] != ']';) {
      const auto end = end_of(at);
      see(Value(text_.substr(at, end - at)));
      at = end + (end < text_.size() && text_[end] == ',' ? 1 : 0);
    }
  }
  /// Members or elements; 0 for anything else.
  [[nodiscard]] std::size_t size() const;
  /// The last member of that name.
  [[nodiscard]] std::optional<Value> find(std::string_view key) const;

 private:
  [[nodiscard]] std::size_t end_of(std::size_t at) const;
  std::string_view text_{"null"};
};

}  // namespace understudy::daemon::wire
