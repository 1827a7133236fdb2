#pragma once
#include <exception>
#include <initializer_list>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

/// UNDERSTUDY_CHECK(condition, state...) holds what a comment claims, in every build. When it does not hold,
/// a bug has been found and to go on would be to act on it: the process prints file, line, condition and the
/// state, and aborts. Only then is the state read. For the libraries and the daemon; not installed.
#define UNDERSTUDY_CHECK(condition, ...) \
  ((condition) ? static_cast<void>(0)    \
               : ::understudy::check::fail(#condition, __FILE__, __LINE__, {__VA_ARGS__}))

namespace understudy::check {

/// A word, a number, or what has a to_string() beside its type.
struct Text : std::string {
  template <class Value>
  Text(const Value& value) {  // NOLINT(google-explicit-constructor)
    if constexpr (std::is_convertible_v<const Value&, std::string_view>) {
      append(std::string_view{value});
    } else if constexpr (requires { std::string_view{to_string(value)}; }) {
      append(to_string(value));
    } else if constexpr (std::is_enum_v<Value>) {
      append(std::to_string(static_cast<std::underlying_type_t<Value>>(value)));
    } else {
      append(std::to_string(value));
    }
  }
};

/// An exception that cannot leave is printed by the standard library, so the pure libraries need no stream.
[[noreturn, gnu::cold, gnu::noinline]] inline void fail(std::string_view condition, std::string_view file,
                                                        int line,
                                                        std::initializer_list<Text> state) noexcept {
  std::string text{file};
  text.append(1, ':').append(std::to_string(line)).append(": not so: ").append(condition);
  for (const auto& one : state) text.append("; ").append(one);
#if defined(__cpp_exceptions)
  std::rethrow_exception(std::make_exception_ptr(std::logic_error{text}));
#else
  std::terminate();
#endif
}

}  // namespace understudy::check
