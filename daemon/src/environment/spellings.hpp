#pragma once
#include <set>
#include <string>
#include <string_view>

namespace understudy::daemon::environment {

/// The ways in which programs write a secret down: as it is, as JSON writers escape it, in hexadecimal, in
/// both alphabets of base64 wherever it begins in what was encoded, and in the escapes of an address or of
/// XML. What of it is written in escapes only in part is read back before it is looked for; see Redactor.
[[nodiscard]] std::set<std::string> spellings_of(std::string_view secret);

}  // namespace understudy::daemon::environment
