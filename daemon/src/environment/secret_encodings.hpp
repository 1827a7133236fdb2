#pragma once
#include <set>
#include <string>
#include <string_view>

namespace understudy::daemon::environment {

/// The ways in which programs write a secret: as it is, with JSON escapes, in hexadecimal, and in both base64
/// alphabets at any offset. Partly escaped secrets are found by unescaping the text instead; see Redactor.
[[nodiscard]] std::set<std::string> encodings_of(std::string_view secret);

}  // namespace understudy::daemon::environment
