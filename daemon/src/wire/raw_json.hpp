#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::daemon::wire {

/// The position of the first character after white space.
[[nodiscard]] std::size_t skip_space(std::string_view json, std::size_t at);
/// One past the string that begins at `at`.
[[nodiscard]] std::size_t end_of_string(std::string_view json, std::size_t at);

/// The members of a JSON object with each value's own text, so that a user's numbers (1.0,
/// 123456789012345678901) and key order survive: a DOM would change them. The text must already be valid
/// JSON; a duplicate key keeps the last value.
[[nodiscard]] std::vector<std::pair<std::string, std::string_view>> raw_members(std::string_view object);

/// `"text"` with JSON escapes; invalid UTF-8 is replaced by U+FFFD.
void append_string(std::string& out, std::string_view text);
[[nodiscard]] std::string quoted(std::string_view text);
/// An upper bound of quoted(text).size().
[[nodiscard]] std::size_t quoted_size(std::string_view text);

/// Whether a JSON text may have more than `max` values. Counts commas and brackets outside of strings, before
/// anything is built, as a value of two bytes becomes an object of a hundred.
[[nodiscard]] bool has_more_values(std::string_view json, std::size_t max);

}  // namespace understudy::daemon::wire
