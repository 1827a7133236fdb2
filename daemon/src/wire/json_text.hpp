#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "wire/raw_json.hpp"

namespace understudy::daemon::wire {

/// Writes one JSON object, member by member, in order. Raw members are JSON already.
class ObjectText {
 public:
  ObjectText& text(std::string_view key, std::string_view value);
  ObjectText& integer(std::string_view key, std::int64_t value);
  ObjectText& number(std::string_view key, double value);  ///< null when not finite
  ObjectText& flag(std::string_view key, bool value);
  ObjectText& null(std::string_view key) { return raw(key, "null"); }
  ObjectText& raw(std::string_view key, std::string_view json);

  ObjectText& text_or_null(std::string_view key, const std::optional<std::string>& value) {
    return value ? text(key, *value) : null(key);
  }
  ObjectText& integer_or_null(std::string_view key, const std::optional<std::int64_t>& value) {
    return value ? integer(key, *value) : null(key);
  }
  ObjectText& float_or_null(std::string_view key, const std::optional<double>& value);  ///< as float_text()

  [[nodiscard]] std::string done();

 private:
  void name(std::string_view key);
  std::string out_{"{"};
};

class ArrayText {
 public:
  ArrayText& raw(std::string_view json);
  ArrayText& text(std::string_view value) { return raw(quoted(value)); }
  [[nodiscard]] std::string done();

 private:
  std::string out_{"["};
};

/// Shortest text that reads back as the same double; "null" when not finite. Whole numbers keep ".0", as
/// Python writes float seconds.
[[nodiscard]] std::string float_text(double value);

}  // namespace understudy::daemon::wire
