#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "understudy/container/state.hpp"

#pragma GCC visibility push(default)
namespace understudy::container {

/// What must survive the program, as JSON text with `"v": 1`. Of a lease what counts on the steady clock is
/// not kept: Restarted begins it anew.
[[nodiscard]] std::string to_json(const Persisted& kept);

/// What was read, or a sentence that says what is wrong with the text: "/used: must be true or false, got 1".
template <class T>
struct Parsed {
  std::optional<T> value{};
  std::string error{};
  [[nodiscard]] explicit operator bool() const { return value.has_value(); }
  [[nodiscard]] const T& operator*() const { return *value; }
  [[nodiscard]] const T* operator->() const { return &*value; }
};

/// Of Persisted. Members that are absent or null get their default; a later version's text is refused.
template <class T>
[[nodiscard]] Parsed<T> from_json(std::string_view text);
template <>
[[nodiscard]] Parsed<Persisted> from_json(std::string_view text);

}  // namespace understudy::container
#pragma GCC visibility pop
