#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

/// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates.
namespace understudy::daemon::text {

/// The length of the character at `at`; 0 when the bytes there are not valid.
[[nodiscard]] std::size_t utf8_length(std::string_view text, std::size_t at);
[[nodiscard]] bool is_utf8(std::string_view text);
void append_utf8(std::string& out, std::uint32_t code_point);

}  // namespace understudy::daemon::text
