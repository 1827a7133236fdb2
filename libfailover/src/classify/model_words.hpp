#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "classify/plain_text.hpp"

namespace understudy::failover {
inline namespace UNDERSTUDY_ABI {

/// Whether one of the words, as plain text spells them, stands in the text, each where a word starts.
[[nodiscard]] bool has_word(const PlainText& text, const std::vector<std::string>& words);

/// Whether the words of an error are those of test runners or of services that are not models.
[[nodiscard]] bool speaks_of_tools(const PlainText& text);

/// Whether an error that any program may have printed speaks of a model, and not of a tool's failure. What
/// other programs say too ("usage limit reached") must be all that it says, or come with a status.
[[nodiscard]] bool speaks_of_model(std::string_view error);

/// The same where only the agent's runtime speaks: there such words count wherever they stand.
[[nodiscard]] bool runtime_speaks_of_model(std::string_view words);

}  // namespace UNDERSTUDY_ABI
}  // namespace understudy::failover
